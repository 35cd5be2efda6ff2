"""The schedules that pages tell of: each a circumstance, drawn anew for each notebook.

A case says what happens; who types which word into which cell, and when, differs from notebook to
notebook by the notebook's number, so that a number of notebooks is a number of trials.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from rtc_guide.trials.faults.notebook import CELLS
from rtc_guide.trials.faults.schedule import OF_DISK, OF_SERVER, Does, Event, Schedule

PEOPLE = ADA, BEN, CARA = "Ada", "Ben", "Cara"
_LONGEST_PAUSE = 1.2

WHOLE = "every word is there, once"
SAME = "all see the same"
TOLD = "whoever loses is told"
"""What is observed of each case, as pages name it."""

Draw: TypeAlias = Callable[["Pen"], Iterator[Event]]


class Pen:
    """Draws what people do at random, each word with a number of its own."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self._count = 0

    def word(self, who: str) -> str:
        """Return a word that nobody has typed yet."""
        self._count += 1
        return f"{who.lower()}{self._count}x"

    def types(self, *people: str, words: int = 2) -> Iterator[Event]:
        """Have each of these people type, with pauses: into cells, or a cell of their own."""
        for who in people:
            for _ in range(words):
                pause = round(self.random.uniform(0, _LONGEST_PAUSE), 2)
                yield Event(who, Does.WAITS, str(pause))
                if self.random.random() < 0.25:
                    yield Event(who, Does.ADDS, self.word(who))
                else:
                    yield Event(who, Does.TYPES, self.word(who), self._cell_of(who))

    def _cell_of(self, who: str) -> int:
        # Everybody has cells of their own: what two people type at one place at the same moment
        # may come to stand in any order, without anything being wrong.
        return self.random.randrange(CELLS // len(PEOPLE)) * len(PEOPLE) + PEOPLE.index(who)

    def edits(self) -> Event:
        """Have another program add a cell to the file."""
        return Event(OF_DISK, Does.EDITS, self.word("disk"))


def _server(*does: Does) -> Iterator[Event]:
    return (Event(OF_SERVER, each) for each in does)


def _person(who: str, *does: Does) -> Iterator[Event]:
    return (Event(who, each) for each in does)


_SETTLE = Event(OF_SERVER, Does.SETTLES)


@dataclass(frozen=True)
class FaultCase:
    """A circumstance: its id, which claims name, and how it is drawn.

    `seconds_to_close` is how long the server keeps what nobody has open, where that matters.
    `apart` tells that it is tried without collaboration too. `by_chance` names what happens
    sometimes: it is counted, and nothing is claimed of it.
    """

    id: str
    draw: Draw
    people: tuple[str, ...] = (ADA, BEN)
    seconds_to_close: float = 60
    two_servers: bool = False
    text_editor: bool = False
    at_once: bool = False
    apart: bool = False
    by_chance: frozenset[str] = frozenset()

    def schedule(self, seed: int) -> Schedule:
        """Draw it for one notebook."""
        events = tuple(self.draw(Pen(seed)))
        return Schedule(
            self.people,
            events,
            self.seconds_to_close,
            self.two_servers,
            self.text_editor,
            self.at_once,
            seed,
        )


CASES: dict[str, FaultCase] = {}


def _case(id: str, **more: object) -> Callable[[Draw], Draw]:
    def register(draw: Draw) -> Draw:
        CASES[id] = FaultCase(id, draw, **more)  # type: ignore[arg-type]
        return draw

    return register


@_case("calm", people=(ADA, BEN, CARA), apart=True)
def _calm(pen: Pen) -> Iterator[Event]:
    """Three people type at once, and nothing goes wrong: without it, the rest says nothing."""
    yield from pen.types(ADA, BEN, CARA, words=4)


@_case("opened-at-once", people=(ADA, BEN, CARA), at_once=True)
def _opened_at_once(pen: Pen) -> Iterator[Event]:
    """Three people open the notebook in the same moment, as a class does, and type at once."""
    yield from pen.types(ADA, BEN, CARA)


def _restart(pen: Pen, how: Does, *forgets: Does) -> Iterator[Event]:
    """Two people type before the server is down, while it is, and after."""
    yield from pen.types(ADA, BEN)
    yield _SETTLE
    yield from _server(how, *forgets)
    yield from pen.types(ADA, BEN, words=1)
    yield from _server(Does.STARTS)
    yield from pen.types(ADA, BEN)


@_case("restart", apart=True)
def _restarted(pen: Pen) -> Iterator[Event]:
    yield from _restart(pen, Does.STOPS)


@_case("restart-edits-forgotten")
def _edits_forgotten(pen: Pen) -> Iterator[Event]:
    yield from _restart(pen, Does.STOPS, Does.FORGETS_EDITS)


@_case("restart-sessions-forgotten")
def _sessions_forgotten(pen: Pen) -> Iterator[Event]:
    yield from _restart(pen, Does.STOPS, Does.FORGETS_SESSIONS)


@_case("restart-all-forgotten")
def _all_forgotten(pen: Pen) -> Iterator[Event]:
    yield from _restart(pen, Does.STOPS, Does.FORGETS_EDITS, Does.FORGETS_SESSIONS)


@_case("restart-updated")
def _updated(pen: Pen) -> Iterator[Event]:
    yield from _restart(pen, Does.STOPS, Does.UPDATES)


@_case("restart-tabs-closed")
def _tabs_closed(pen: Pen) -> Iterator[Event]:
    """What the guide advises: everybody closes the notebook, then the server may stop."""
    yield from pen.types(ADA, BEN)
    yield _SETTLE
    yield from (Event(who, Does.LEAVES) for who in (ADA, BEN))
    yield from _server(Does.STOPS, Does.FORGETS_EDITS, Does.FORGETS_SESSIONS, Does.STARTS)
    yield from (Event(who, Does.COMES) for who in (ADA, BEN))
    yield from pen.types(ADA, BEN)


@_case("stopped-after-quiet")
def _stopped_after_quiet(pen: Pen) -> Iterator[Event]:
    """What the guide advises: all see their words in the file before the server is stopped."""
    yield from pen.types(ADA, BEN)
    yield _SETTLE
    yield from _server(Does.KILLED, Does.STARTS)
    yield from pen.types(ADA, BEN)


@_case("killed-saving", apart=True, by_chance=frozenset({SAME}))
def _killed(pen: Pen) -> Iterator[Event]:
    """The server is killed while some words are saved, some are being saved, some aren't."""
    yield from pen.types(ADA, BEN, words=3)
    yield from _server(Does.KILLED, Does.STARTS)
    yield from pen.types(ADA, BEN, words=1)


@_case("paused")
def _paused(pen: Pen) -> Iterator[Event]:
    yield from pen.types(ADA, BEN)
    yield from _server(Does.HANGS)
    yield from pen.types(ADA, BEN)
    yield from _server(Does.GOES_ON)
    yield from pen.types(ADA, BEN, words=1)


@_case("offline", apart=True)
def _offline(pen: Pen) -> Iterator[Event]:
    """One person goes on typing without a connection, the other with it."""
    yield from pen.types(ADA, BEN, words=1)
    yield from _person(BEN, Does.DROPS)
    yield from pen.types(ADA, BEN)
    yield from _person(BEN, Does.RETURNS)
    yield from pen.types(ADA, BEN, words=1)


@_case("reloaded")
def _reloaded(pen: Pen) -> Iterator[Event]:
    """One person reloads the page right after the last key, while the other types."""
    for _ in range(2):
        yield from pen.types(ADA, BEN, words=1)
        yield from _person(BEN, Does.RELOADS)
    yield from pen.types(ADA, BEN, words=1)


@_case("offline-closed")
def _offline_closed(pen: Pen) -> Iterator[Event]:
    """One person types without a connection, and closes or reloads the page before it is back."""
    yield from pen.types(ADA, BEN, words=1)
    yield from _person(BEN, Does.DROPS)
    yield from pen.types(ADA, BEN)
    yield from _person(BEN, Does.LEAVES, Does.RETURNS, Does.COMES)
    yield from pen.types(ADA, BEN, words=1)


def _asleep(pen: Pen) -> Iterator[Event]:
    yield from pen.types(ADA, BEN, words=1)
    yield _SETTLE
    yield from _person(BEN, Does.DROPS)
    yield from pen.types(BEN)
    yield from _person(ADA, Does.LEAVES)
    yield Event(OF_SERVER, Does.WAITS, "3")


@_case("asleep", seconds_to_close=1)
def _slept(pen: Pen) -> Iterator[Event]:
    """A laptop sleeps with unsent words; meanwhile the server closes the notebook."""
    yield from _asleep(pen)
    yield from _person(BEN, Does.RETURNS)
    yield from _person(ADA, Does.COMES)
    yield from pen.types(ADA, BEN, words=1)


@_case("asleep-others-went-on", seconds_to_close=1)
def _slept_long(pen: Pen) -> Iterator[Event]:
    """The same, and others open it again and type before the laptop wakes."""
    yield from _asleep(pen)
    yield from _person(ADA, Does.COMES)
    yield from pen.types(ADA)
    yield _SETTLE
    yield from _person(BEN, Does.RETURNS)
    yield from pen.types(ADA, BEN, words=1)


@_case("asleep-file-changed", seconds_to_close=1)
def _slept_changed(pen: Pen) -> Iterator[Event]:
    """The same, and the file changes on disk before anybody opens it again."""
    yield from _asleep(pen)
    yield pen.edits()
    yield _SETTLE
    yield from _person(ADA, Does.COMES)
    yield _SETTLE
    yield from _person(BEN, Does.RETURNS)
    yield from pen.types(ADA, BEN, words=1)


@_case("asleep-edits-forgotten", seconds_to_close=1, by_chance=frozenset({SAME}))
def _slept_forgotten(pen: Pen) -> Iterator[Event]:
    """The same, and the record of edits is lost before anybody opens it again."""
    yield from _asleep(pen)
    yield from _server(Does.FORGETS_EDITS)
    yield from _person(ADA, Does.COMES)
    yield _SETTLE
    yield from _person(BEN, Does.RETURNS)
    yield from pen.types(ADA, BEN, words=1)


@_case("file-changed-open", apart=True)
def _changed_open(pen: Pen) -> Iterator[Event]:
    """The file changes on disk while people type."""
    yield from pen.types(ADA, BEN)
    yield pen.edits()
    yield from pen.types(ADA, BEN)


@_case("file-changed-quiet")
def _changed_quiet(pen: Pen) -> Iterator[Event]:
    """The file changes on disk while people have it open, and nobody types."""
    yield from pen.types(ADA, BEN)
    yield _SETTLE
    yield pen.edits()
    yield Event(OF_SERVER, Does.WAITS, "3")
    yield _SETTLE
    yield from pen.types(ADA, BEN)


@_case("file-changed-down")
def _changed_down(pen: Pen) -> Iterator[Event]:
    """The file changes while the server is down and people have the notebook open."""
    yield from pen.types(ADA, BEN)
    yield _SETTLE
    yield from _server(Does.STOPS)
    yield pen.edits()
    yield from pen.types(BEN, words=1)
    yield from _server(Does.STARTS)
    yield from pen.types(ADA, BEN, words=1)


@_case("file-changed-offline")
def _changed_offline(pen: Pen) -> Iterator[Event]:
    """The file changes while one person is offline and types, and the other is not."""
    yield from pen.types(ADA, BEN, words=1)
    yield _SETTLE
    yield from _person(BEN, Does.DROPS)
    yield from pen.types(BEN)
    yield pen.edits()
    yield Event(OF_SERVER, Does.WAITS, "3")
    yield _SETTLE
    yield from _person(BEN, Does.RETURNS)
    yield from pen.types(ADA, BEN, words=1)


@_case("file-changed-closed", seconds_to_close=1)
def _changed_closed(pen: Pen) -> Iterator[Event]:
    """What the guide advises: everybody closes the notebook, and the server lets go of it."""
    yield from pen.types(ADA, BEN)
    yield _SETTLE
    # Not at the same moment, when the server may not notice (the trial of `lets-go`).
    yield from _person(ADA, Does.LEAVES)
    yield Event(OF_SERVER, Does.WAITS, "1")
    yield from _person(BEN, Does.LEAVES)
    yield Event(OF_SERVER, Does.WAITS, "3")
    yield pen.edits()
    yield from (Event(who, Does.COMES) for who in (ADA, BEN))
    yield from pen.types(ADA, BEN)


@_case("two-editors", text_editor=True)
def _two_editors(pen: Pen) -> Iterator[Event]:
    """One person has the notebook open as a notebook, the other its file as text."""
    yield from pen.types(ADA, words=1)
    yield _SETTLE
    yield from (event for event in pen.types(ADA, BEN) if event.does is not Does.ADDS)


@_case("two-servers", two_servers=True, by_chance=frozenset({SAME}))
def _two_servers(pen: Pen) -> Iterator[Event]:
    """Two servers offer the same files, and each person works on one of them."""
    yield from pen.types(ADA, BEN, words=3)


@_case("disk-full", apart=True)
def _disk_full(pen: Pen) -> Iterator[Event]:
    """The disk is full for a while; in the end there is space again, and people go on."""
    yield from pen.types(ADA, BEN)
    yield _SETTLE
    yield from _server(Does.FILLS)
    yield from pen.types(ADA, BEN)
    yield Event(OF_SERVER, Does.WAITS, "2")
    yield from _server(Does.EMPTIES)
    yield from pen.types(ADA, BEN, words=1)


def _unsaved(pen: Pen, trouble: Does) -> Iterator[Event]:
    """Nothing can be saved any more, and people leave without a look at what was saved."""
    yield from pen.types(ADA, BEN)
    yield _SETTLE
    yield from _server(trouble)
    yield from pen.types(ADA, BEN)
    yield Event(OF_SERVER, Does.WAITS, "2")
    yield from (Event(who, Does.LEAVES) for who in (ADA, BEN))


@_case("disk-full-stopped")
def _disk_full_stopped(pen: Pen) -> Iterator[Event]:
    yield from _unsaved(pen, Does.FILLS)


@_case("not-writable")
def _not_writable(pen: Pen) -> Iterator[Event]:
    yield from _unsaved(pen, Does.LOCKS)
