"""Share a text with pycrdt alone: `python plain.py [ADDRESS]`. An empty line ends it."""

import asyncio
import sys

from pycrdt import Channel, Doc, Provider, Text
from tornado.websocket import WebSocketClientConnection as Connection
from tornado.websocket import websocket_connect

ADDRESS = "ws://127.0.0.1:8765/two-people"


class WebSocket(Channel):
    """Carries pycrdt's messages over Tornado's connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @property
    def path(self) -> str:
        """Where it leads; pycrdt names it in its log."""
        return self.connection.request.url

    async def send(self, message: bytes) -> None:
        """Send bytes."""
        await self.connection.write_message(message, binary=True)

    async def recv(self) -> bytes:
        """Wait for the next bytes."""
        message = await self.connection.read_message()
        if message is None:
            raise ConnectionError(f"{self.path} is gone.")
        return message


async def share(address: str = ADDRESS) -> None:
    """Add what is typed to the text, print it when it changes."""
    doc = Doc()
    text = doc.get("text", type=Text)
    channel = WebSocket(await websocket_connect(address))
    async with Provider(doc, channel) as provider:
        await provider.synced.wait()
        print(text, flush=True)
        text.observe(lambda event: print(text, flush=True))
        while line := await asyncio.to_thread(input):
            text += f"{line}\n"


asyncio.run(share(*sys.argv[1:]))
