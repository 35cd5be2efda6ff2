"""The evidence of one stack: what each claim's trial saw, in one JSON file."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from rtc_guide.evidence.verdict import Case, Verdict, verdict_of

FOLDER = "evidence"
"""Where the evidence is, seen from the book's folder."""

_SCHEMA = Path(__file__).with_name("schema.json")


class EvidenceError(Exception):
    """Evidence that can't be read; the message says where, what is wrong and what to do."""


@dataclass(frozen=True)
class Seen:
    """What trying a claim on a way of sharing came to.

    `why` says why nothing could be proven. `text` identifies what the page said at that time,
    `versions` maps the packages that ran to their versions; `seconds` is how long it took.
    """

    claim: str
    way: str
    cases: tuple[Case, ...]
    seconds: float
    on: date
    text: str
    versions: dict[str, str]
    why: str | None = None

    @property
    def verdict(self) -> Verdict:
        """Sum up the cases."""
        return Verdict.UNPROVEN if self.why else verdict_of(self.cases)


@dataclass(frozen=True)
class Evidence:
    """All that was seen on one stack, by claim and way of sharing."""

    stack: str
    claims: dict[tuple[str, str], Seen] = field(default_factory=dict)

    def with_seen(self, fresh: Iterable[Seen], known: Iterable[tuple[str, str]]) -> "Evidence":
        """Return it with what was seen now, and only with claims and ways that are `known`.

        What could not be proven now leaves in place what was proven before.
        """
        claims = dict(self.claims)
        for seen in fresh:
            before = claims.get((seen.claim, seen.way))
            if before is None or before.why or not seen.why:
                claims[seen.claim, seen.way] = seen
        kept = set(known)
        return Evidence(self.stack, {key: seen for key, seen in claims.items() if key in kept})


def path_of(stack: str, book: Path) -> Path:
    """Return the file of a stack's evidence in the book's folder."""
    return book / FOLDER / f"{stack}.json"


def read(path: Path) -> Evidence:
    """Read one file. Raises `EvidenceError` where it is missing, damaged or of another kind."""
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(path, str(error)) from error
    wrong = next(_validator().iter_errors(told), None)
    if wrong:
        raise _unreadable(path, f"{wrong.json_path}: {wrong.message[:200]}")
    if told["stack"] != path.stem:
        raise _unreadable(path, f"it is of the stack “{told['stack']}”, not “{path.stem}”")
    claims = {}
    for claim, ways in told["claims"].items():
        for way, each in ways.items():
            seen = _seen(claim, way, each)
            if seen.verdict != each["verdict"]:
                raise _unreadable(
                    path,
                    f"“{claim}” on “{way}” is said to be “{each['verdict']}”, "
                    f"but its cases come to “{seen.verdict}”",
                )
            claims[claim, way] = seen
    return Evidence(told["stack"], claims)


def read_all(book: Path) -> list[Evidence]:
    """Read the evidence of all stacks of a book, in the order of their names.

    Raises `EvidenceError` as `read` does.
    """
    return [read(path) for path in sorted((book / FOLDER).glob("*.json"))]


def write(evidence: Evidence, path: Path) -> None:
    """Write one file, whole or not at all."""
    claims: dict[str, dict[str, Any]] = {}
    for (claim, way), seen in sorted(evidence.claims.items()):
        claims.setdefault(claim, {})[way] = _told(seen)
    text = json.dumps(
        {"schema": 1, "stack": evidence.stack, "claims": claims}, indent=1, ensure_ascii=False
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_suffix(".part")
    making.write_text(f"{text}\n", "utf-8")
    making.replace(path)


def _told(seen: Seen) -> dict[str, Any]:
    return {
        "verdict": seen.verdict.value,
        **({"why": seen.why} if seen.why else {}),
        "cases": [
            {"name": case.name, "holds": case.holds, "proof": case.proof} for case in seen.cases
        ],
        "seconds": seen.seconds,
        "on": seen.on.isoformat(),
        "text": seen.text,
        "versions": seen.versions,
    }


def _seen(claim: str, way: str, told: dict[str, Any]) -> Seen:
    return Seen(
        claim=claim,
        way=way,
        cases=tuple(Case(**case) for case in told["cases"]),
        seconds=told["seconds"],
        on=date.fromisoformat(told["on"]),
        text=told["text"],
        versions=told["versions"],
        why=told.get("why"),
    )


def _unreadable(path: Path, what: str) -> EvidenceError:
    return EvidenceError(
        f"{path} can't be read: {what}. Take it back from git, or remove it and write it again: "
        "make accept"
    )


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads(_SCHEMA.read_text("utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker())
