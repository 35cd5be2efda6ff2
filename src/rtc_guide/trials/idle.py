"""Trials of what stops a server that is left alone, and of what keeps it from being stopped.

Minutes are seconds here: an hour without activity, the five minutes between two reports of
activity, the 30 s between two pings of an open websocket.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from rtc_guide.evidence.verdict import Case
from rtc_guide.pages.ways import HUB
from rtc_guide.trials.accounts import IDLER
from rtc_guide.trials.browsing import browser_of
from rtc_guide.trials.culling import culling
from rtc_guide.trials.registry import tries
from rtc_guide.trials.sockets import Silent
from rtc_guide.trials.visits import Visit
from rtc_guide.trials.waiting import until
from rtc_guide.trials.ways import OnHub, put_file

# What an hour is here: several times the second between two pings, reports and looks.
_TIMEOUT = 5
_MAX_AGE = 10
# What is kept is watched for two hours; what is to be stopped may take longer on a busy machine.
_SECONDS_TO_WATCH = 2 * _TIMEOUT
_SECONDS_TO_STOP = 30

# Computes without a word until it is ended; the file tells that it does.
_COMPUTE = """
import pathlib, time
while True:
    pathlib.Path("computing.txt").write_text(str(time.time()))
    time.sleep(0.2)
"""


class _Left:
    """One of the idler's servers, for one case."""

    def __init__(self, sharing: OnHub, name: str) -> None:
        self._driver = sharing.driver
        self._name = name
        self.url = f"{sharing.hub.url}/user/{IDLER}/{name}/"

    async def is_up(self) -> bool:
        return await self._driver.is_running(IDLER, self._name)

    async def start(self) -> None:
        await self._driver.start(IDLER, self._name)

    async def visit(self, sharing: OnHub) -> Visit:
        """Start the server, and let its owner come in a new browser."""
        await self.start()
        person = sharing.new_person(IDLER)
        return Visit(person, self.url, await person.open(f"{self.url}lab"))

    async def end(self) -> None:
        if await self.is_up():
            await self._driver.stop(IDLER, self._name)


@asynccontextmanager
async def _servers(sharing: OnHub, *names: str) -> AsyncIterator[list[_Left]]:
    """Give the idler servers, and end those that still run."""
    servers = [_Left(sharing, name) for name in names]
    try:
        yield servers
    finally:
        for server in servers:
            await server.end()


async def _stopped(server: _Left, seconds: float) -> float | None:
    """Wait until the server was stopped; return the seconds, `None` if it wasn't."""

    async def is_down() -> bool:
        return not await server.is_up()

    return await until(is_down, seconds)


def _put_notebook(sharing: OnHub, name: str) -> None:
    """Put a notebook into the idler's home, which a page opens without asking for a kernel."""
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    model = {"cells": [], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    put_file(sharing.hub.home_of(IDLER), name, json.dumps(model))


@tries("idle-culled", HUB)
async def leave_alone(sharing: OnHub) -> list[Case]:
    """Leave two servers alone, one of them with a computation that goes on."""
    async with _servers(sharing, "quiet", "computing") as (quiet, computing):
        await quiet.start()
        visit = await computing.visit(sharing)
        async with visit.kernel() as kernel:
            with suppress(Silent):
                await kernel.run(_COMPUTE, seconds=1)
        async with culling(sharing.hub, sharing.driver, IDLER, _TIMEOUT):
            # None of them had ended by itself.
            assert await quiet.is_up() and await computing.is_up(), "both servers must run before"
            began = time.time()
            seconds = await _stopped(quiet, _SECONDS_TO_STOP)
            left = await _stopped(computing, _SECONDS_TO_STOP)
        computed = sharing.hub.home_of(IDLER) / "computing.txt"
        silent_for = _age(computed)
        assert computed.stat().st_mtime > began, "it must compute while it is left alone"
    return [
        Case("a server on which nothing runs", seconds is not None, _told(seconds)),
        Case(
            "a server on which a computation runs that prints nothing",
            left is not None,
            f"{_told(left)} The computation had gone on until {silent_for:.0f} s before.",
        ),
    ]


def _age(file: Path) -> float:
    return time.time() - file.stat().st_mtime


def _told(seconds: float | None) -> str:
    limit = f"With a timeout of {_TIMEOUT} s"
    if seconds is None:
        return f"{limit} it still ran after {_SECONDS_TO_STOP} s without anybody."
    return f"{limit} it was stopped by itself."


@tries("tab-keeps-server", HUB)
async def leave_open(sharing: OnHub) -> list[Case]:
    """Leave a browser's tab open on one server, and the notebook's connection alone on another.

    Afterwards all is closed, and both must be stopped, so that it was the tab that kept them.
    """
    async with _servers(sharing, "tab", "connection") as servers:
        for name in ("tab.ipynb", "connection.ipynb"):
            _put_notebook(sharing, name)
        tab, connection = servers
        await tab.start()
        visit = await connection.visit(sharing)
        async with AsyncExitStack() as culler:
            async with (
                visit.notebook("connection.ipynb"),
                _notebook_tab(sharing, tab, "tab.ipynb"),
            ):
                # Only now: opening the tab may take longer than the timeout.
                await culler.enter_async_context(
                    culling(sharing.hub, sharing.driver, IDLER, _TIMEOUT)
                )
                watched = [_stopped(server, _SECONDS_TO_WATCH) for server in servers]
                found = await asyncio.gather(*watched)
            closed = [await _stopped(server, _SECONDS_TO_STOP) for server in servers]
    if None in closed:
        raise RuntimeError("the idle culler stopped nothing, also when all was closed")
    return [
        Case("a tab with a notebook", found[0] is None, _kept(found[0])),
        Case("the notebook’s connection alone", found[1] is None, _kept(found[1])),
    ]


@asynccontextmanager
async def _notebook_tab(sharing: OnHub, server: _Left, notebook: str) -> AsyncIterator[None]:
    """Have a notebook open in a browser's tab, with its kernel."""
    async with browser_of(sharing.hub, IDLER) as page:
        await page.goto(f"{server.url}lab/tree/{notebook}")
        ready = page.get_by_text("Python 3 (ipykernel) | Idle")
        await ready.wait_for()
        yield


def _kept(seconds: float | None) -> str:
    limit = f"With a timeout of {_TIMEOUT} s"
    if seconds is None:
        return (
            f"{limit} the server still ran after {_SECONDS_TO_WATCH} s in which nobody touched "
            "anything; when it was closed the server was stopped."
        )
    return f"{limit} the server was stopped while it was open."


@tries("max-age-ends", HUB)
async def grow_old(sharing: OnHub) -> list[Case]:
    """Leave a tab open on a server that has a maximum age, and an hour's timeout."""
    async with _servers(sharing, "old") as (server,):
        _put_notebook(sharing, "old.ipynb")
        await server.start()
        async with (
            _notebook_tab(sharing, server, "old.ipynb"),
            culling(sharing.hub, sharing.driver, IDLER, timeout=3600, max_age=_MAX_AGE),
        ):
            seconds = await _stopped(server, _MAX_AGE + _SECONDS_TO_STOP)
    proof = (
        f"With a maximum age of {_MAX_AGE} s and a timeout of an hour, the server "
        f"{'still ran' if seconds is None else 'was stopped'} while the tab was open."
    )
    return [Case("a tab with a notebook", seconds is not None, proof)]
