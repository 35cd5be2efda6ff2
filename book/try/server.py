"""A server for shared documents, for this computer alone: `python server.py [PORT]`."""

import asyncio
import sys
from contextlib import suppress

from hypercorn import Config
from hypercorn.asyncio import serve
from pycrdt.websocket import ASGIServer, WebsocketServer, YRoom
from pycrdt.websocket import exception_logger as log


class Server(WebsocketServer):
    """Opens rooms one by one. Otherwise, of people who open a room together, one is served."""

    opening = asyncio.Lock()

    async def get_room(self, name: str) -> YRoom:
        """Return the room of this name, opened if it wasn't."""
        async with self.opening:
            return await super().get_room(name)


async def main(port: str = "8765") -> None:
    """Serve until Ctrl+C."""
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    async with Server(exception_handler=log) as server:
        await serve(ASGIServer(server), config, mode="asgi")


# With Ctrl+C, pycrdt's server ends by cancelling itself.
with suppress(asyncio.CancelledError):
    asyncio.run(main(*sys.argv[1:]))
