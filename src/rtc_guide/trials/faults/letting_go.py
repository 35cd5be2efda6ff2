"""The trial of whether the server lets go of a notebook that nobody has open any more."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from rtc_guide.evidence.verdict import Case
from rtc_guide.pages.ways import TOGETHER
from rtc_guide.trials.faults.cases import ADA, BEN
from rtc_guide.trials.faults.client import Client
from rtc_guide.trials.faults.notebook import notebook
from rtc_guide.trials.faults.pages import Pages
from rtc_guide.trials.faults.server import FailingServer
from rtc_guide.trials.ground import Editing
from rtc_guide.trials.registry import tries
from rtc_guide.trials.waiting import until

_NOTEBOOKS = 12
_SECONDS_TO_CLOSE = 1
_SECONDS_OF_PATIENCE = 8
_SECONDS_BETWEEN = 1
# What the server writes to its log once it has closed a notebook (jupyter_server_ydoc 3).
_CLOSED = re.compile(r"Room \S+ deleted")

_Leave: TypeAlias = Callable[[Sequence[Client]], Awaitable[object]]


async def _one_after_the_other(people: Sequence[Client]) -> None:
    for who in (ADA, BEN):
        await _at_once([person for person in people if person.name == who])
        await asyncio.sleep(_SECONDS_BETWEEN)


async def _at_once(people: Sequence[Client]) -> None:
    await asyncio.gather(*(person.leave() for person in people))


@tries("lets-go", TOGETHER)
async def lets_go(editing: Editing) -> list[Case]:
    """Have the last two people leave, in one of two ways, and look what the server has closed."""
    return [
        await _case(editing, "they leave one after the other", _one_after_the_other),
        await _case(editing, "they leave at the same moment", _at_once),
    ]


async def _case(editing: Editing, name: str, leave: _Leave) -> Case:
    flags = [f"--YDocExtension.document_cleanup_delay={_SECONDS_TO_CLOSE}"]
    async with FailingServer(editing.stack, [], flags) as server, Pages() as pages:
        people = []
        for number in range(_NOTEBOOKS):
            path = f"lesson-{number}.ipynb"
            server.put(path, notebook())
            pair = [Client(who, pages, server.lab, path) for who in (ADA, BEN)]
            for person in pair:
                await person.come()
            people += pair
        await leave(people)

        def closed() -> int:
            return len(_CLOSED.findall(server.log))

        await until(lambda: closed() == _NOTEBOOKS, _SECONDS_OF_PATIENCE)
        for person in people:
            await person.close()
        return Case(
            name,
            closed() == _NOTEBOOKS,
            f"Of {_NOTEBOOKS} notebooks, the server closed {closed()} within "
            f"{_SECONDS_OF_PATIENCE} s, being set to do so after {_SECONDS_TO_CLOSE} s.",
        )
