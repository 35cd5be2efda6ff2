"""A WebSocket to a server, from CPython. Tornado's, which every Jupyter kernel has already."""

from __future__ import annotations

from logging import getLogger

from tornado.httpclient import HTTPError
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, websocket_connect

from .channels import ChannelClosed, ClosableChannel

_log = getLogger("rtc_guide.room")


class WebSocketChannel(ClosableChannel):
    """A channel over a WebSocket, for example to a pycrdt-websocket server."""

    def __init__(self, url: str, connection: WebSocketClientConnection) -> None:
        super().__init__(url)
        self._connection = connection

    async def send(self, message: bytes) -> None:
        """Send a message; raises `ChannelClosed`."""
        try:
            await self._connection.write_message(message, binary=True)
        except WebSocketClosedError as error:
            raise self._closed() from error

    async def recv(self) -> bytes:
        """Wait for the next message; raises `ChannelClosed`."""
        while (message := await self._connection.read_message()) is not None:
            if isinstance(message, bytes):
                return message
            _log.warning("Ignored a message on %s that is text: %.40s", self.path, message)
        raise self._closed()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _closed(self) -> ChannelClosed:
        return ChannelClosed(f"The server at {self.path} closed the connection.")


async def open_websocket(url: str) -> WebSocketChannel:
    """Connect to a server.

    Args:
        url: The room's own, such as `ws://127.0.0.1:8000/recipe`.

    Raises:
        ChannelClosed: No server answers there, or it refuses.
    """
    try:
        return WebSocketChannel(url, await websocket_connect(url, connect_timeout=10))
    except (OSError, HTTPError, ValueError) as error:
        raise ChannelClosed(
            f"No server took the connection at {url}: {error}. "
            "Is the server running, and is its address right?"
        ) from error
