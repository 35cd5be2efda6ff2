"""The pages of people, without a browser: Yjs and y-websocket in one Node process.

Yjs, not pycrdt: the two differ in what they do with an update that does not fit, and people have
Yjs. `page/people.mjs` is the other end.
"""

import asyncio
import json
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, Self

from pycrdt_yjs import node

_FOLDER = Path(__file__).with_name("page")
# A line holds a notebook's texts, no more; asyncio's own limit of 64 kB could be met.
_LONGEST_LINE = 2**24


class PageError(Exception):
    """Node could not do what it was asked; the message has its words."""


class Pages:
    """A Node process in which people have notebooks open; an asynchronous context manager."""

    def __init__(self) -> None:
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._numbers = count()

    async def __aenter__(self) -> Self:
        """Start it; the npm packages are installed at first use.

        Raises `node.NodeMissing` or `node.NodeFailed`.
        """
        packages = await asyncio.to_thread(node.install, _FOLDER)
        found = node.find()
        self._process = await asyncio.create_subprocess_exec(
            *found.node,
            str(_FOLDER / "people.mjs"),
            str(packages.parent),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=found.environment(),
            limit=_LONGEST_LINE,
            start_new_session=True,
        )
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        """End it: it does so at the end of its input."""
        assert self._process.stdin
        self._process.stdin.close()
        try:
            async with asyncio.timeout(5):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        self._reading.cancel()
        with suppress(asyncio.CancelledError):
            await self._reading

    async def ask(self, who: str, does: str, **more: Any) -> Any:
        """Have a person do something; return what comes of it. Raises `PageError`."""
        assert self._process.stdin
        if self._reading.done():
            raise PageError("Node has ended")
        number = next(self._numbers)
        told = asyncio.get_running_loop().create_future()
        self._asked[number] = told
        line = json.dumps({**more, "id": number, "who": who, "does": does})
        try:
            self._process.stdin.write(f"{line}\n".encode())
            return await told
        except ConnectionError as error:
            raise PageError("Node has ended") from error
        finally:
            self._asked.pop(number, None)

    async def _read(self) -> None:
        assert self._process.stdout
        async for line in self._process.stdout:
            answer = json.loads(line)
            told = self._asked.get(answer["id"])
            if told is None or told.done():
                continue
            if "fails" in answer:
                told.set_exception(PageError(answer["fails"]))
            else:
                told.set_result(answer["gives"])
        for told in self._asked.values():
            if not told.done():
                told.set_exception(PageError("Node has ended"))
