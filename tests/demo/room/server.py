"""A pycrdt-websocket server on this machine, as its documentation has it: `server.py PORT`."""

import asyncio
import sys

from hypercorn import Config
from hypercorn.asyncio import serve
from pycrdt.websocket import ASGIServer, WebsocketServer, exception_logger


async def main(port: str) -> None:
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    async with WebsocketServer(exception_handler=exception_logger) as server:
        await serve(ASGIServer(server), config, mode="asgi")


asyncio.run(main(sys.argv[1]))
