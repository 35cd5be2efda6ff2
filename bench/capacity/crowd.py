"""A number of people typing at a server for some seconds, and what became of their keys."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import takewhile
from statistics import median, quantiles

from background import go_on
from cores import Meter
from journal import NOW, Journal
from keyboard import presses
from person import SECONDS_TO_OPEN, NotOpened, Page, Presence, Socket, connected, opened
from servers import Carrier

from rtc_guide.evidence.capacity import Layout, Measured
from rtc_guide.trials.sockets import Denied
from rtc_guide.trials.waiting import until

MOST_LAG = 20.0
"""Milliseconds: where the clients' own timers are later than that, they measure themselves."""

MOST_OTHERS = 0.15
"""The share of the server's core that something else may use."""

_TICK = 0.01
_SECONDS_TO_SEAT = 40
_SECONDS_TO_ARRIVE = 10
_MORE_PEOPLE = (0.2, 0.45, 0.7)
"""When one more person opens a notebook, as parts of the time for which the others type."""


@dataclass(frozen=True)
class Crowd:
    """So many people, sitting so, typing for so many seconds."""

    layout: Layout
    people: int
    seconds: float

    def seats(self) -> list[tuple[str, int]]:
        """Return for each person the notebook and the cell."""
        at_one = self.people if self.layout is Layout.ONE else 2
        return [(f"lesson-{n // at_one + 1}.ipynb", n % at_one) for n in range(self.people)]


async def measure(carrier: Carrier, crowd: Crowd, core: int | None) -> Measured:
    """Let the crowd type at the server, which has a core to itself if one is given."""
    journal = Journal()
    meter = Meter(carrier.pid, core)
    lags: list[float] = []
    ticking = asyncio.create_task(_tick(lags))
    pages: list[Page] = []
    opening: list[float] = []
    try:
        async with AsyncExitStack() as stack:
            meter.start()
            try:
                async with asyncio.timeout(_SECONDS_TO_SEAT):
                    async for page in _seated(carrier, crowd, journal, stack):
                        pages.append(page)
                    await _settled(pages)
            except (TimeoutError, NotOpened, Denied):
                failed: str | None = (
                    f"only {len(pages)} of {crowd.people} could open their notebook"
                )
            else:
                failed = None
                lags.clear()
                meter.start()
                more = asyncio.create_task(_open_more(carrier, crowd))
                await _type_all(pages, crowd.seconds)
            cpu, others = meter.stop()
            if not failed:
                await until(lambda: journal.complete, _SECONDS_TO_ARRIVE)
                opening = await more
                if ended := sum(page.ended.is_set() for page in pages):
                    failed = f"{ended} of {crowd.people} lost their connection"
            missing = journal.close()
            memory = meter.memory
    finally:
        ticking.cancel()
    lag = quantiles(lags, n=20, method="inclusive")[-1] if lags[1:] else 0.0
    if not (missing or failed) and not _agree(pages, crowd):
        failed = "people saw different texts"
    return Measured(
        server=carrier.kind,
        layout=crowd.layout,
        people=crowd.people,
        keys=journal.keys,
        missing=missing,
        median=round(median(journal.delays), 1) if journal.delays else None,
        p95=round(quantiles(journal.delays, n=20, method="inclusive")[-1], 1)
        if journal.delays[1:]
        else None,
        cpu=round(cpu, 3),
        memory=round(memory, 1),
        opening=tuple(round(each, 3) for each in opening),
        lag=round(lag, 1),
        others=None if others is None else round(others, 3),
        failed=failed,
        dropped=_objection(lag, others),
    )


def _objection(lag: float, others: float | None) -> str | None:
    """Say why a measurement tells nothing of the server, if it doesn't."""
    if lag > MOST_LAG:
        return f"the clients were too slow: their timers were {lag:.0f} ms late"
    if others is not None and others > MOST_OTHERS:
        return f"the machine was busy: others had {others:.0%} of the server’s core"
    return None


def _agree(pages: Sequence[Page], crowd: Crowd) -> bool:
    """Tell whether all people of each notebook see the same."""
    seen: dict[str, list[list[str]]] = {}
    for page, (path, _) in zip(pages, crowd.seats(), strict=True):
        seen.setdefault(path, []).append(page.texts)
    return all(each == texts[0] for texts in seen.values() for each in texts)


async def _seated(
    carrier: Carrier, crowd: Crowd, journal: Journal, stack: AsyncExitStack
) -> AsyncIterator[Page]:
    """Open everybody's page, one after the other."""
    seats = crowd.seats()
    taken = [path for path, _ in seats]
    for number, (path, cell) in enumerate(seats):
        page = Page(number, journal, taken.count(path) - 1)
        if cell == 0:
            await carrier.prepare(path, taken.count(path))
            carrier.begin(page, path)
        await stack.enter_async_context(opened(page, await carrier.find(path), carrier.headers))
        # What the first page brings along may come a moment after the answer.
        if not await _has_cells(page):
            raise NotOpened(f"the notebook {path} came without its cells")
        presence = Presence(number, path)
        await stack.enter_async_context(connected(presence, carrier.presence, carrier.headers))
        if carrier.events:
            await stack.enter_async_context(connected(Socket(), carrier.events, carrier.headers))
        page.settle(cell)
        open_still = asyncio.create_task(go_on(page, presence, carrier.visit, path, number))
        stack.callback(open_still.cancel)
        yield page


async def _settled(pages: Sequence[Page]) -> None:
    """Wait until the server has answered everybody: so it has done all that the opening was."""
    for page in pages:
        page.ask_again()
    for page in pages:
        await page.synced.wait()


async def _has_cells(page: Page) -> bool:
    return await until(lambda: page.document.cell_number > 0, SECONDS_TO_OPEN) is not None


async def _type_all(pages: Sequence[Page], seconds: float) -> None:
    begin = asyncio.get_running_loop().time()
    typing = (_type(page, number, begin, seconds) for number, page in enumerate(pages))
    await asyncio.gather(*typing)


async def _type(page: Page, number: int, begin: float, seconds: float) -> None:
    """Press a person's keys at their times; a key that is late is not left out."""
    loop = asyncio.get_running_loop()
    for press in takewhile(lambda press: press.at < seconds, presses(number)):
        await asyncio.sleep(begin + press.at - loop.time())
        if page.ended.is_set():
            return
        if press.after_pause:
            page.move()
        page.press()
    await asyncio.sleep(begin + seconds - loop.time())


async def _open_more(carrier: Carrier, crowd: Crowd) -> list[float]:
    """Let more people, one after the other, open the first notebook; return how long each took.

    Whoever did not get it in time counts with that time.
    """
    begin = NOW()
    path, _ = crowd.seats()[0]
    took = []
    for part in _MORE_PEOPLE:
        await asyncio.sleep(begin + part * crowd.seconds - NOW())
        since = NOW()
        try:
            async with opening(carrier, crowd.people, path):
                took.append(NOW() - since)
        except NotOpened:
            took.append(float(SECONDS_TO_OPEN))
    return took


@asynccontextmanager
async def opening(carrier: Carrier, number: int, path: str) -> AsyncIterator[Page]:
    """Open a notebook that is there for one person, from asking for it to having its cells."""
    url = await carrier.find(path)
    async with opened(Page(number), url, carrier.headers) as page:
        await _has_cells(page)
        yield page


async def _tick(lags: list[float]) -> None:
    """Write down how late this process's own timer is, again and again."""
    while True:
        since = NOW()
        await asyncio.sleep(_TICK)
        lags.append(max(0.0, 1000 * (NOW() - since - _TICK)))
