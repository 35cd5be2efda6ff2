"""Schedules that did damage, kept with what was seen: one JSON file each, to be played again."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from rtc_guide.evidence.discretion import indiscretion_in
from rtc_guide.evidence.stack import FOLDER, EvidenceError

DAMAGE = "damage"
"""The folder of these files, in the folder of the evidence."""

_SCHEMA = Path(__file__).with_name("damage.schema.json")


@dataclass(frozen=True)
class Report:
    """What a schedule did: `damaged` of the `times` that it was played.

    `happens` tells the schedule, a sentence an event; `found` are the kinds of damage, `saw` is
    an example of it; `path` is the file, relative to the book's folder.
    """

    path: str
    stack: str
    versions: dict[str, str]
    on: date
    happens: tuple[str, ...]
    found: tuple[str, ...]
    saw: str
    damaged: int
    times: int


def read_reports(book: Path) -> list[Report]:
    """Read all of a book, by the names of their files. Raises `EvidenceError`."""
    return [
        _read(path, path.relative_to(book).as_posix())
        for path in sorted((book / FOLDER / DAMAGE).glob("*.json"))
    ]


def _read(path: Path, shown: str) -> Report:
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(path, str(error)) from error
    wrong = next(_validator().iter_errors(told), None)
    if wrong:
        raise _unreadable(path, f"{wrong.json_path}: {wrong.message[:200]}")
    if private := next(filter(None, map(indiscretion_in, (*told["happens"], told["saw"]))), None):
        raise _unreadable(path, f"it tells what is nobody's business: “{private}”")
    return Report(
        path=shown,
        stack=told["stack"],
        versions=told["versions"],
        on=date.fromisoformat(told["on"]),
        happens=tuple(told["happens"]),
        found=tuple(told["found"]),
        saw=told["saw"],
        damaged=told["damaged"],
        times=told["times"],
    )


def _unreadable(path: Path, what: str) -> EvidenceError:
    return EvidenceError(
        f"{path} can't be read: {what}. Take it back from git, or remove it; "
        "`rtc-guide search --kept evidence/damage` finds such schedules"
    )


@cache
def _validator() -> Draft202012Validator:
    schema: Any = json.loads(_SCHEMA.read_text("utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker())
