"""`bare.py PORT`: pycrdt-websocket's rooms behind Tornado, and nothing else: the peer.

Run by the stack's own Python, so that rooms, documents and websockets are of the versions that
JupyterLab's server has there. What is missing is what the collaboration layer adds: log-in,
the files, saving, the record of edits, sessions, events.
"""

import asyncio
import os
import signal
import sys
import threading
from contextlib import suppress

from pycrdt.websocket import WebsocketServer, exception_logger
from tornado.web import Application
from tornado.websocket import WebSocketClosedError, WebSocketHandler


class Socket(WebSocketHandler):
    """A person's websocket as the `Channel` that a room serves; the path is the room's name."""

    def initialize(self, rooms: WebsocketServer) -> None:
        """Take the rooms."""
        self._rooms = rooms
        self._received: asyncio.Queue[bytes] = asyncio.Queue()

    @property
    def path(self) -> str:
        """The room's name."""
        return self.request.path

    def open(self) -> None:
        """Serve whoever has come."""
        self._serving = asyncio.create_task(self._rooms.serve(self))

    def on_message(self, message: bytes) -> None:
        """Pass on what came."""
        self._received.put_nowait(message)

    def on_close(self) -> None:
        """End the serving."""
        self._received.put_nowait(b"")

    async def send(self, message: bytes) -> None:
        """Send to the person, if they are still there."""
        with suppress(WebSocketClosedError):
            self.write_message(message, binary=True)

    async def recv(self) -> bytes:
        """Wait for the next message."""
        return await self._received.get()

    def __aiter__(self) -> "Socket":
        return self

    async def __anext__(self) -> bytes:
        message = await self._received.get()
        if not message:
            raise StopAsyncIteration
        return message


def end_with_parent() -> None:
    """End once whoever started us is gone, even if they were killed."""
    # Not by `sys.stdin`: Python aborts if a thread is reading there when it ends.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


async def main() -> None:
    """Serve until we are ended."""
    threading.Thread(target=end_with_parent, daemon=True).start()
    async with WebsocketServer(exception_handler=exception_logger) as rooms:
        Application([("/.*", Socket, {"rooms": rooms})]).listen(int(sys.argv[1]), "127.0.0.1")
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
