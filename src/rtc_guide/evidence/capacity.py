"""How many people one server carried: what `bench/capacity` measured, in one JSON file."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match

from rtc_guide.evidence.discretion import indiscretion_in

FILE = "capacity.json"
"""The name of the file, in the folder of the evidence."""

VERSION = 1
"""Which schema the file follows."""

_SCHEMA = Path(__file__).with_name("capacity.schema.json")


class CapacityError(Exception):
    """A measurement that can't be read or kept; the message says where, why and what to do."""


class Server(StrEnum):
    """What carried the people."""

    LAB = "jupyterlab"
    BARE = "pycrdt-websocket"


class Layout(StrEnum):
    """Who types where: all in one notebook, or every two people in one of their own."""

    ONE = "one"
    PAIRS = "pairs"


@dataclass(frozen=True)
class Measured:
    """What a number of people at a server came to, for some seconds.

    `keys` is how many were typed. The times are of each key to each other document of its
    notebook, in milliseconds; there are none where nobody else had the notebook. `missing` is how
    many of these had not come when the measurement ended: each counts with the time until then.
    `cpu` is the server's share of a core, `memory` its resident set in MiB, `opening` the seconds
    in which each of some more people had a notebook, one after the other, while the others typed.

    `lag` is the 95th percentile of how late the clients' own timers were, in milliseconds, and
    `others` the share of the server's core that something else used, if that is known.

    `failed` says in what the server failed these people, where it did: it did not let all in, or
    lost some. `dropped` says why the measurement tells nothing of the server, where it doesn't.
    """

    server: Server
    layout: Layout
    people: int
    keys: int
    missing: int
    median: float | None
    p95: float | None
    cpu: float
    memory: float
    opening: tuple[float, ...]
    lag: float
    others: float | None
    failed: str | None = None
    dropped: str | None = None

    def is_within(self, milliseconds: float) -> bool:
        """Tell whether 95 of 100 keys came in so short a time; where nobody waited, they did."""
        return self.failed is None and (self.p95 is None or self.p95 <= milliseconds)


@dataclass(frozen=True)
class Machine:
    """Where it was measured; `pinned` tells that the server had one core, and that for itself."""

    cpu: str
    cores: int
    pinned: bool


@dataclass(frozen=True)
class Store:
    """The server's record of edits after `updates` of them.

    `size` is its bytes, `opening` in how many seconds a notebook came that the server has to read
    from the record, and `opening_without` the same where the record has nothing of it.
    """

    updates: int
    size: int
    opening: float
    opening_without: float


@dataclass(frozen=True)
class Memory:
    """Resident sets in MiB: of a server that nobody has used, and of one idle kernel."""

    server: float
    kernel: float


@dataclass(frozen=True)
class Capacity:
    """All that was measured in one run.

    `words` is how many words of five keys each person typed in a minute. `versions` maps the
    packages that ran to their versions.
    """

    on: date
    machine: Machine
    versions: dict[str, str]
    words: int
    measured: tuple[Measured, ...]
    store: Store | None = None
    memory: Memory | None = None

    def of(self, server: Server, layout: Layout) -> list[Measured]:
        """Return the measurements that count, of a server and a layout, fewest people first."""
        found = [
            each
            for each in self.measured
            if (each.server, each.layout) == (server, layout) and each.dropped is None
        ]
        return sorted(found, key=lambda each: each.people)


def read(path: Path) -> Capacity:
    """Read the file. Raises `CapacityError` where it is not as it should be."""
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(path, str(error)) from error
    if wrong := best_match(_validator().iter_errors(told)):
        raise _unreadable(path, f"{wrong.json_path}: {wrong.message}")
    capacity = _capacity(told)
    if private := _indiscretion(capacity):
        raise _unreadable(path, f"it tells what is nobody's business: “{private}”")
    return capacity


def write(capacity: Capacity, path: Path) -> None:
    """Write the file, whole or not at all.

    Raises `CapacityError` where it would hold something of a machine, or would not be read back.
    """
    if private := _indiscretion(capacity):
        raise CapacityError(
            f"{path} was not written: it would hold “{private}”, which is nobody's business"
        )
    told = {"schema": VERSION, **asdict(capacity), "on": capacity.on.isoformat()}
    # As it will be read: tuples are lists there.
    text = json.dumps(told, indent=1, ensure_ascii=False)
    if wrong := best_match(_validator().iter_errors(json.loads(text))):
        raise CapacityError(f"{path} was not written: {wrong.json_path}: {wrong.message}")
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_suffix(".part")
    making.write_text(f"{text}\n", "utf-8")
    making.replace(path)


def carried(measured: Iterable[Measured], within: float) -> tuple[int | None, Measured | None]:
    """Return the most people whose keys came in time, and the first measurement where they didn't.

    In time is 95 of 100 keys within so many milliseconds, with these people and with all fewer
    that were measured. The first is None where already the fewest waited longer, the second where
    nobody did. Somebody alone waits for nobody, and is no answer.
    """
    most = None
    for each in sorted(measured, key=lambda each: each.people):
        if not each.is_within(within):
            return most, each
        if each.p95 is not None:
            most = each.people
    return most, None


def _capacity(told: dict[str, Any]) -> Capacity:
    return Capacity(
        on=date.fromisoformat(told["on"]),
        machine=Machine(**told["machine"]),
        versions=told["versions"],
        words=told["words"],
        measured=tuple(
            Measured(
                **{
                    **each,
                    "server": Server(each["server"]),
                    "layout": Layout(each["layout"]),
                    "opening": tuple(each["opening"]),
                }
            )
            for each in told["measured"]
        ),
        store=Store(**told["store"]) if told["store"] else None,
        memory=Memory(**told["memory"]) if told["memory"] else None,
    )


def _indiscretion(capacity: Capacity) -> str | None:
    said = [capacity.machine.cpu, *capacity.versions.values()]
    said += [why for each in capacity.measured for why in (each.failed, each.dropped) if why]
    return next((private for text in said if (private := indiscretion_in(text))), None)


def _unreadable(path: Path, what: str) -> CapacityError:
    return CapacityError(
        f"{path} can't be read: {what}. Take it back from git, or measure again: "
        "python bench/capacity"
    )


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads(_SCHEMA.read_text("utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker())
