"""What a room needs of the thing that carries its messages."""

from __future__ import annotations

from abc import abstractmethod

from pycrdt import Channel


class ChannelClosed(ConnectionError):
    """A channel can't be opened, or carries nothing any more; the message is for the person."""


class ClosableChannel(Channel):
    """A pycrdt `Channel` that can be closed, and whose iteration ends when it is."""

    def __init__(self, path: str) -> None:
        self._path = path

    @property
    def path(self) -> str:
        """The room's address on this kind of channel."""
        return self._path

    async def __anext__(self) -> bytes:
        """The next message; the iteration ends with the channel."""
        try:
            return await self.recv()
        except ChannelClosed as closed:
            raise StopAsyncIteration from closed

    @abstractmethod
    async def send(self, message: bytes) -> None:
        """Send a message; raises `ChannelClosed`."""

    @abstractmethod
    async def recv(self) -> bytes:
        """Wait for the next message; raises `ChannelClosed`."""

    @abstractmethod
    def close(self) -> None:
        """Send and receive nothing any more; may be called again."""
