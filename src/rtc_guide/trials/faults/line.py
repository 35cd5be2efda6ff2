"""The line between a browser and a server, which can be cut: a browser can't be told to lose one.

Whoever talks through it sees what a lost network looks like: open connections end, new ones do too.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

_CHUNK = 65536


class Line:
    """Passes connections on to a port of this machine, until it is cut.

    `port` tells where to at the time of a connection: a server may come back elsewhere.
    """

    def __init__(self, port: Callable[[], int]) -> None:
        self._target = port
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self._cut = False

    @property
    def port(self) -> int:
        """Where to connect to. Raises `RuntimeError` before `open`."""
        if self._server is None:
            raise RuntimeError("the line is not open")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def open(self) -> None:
        """Listen, on a free port."""
        if self._server is None:
            self._server = await asyncio.start_server(self._begin, "127.0.0.1", 0)

    async def close(self) -> None:
        """End everything."""
        await self.cut()
        if self._server is not None:
            self._server.close()
            self._server = None

    async def cut(self) -> None:
        """End what is open, and whatever comes."""
        self._cut = True
        talks = list(self._talks)
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

    def mend(self) -> None:
        """Let connections through again."""
        self._cut = False

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.create_task(self._talk(reader, writer))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers = [writer]
        # A server that is down, or a peer that has gone, ends the connection here as well.
        with suppress(OSError):
            try:
                if not self._cut:
                    back, there = await asyncio.open_connection("127.0.0.1", self._target())
                    writers.append(there)
                    await asyncio.gather(_pass_on(reader, there), _pass_on(back, writer))
            finally:
                for each in writers:
                    each.transport.abort()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while read := await reader.read(_CHUNK):
        writer.write(read)
        await writer.drain()
    writer.write_eof()
