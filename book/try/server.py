"""A server for shared documents, for this computer alone: `python server.py [PORT]`."""

import asyncio
import sys
from contextlib import suppress

from hypercorn import Config
from hypercorn.asyncio import serve
from pycrdt.websocket import ASGIServer, WebsocketServer
from pycrdt.websocket import exception_logger as log


async def main(port: str = "8765") -> None:
    """Serve until Ctrl+C."""
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    async with WebsocketServer(exception_handler=log) as server:
        await serve(ASGIServer(server), config, mode="asgi")


# With Ctrl+C, pycrdt's server ends by cancelling itself.
with suppress(asyncio.CancelledError):
    asyncio.run(main(*sys.argv[1:]))
