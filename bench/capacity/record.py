"""The server's record of edits after an hour's typing: its size, and opening from it."""

import asyncio
import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

from crowd import opening
from journal import NOW, Journal
from keyboard import KEYS_A_WORD, WORDS_A_MINUTE
from person import Page, opened
from servers import Carrier, LabCarrier, jupyterlab, on_own_core

from rtc_guide.evidence.capacity import Store
from rtc_guide.stacks.environment import Stack
from rtc_guide.trials.waiting import until

UPDATES_AN_HOUR = 60 * WORDS_A_MINUTE * KEYS_A_WORD
"""Each key is an update: those of one person, at the speed of the measurements, for an hour."""

STORE = ".jupyter_ystore.db"
_PEOPLE = 2
_PATH, _OTHER = "lesson.ipynb", "other.ipynb"
# So many keys are on their way at a time: more would only wait in the server.
_AHEAD = 20
_KEYS_A_CELL = 300
_SECONDS_TO_WRITE = 600


class NotKept(Exception):
    """The server did not record what was typed; the message says what it has."""


async def fill_and_open(stack: Stack, updates: int, core: int | None) -> Store:
    """Type so many keys, stop the server, and open the notebook with the record and without.

    Raises `NotKept` where the record does not get them all.
    """
    with TemporaryDirectory(prefix="rtc-guide-lab-") as folder:
        home = Path(folder)

        def lab(stack: Stack) -> AbstractContextManager[LabCarrier]:
            return jupyterlab(stack, home)

        with on_own_core(lab, stack, core) as carrier:
            await carrier.prepare(_PATH, _PEOPLE)
            await _play(carrier, updates)
            store = _find(home)
            await _wait_until_written(store, home / "course" / _PATH, updates)
        size = sum(path.stat().st_size for path in store.parent.glob(f"{STORE}*"))
        with on_own_core(lab, stack, core) as carrier:
            with_it = await _open(carrier)
        for path in store.parent.glob(f"{STORE}*"):
            path.unlink()
        with on_own_core(lab, stack, core) as carrier:
            without = await _open(carrier)
    return Store(updates, size, round(with_it, 3), round(without, 3))


async def _play(carrier: Carrier, updates: int) -> None:
    """Type as fast as the server hands the keys on, in one cell after the other."""
    journal = Journal()
    typist, reader = (Page(number, journal, others=1) for number in range(_PEOPLE))
    async with (
        opened(typist, await carrier.find(_PATH), carrier.headers),
        opened(reader, await carrier.find(_PATH), carrier.headers),
    ):
        for key in range(updates):
            if key % _KEYS_A_CELL == 0:
                typist.settle(key // _KEYS_A_CELL % typist.document.cell_number)
            typist.press()
            if key % _AHEAD == 0:
                await _wait_for(journal, typist, reader)
        await _wait_for(journal, typist, reader)


async def _wait_for(journal: Journal, *pages: Page) -> None:
    while not journal.complete:
        if any(page.ended.is_set() for page in pages):
            raise NotKept("the server ended a connection while the hour was typed")
        await asyncio.sleep(0)


def _find(home: Path) -> Path:
    found = next(home.rglob(STORE), None)
    if found is None:
        raise NotKept(f"the server has no {STORE} below its home")
    return found


async def _wait_until_written(store: Path, file: Path, updates: int) -> None:
    """Wait until the record has all updates, and the file all keys: both come after the others."""

    def written() -> bool:
        # The record begins with what the file had.
        return _count(store) > updates and file.stat().st_size > updates

    if await until(written, _SECONDS_TO_WRITE) is None:
        raise NotKept(f"the record has {_count(store)} of {updates} updates")


def _count(store: Path) -> int:
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=10) as database:
        (count,) = database.execute("SELECT COUNT(*) FROM yupdates").fetchone()
    database.close()
    return int(count)


async def _open(carrier: Carrier) -> float:
    # What a server loads for its first notebook is not the record's doing.
    await carrier.prepare(_OTHER, _PEOPLE)
    async with opening(carrier, _PEOPLE, _OTHER):
        pass
    since = NOW()
    async with opening(carrier, _PEOPLE, _PATH):
        return NOW() - since
