"""Playing schedules on a real server: many notebooks at once, to which the same happens."""

import asyncio
import traceback
from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from playwright.async_api import Browser

from rtc_guide.stacks.environment import Stack
from rtc_guide.trials.faults.alone import Alone
from rtc_guide.trials.faults.client import Client
from rtc_guide.trials.faults.damage import Damage, Left, judge
from rtc_guide.trials.faults.notebook import CELLS, first_word, notebook, texts_of, with_cell
from rtc_guide.trials.faults.pages import Pages
from rtc_guide.trials.faults.schedule import Does, Event, Schedule
from rtc_guide.trials.faults.server import FailingServer
from rtc_guide.trials.faults.tab import Tab, running_browser
from rtc_guide.trials.faults.writer import Writer
from rtc_guide.trials.registry import Unplayable
from rtc_guide.trials.waiting import until

# What goes on longer than this is not on its way any more, also on a busy machine.
_SECONDS_TO_SETTLE = 15
# Nothing is announced that says “all is saved”: the server saves a second after the last key, and
# its record of edits may lag behind that on a busy machine.
_SECONDS_OF_QUIET = 1.5
_LAST_ROUNDS = 2


class Writing(StrEnum):
    """How people have the notebook open."""

    TOGETHER = "together"
    ALONE = "alone"
    IN_TABS = "in tabs"


@dataclass(frozen=True)
class Outcome:
    """What became of a schedule: the damage, and the file before it and after it.

    `error` says why it could not be played to its end; then the damage says nothing. It is
    `unplayable` if that was the software's doing.
    """

    schedule: Schedule
    damage: Damage
    left: Left
    file: str = ""
    error: str | None = None
    unplayable: bool = False


async def play(
    stack: Stack,
    schedules: Sequence[Schedule],
    writing: Writing = Writing.TOGETHER,
    files: Sequence[str] = (),
    look_at: Callable[[Path], None] = lambda _: None,
) -> list[Outcome]:
    """Play schedules side by side on one server, a notebook each; return what each came to.

    What happens to the server must be the same in all of them. `files` are the texts of notebooks
    to begin with, one a schedule; then only what people type is judged. `look_at` gets the folder
    of the notebooks at the end, while the server runs. Raises `StackError` where the server doesn't
    come up, `Unproven` where this machine can't have happen what is to happen, and `ValueError`
    where the schedules don't go together.
    """
    if len({each.surroundings for each in schedules}) != 1:
        raise ValueError("what happens to the server must be the same in all schedules")
    first = schedules[0]
    of_server = first.of_server
    flags = [f"--YDocExtension.document_cleanup_delay={first.seconds_to_close:g}"]
    server = FailingServer(
        stack, [event.does for event in of_server], flags, count=2 if first.two_servers else 1
    )
    async with server, Pages() as pages, AsyncExitStack() as leaving:
        browser = None
        if writing is Writing.IN_TABS:
            browser = await leaving.enter_async_context(running_browser())
        room = Room(server, pages, browser)
        games = [
            _Game(
                schedule, room, writing, f"lesson-{number}.ipynb", files[number] if files else None
            )
            for number, schedule in enumerate(schedules)
        ]
        for game in games:
            server.put(game.path, game.begin_with)
            leaving.push_async_callback(game.close)
        for game in games:
            await game.begin()
        for turn, event in enumerate([*of_server, None]):
            await _all(game.play(turn) for game in games)
            if event is not None:
                await server.suffer(event.does)
        # Whatever a schedule left undone, that people may be compared.
        for does in (Does.GOES_ON, Does.STARTS, Does.EMPTIES, Does.UNLOCKS):
            if _has(of_server, does):
                await server.suffer(does)
        outcomes = list(await _all(game.end() for game in games))
        look_at(server.course)
        return outcomes


def _has(events: Iterable[Event], does: Does) -> bool:
    undone = {
        Does.GOES_ON: {Does.HANGS},
        Does.STARTS: {Does.STOPS, Does.KILLED},
        Does.EMPTIES: {Does.FILLS},
        Does.UNLOCKS: {Does.LOCKS},
    }
    return any(event.does in undone[does] for event in events)


async def _all(doing: Iterable[Any]) -> Sequence[Any]:
    return await asyncio.gather(*doing)


@dataclass(frozen=True)
class Room:
    """What the games of a run share.

    Notebooks are opened one after the other: servers of old versions hang when several are opened
    at once.
    """

    server: FailingServer
    pages: Pages
    browser: Browser | None
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)


class _Game:
    """One schedule being played on a notebook of its own."""

    def __init__(
        self, schedule: Schedule, room: Room, writing: Writing, path: str, file: str | None
    ) -> None:
        self.path = path
        self.begin_with = file or notebook()
        self._is_own = file is None
        self._schedule = schedule
        self._room = room
        self._server = room.server
        self._segments = list(schedule.segments())
        self._error: str | None = None
        self._unplayable = False
        self._make = self._maker(writing)
        everybody = {*schedule.people, *(e.who for e in schedule.events if e.does is Does.COMES)}
        self._people: dict[str, Writer] = {}
        for number, name in enumerate(sorted(everybody)):
            second = number % 2 == 1
            self._people[name] = self._make(
                name, int(second and schedule.two_servers), second and schedule.text_editor
            )

    def _maker(self, writing: Writing) -> Callable[[str, int, bool], Writer]:
        def make(name: str, server: int, as_text: bool) -> Writer:
            def lab() -> Any:
                return self._server.lab(server)

            if writing is Writing.ALONE:
                return Alone(name, lab, self.path)
            if self._room.browser is not None:
                return Tab(name, self._room.browser, lab, self.path)
            return Client(name, self._room.pages, lab, self.path, as_text=as_text)

        return make

    async def close(self) -> None:
        for person in self._people.values():
            await person.close()

    async def begin(self) -> None:
        await self._try(self._open())

    async def _open(self) -> None:
        people = [self._people[name] for name in self._schedule.people]
        if self._schedule.at_once:
            await _all(person.come() for person in people)
        else:
            for person in people:
                await person.come()

    async def play(self, turn: int) -> None:
        """Play what comes before the server's event of this number.

        Each person's events are in order, and different people's go on at the same time, up to
        what happens to all.
        """
        together: list[Event] = []
        for event in self._segments[turn]:
            if event.who in self._people:
                together.append(event)
                continue
            await self._try(self._at_once(together))
            await self._try(self._happen(event))
            together = []
        await self._try(self._at_once(together))

    async def _at_once(self, events: Sequence[Event]) -> None:
        async def one(who: str) -> None:
            for event in events:
                if event.who == who:
                    await self._do(event)

        await _all(one(who) for who in dict.fromkeys(event.who for event in events))

    async def _happen(self, event: Event) -> None:
        """Have happen what no person does."""
        match event.does:
            case Does.EDITS:
                await self._edit_file(event.what)
            case Does.WAITS:
                await asyncio.sleep(float(event.what))
            case Does.SETTLES:
                await self._settle()

    async def _do(self, event: Event) -> None:
        person = self._people[event.who]
        match event.does:
            case Does.WAITS:
                await asyncio.sleep(float(event.what))
            case Does.TYPES:
                await person.type(event.cell, event.what)
            case Does.ADDS:
                await person.add(event.what)
            case Does.DROPS:
                await person.drop()
            case Does.RETURNS:
                await person.go_on()
            case Does.RELOADS:
                async with self._room.opening:
                    await person.reload()
            case Does.LEAVES:
                await person.leave()
            case Does.COMES:
                async with self._room.opening:
                    await person.come()

    async def _edit_file(self, word: str) -> None:
        # The server writes in place: whoever reads at that moment gets a part, and reads again.
        await until(lambda: self._file() is not None, _SECONDS_TO_SETTLE)
        self._server.put(self.path, with_cell(self._server.read(self.path), word))

    async def _settle(self) -> None:
        async def agreed() -> bool:
            seen = [
                texts
                for person in self._people.values()
                if await person.is_up_to_date() and (texts := await person.texts()) is not None
            ]
            return all(texts == self._file() for texts in seen)

        def at_rest() -> bool:
            return self._server.seconds_at_rest > _SECONDS_OF_QUIET

        while await until(agreed, _SECONDS_TO_SETTLE) is not None:
            await until(at_rest, _SECONDS_TO_SETTLE)
            if await agreed():
                return

    def _file(self) -> list[str] | None:
        try:
            return texts_of(self._server.read(self.path))
        except OSError:
            return None

    async def _try(self, doing: Any) -> None:
        """Do it; what can't be done ends the game, and is told."""
        if self._error:
            doing.close()
            return
        try:
            await doing
        except Unplayable as reason:
            self._error, self._unplayable = str(reason), True
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            self._error = f"{type(error).__name__}: {error} ({place.name}:{place.lineno})"

    async def end(self) -> Outcome:
        """Bring everybody together again, and judge what is left."""
        left, file = Left({}, None), ""
        if not self._error:
            await self._try(self._come_together())
        if not self._error:
            try:
                left, file = await self._look(), self._server.read(self.path)
            except Exception as error:
                self._error = f"{type(error).__name__}: {error}"
        words = list(self._schedule.words)
        besides: set[str] = set()
        if self._is_own:
            words += (first_word(cell) for cell in range(CELLS))
        else:
            besides = {word for cell in texts_of(self.begin_with) or () for word in cell.split()}
        damage = Damage() if self._error else judge(words, left, besides)
        return Outcome(self._schedule, damage, left, file, self._error, self._unplayable)

    async def _come_together(self) -> None:
        for person in self._people.values():
            await person.go_on()
            await person.follow_advice()
        await self._settle()
        # A message may have come only now; whoever works alone sees the others' work by reloading.
        for _ in range(_LAST_ROUNDS):
            before = self._dialogs
            for person in self._people.values():
                await person.follow_advice()
            if self._dialogs != before:
                await self._settle()

    @property
    def _dialogs(self) -> list[str]:
        return [told for person in self._people.values() for told in person.dialogs]

    async def _look(self) -> Left:
        visitor = self._make("visitor", 0, False)
        try:
            await visitor.come()
            people = {name: await person.texts() for name, person in self._people.items()}
            views = {name: _fixed(texts) for name, texts in people.items() if texts is not None}
            views["visitor"] = _fixed(await visitor.texts())
        finally:
            await visitor.close()
        return Left(views, _fixed(self._file()), tuple(self._dialogs))


def _fixed(texts: list[str] | None) -> tuple[str, ...] | None:
    return None if texts is None else tuple(texts)
