"""Schedules: who does what in which order, and what goes wrong; as data that can be replayed."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

_VERSION = 1


class Does(StrEnum):
    """What can happen. Those of a person have the person's name as `who`."""

    # A person.
    TYPES = "types"
    """A word, at the end of a cell: `what` is the word, `cell` says which one."""
    ADDS = "adds"
    """A cell at the end, with the word `what`."""
    DROPS = "drops"
    """Their connection ends: a lost network, a sleeping laptop."""
    RETURNS = "returns"
    """Their connection is back."""
    RELOADS = "reloads"
    """They reload the page, and with it lose what only the page knew."""
    LEAVES = "leaves"
    """They close the page."""
    COMES = "comes"
    """They open the notebook, again or for the first time."""
    WAITS = "waits"
    """Nothing, for `what` seconds."""
    SETTLES = "settles"
    """They wait until all who are connected see the same, and the file on disk has it."""
    # Another program, on the notebook's file.
    EDITS = "edits"
    """The file gets a cell with the word `what`, as after a git pull or in another editor."""
    # The server, for all notebooks at once.
    STOPS = "stops"
    KILLED = "is killed"
    STARTS = "starts"
    HANGS = "hangs"
    GOES_ON = "goes on"
    FORGETS_EDITS = "forgets edits"
    """The store of edits, `.jupyter_ystore.db`, is gone."""
    FORGETS_SESSIONS = "forgets sessions"
    """The record of sessions is gone."""
    UPDATES = "updates"
    """It ran with an earlier version of jupyter-collaboration, and gets the one of the stack."""
    FILLS = "fills up"
    """No space is left on the disk."""
    EMPTIES = "has space again"
    LOCKS = "locks files"
    """Notebooks can't be written any more."""
    UNLOCKS = "unlocks files"


_OF_SERVER = frozenset(list(Does)[list(Does).index(Does.STOPS) :])
OF_SERVER = "the server"
OF_DISK = "another program"


@dataclass(frozen=True)
class Event:
    """One thing that happens: who does what."""

    who: str
    does: Does
    what: str = ""
    cell: int = 0

    @property
    def of_server(self) -> bool:
        """Whether it happens to the server, and so to everybody's notebooks."""
        return self.does in _OF_SERVER

    def __str__(self) -> str:
        if self.does is Does.WAITS:
            return f"{self.who} waits {self.what} s"
        what = f" “{self.what}”" if self.what else ""
        cell = f" into cell {self.cell + 1}" if self.does is Does.TYPES else ""
        return f"{self.who} {self.does}{what}{cell}"


@dataclass(frozen=True)
class Schedule:
    """What happens to one notebook, in order; `people` have it open when it begins.

    `seconds_to_close` is how long the server keeps a notebook in memory that nobody has open. With
    `two_servers` every second person works on another server with the same files, with
    `text_editor` in the editor for plain text. Where they come `at_once` they all open it in the
    same moment, else one after the other.
    """

    people: tuple[str, ...]
    events: tuple[Event, ...]
    # Jupyter's default is 60 (jupyter_server_ydoc's `document_cleanup_delay`).
    seconds_to_close: float = 60
    two_servers: bool = False
    text_editor: bool = False
    at_once: bool = False
    seed: int | None = field(default=None, compare=False)

    @property
    def words(self) -> dict[str, str]:
        """The words that are typed, with who types them."""
        written = (Does.TYPES, Does.ADDS, Does.EDITS)
        return {event.what: event.who for event in self.events if event.does in written}

    @property
    def of_server(self) -> tuple[Event, ...]:
        """What happens to the server."""
        return tuple(event for event in self.events if event.of_server)

    @property
    def surroundings(self) -> tuple[object, ...]:
        """What must be the same in schedules that are played side by side."""
        return self.of_server, self.seconds_to_close, self.two_servers

    def segments(self) -> Iterator[tuple[Event, ...]]:
        """Return what happens before, between and after the server's events."""
        segment: list[Event] = []
        for event in self.events:
            if event.of_server:
                yield tuple(segment)
                segment = []
            else:
                segment.append(event)
        yield tuple(segment)

    def told(self) -> list[str]:
        """Say what happens, a sentence an event."""
        every_second = [
            *(["on another server with the same files"] if self.two_servers else []),
            *(["as text"] if self.text_editor else []),
        ]
        how = f", every second person {' and '.join(every_second)}" if every_second else ""
        people = ", ".join(self.people)
        opened = "open a notebook in the same moment" if self.at_once else "have the notebook open"
        return [f"{people} {opened}{how}.", *map(str, self.events)]


class ScheduleError(Exception):
    """A schedule that can't be read; the message says which, and what is wrong."""


def write(schedule: Schedule, path: Path, **more: Any) -> None:
    """Write a schedule, with what else shall be known of it, as JSON; whole or not at all."""
    told = {
        "schema": _VERSION,
        **more,
        "seed": schedule.seed,
        "people": list(schedule.people),
        "seconds_to_close": schedule.seconds_to_close,
        "two_servers": schedule.two_servers,
        "text_editor": schedule.text_editor,
        "at_once": schedule.at_once,
        "events": [_told(event) for event in schedule.events],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_suffix(".part")
    making.write_text(f"{json.dumps(told, indent=1, ensure_ascii=False)}\n", "utf-8")
    making.replace(path)


def read(path: Path) -> Schedule:
    """Read a schedule. Raises `ScheduleError` where it is none."""
    try:
        told = json.loads(path.read_text("utf-8"))
        if told["schema"] != _VERSION:
            raise ValueError(f"its schema is {told['schema']}, not {_VERSION}")
        return Schedule(
            people=tuple(told["people"]),
            events=tuple(_event(each) for each in told["events"]),
            seconds_to_close=float(told["seconds_to_close"]),
            two_servers=bool(told.get("two_servers")),
            text_editor=bool(told.get("text_editor")),
            at_once=bool(told.get("at_once")),
            seed=told["seed"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ScheduleError(f"{path} holds no schedule: {error}") from error


def _told(event: Event) -> dict[str, Any]:
    told: dict[str, Any] = {"who": event.who, "does": event.does.value}
    if event.what:
        told["what"] = event.what
    if event.does is Does.TYPES:
        told["cell"] = event.cell
    return told


def _event(told: dict[str, Any]) -> Event:
    return Event(told["who"], Does(told["does"]), told.get("what", ""), told.get("cell", 0))


def without(schedule: Schedule, dropped: Iterable[int]) -> Schedule:
    """Return a schedule without the events at these places."""
    gone = set(dropped)
    kept = tuple(event for place, event in enumerate(schedule.events) if place not in gone)
    return replace(schedule, events=kept)
