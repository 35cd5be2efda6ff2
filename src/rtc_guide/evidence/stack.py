"""The evidence of one stack: what trials of claims and walkthroughs saw, in one JSON file."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from rtc_guide.evidence import capacity
from rtc_guide.evidence.discretion import indiscretion_in
from rtc_guide.evidence.verdict import Case, Verdict, verdict_of
from rtc_guide.evidence.walked import Failure, Walked

FOLDER = "evidence"
"""Where the evidence is, seen from the book's folder."""

VERSION = 2
"""Which schema the files follow."""

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
    """All that was seen on one stack: of claims, by way of sharing, and of walkthroughs, by id."""

    stack: str
    claims: dict[tuple[str, str], Seen] = field(default_factory=dict)
    walkthroughs: dict[str, Walked] = field(default_factory=dict)

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
        return replace(self, claims={key: seen for key, seen in claims.items() if key in kept})

    def with_walked(self, fresh: Iterable[Walked], known: Iterable[str]) -> "Evidence":
        """Return it with what was carried out now, and only with walkthroughs that are `known`."""
        walked = self.walkthroughs | {each.walkthrough: each for each in fresh}
        kept = set(known)
        return replace(
            self, walkthroughs={key: each for key, each in walked.items() if key in kept}
        )


def path_of(stack: str, book: Path) -> Path:
    """Return the file of a stack's evidence in the book's folder."""
    return book / FOLDER / f"{stack}.json"


def read(path: Path) -> Evidence:
    """Read one file.

    Raises `EvidenceError` where it is missing, damaged, of another kind, or tells of a machine.
    """
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(path, str(error)) from error
    if isinstance(told, dict) and told.get("schema") in range(1, VERSION):
        raise _unreadable(path, f"it is of schema {told['schema']}, and this is schema {VERSION}")
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
    walkthroughs = {key: _walked(key, each) for key, each in told["walkthroughs"].items()}
    evidence = Evidence(told["stack"], claims, walkthroughs)
    if private := _indiscretion(evidence):
        raise _unreadable(path, f"it tells what is nobody's business: “{private}”")
    return evidence


def read_all(book: Path) -> list[Evidence]:
    """Read the evidence of all stacks of a book, in the order of their names.

    Raises `EvidenceError` as `read` does.
    """
    return [read(path) for path in files_of(book)]


def files_of(book: Path) -> list[Path]:
    """Return the files of stacks in the evidence of a book; the measurement beside them is none."""
    return sorted(path for path in (book / FOLDER).glob("*.json") if path.name != capacity.FILE)


def write(evidence: Evidence, path: Path) -> None:
    """Write one file, whole or not at all.

    Raises `EvidenceError` where a walkthrough's would hold a secret or something of a machine:
    what is kept of the software goes through `discretion.cleaned` before.
    """
    if private := _indiscretion(evidence):
        raise EvidenceError(
            f"{path} was not written: it would hold “{private}”, which is nobody's business"
        )
    claims: dict[str, dict[str, Any]] = {}
    for (claim, way), seen in sorted(evidence.claims.items()):
        claims.setdefault(claim, {})[way] = _told(seen)
    whole = {
        "schema": VERSION,
        "stack": evidence.stack,
        "walkthroughs": {
            key: _told_walked(each) for key, each in sorted(evidence.walkthroughs.items())
        },
        "claims": claims,
    }
    text = json.dumps(whole, indent=1, ensure_ascii=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_suffix(".part")
    making.write_text(f"{text}\n", "utf-8")
    making.replace(path)


def _told(seen: Seen) -> dict[str, Any]:
    return {
        "verdict": seen.verdict.value,
        **({"why": seen.why} if seen.why else {}),
        "cases": [
            {key: value for key, value in asdict(case).items() if value is not None}
            for case in seen.cases
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


def _told_walked(walked: Walked) -> dict[str, Any]:
    failure = walked.failure
    return {
        "outcome": "passed" if walked.passed else "failed",
        **(
            {"failure": {key: value for key, value in asdict(failure).items() if value is not None}}
            if failure
            else {}
        ),
        "saw": [list(pair) for pair in walked.saw],
        "latency": list(walked.latency) if walked.latency is not None else None,
        "seconds": walked.seconds,
        "on": walked.on.isoformat(),
        "text": walked.text,
        "versions": walked.versions,
    }


def _walked(walkthrough: str, told: dict[str, Any]) -> Walked:
    return Walked(
        walkthrough=walkthrough,
        seconds=told["seconds"],
        on=date.fromisoformat(told["on"]),
        text=told["text"],
        versions=told["versions"],
        failure=Failure(**told["failure"]) if "failure" in told else None,
        saw=tuple((heading, what) for heading, what in told["saw"]),
        latency=tuple(told["latency"]) if told["latency"] is not None else None,
    )


def _indiscretion(evidence: Evidence) -> str | None:
    """Return what of a machine the evidence tells, if anything."""
    said = []
    for walked in evidence.walkthroughs.values():
        failed = walked.failure
        said += [what for pair in walked.saw for what in pair]
        # A word that failed is the page's own; what was found came from the machine.
        said += [failed.found, failed.page] if failed else []
    for seen in evidence.claims.values():
        said += [seen.why or "", *(told for case in seen.cases for told in (case.name, case.proof))]
    return next((private for text in said if (private := indiscretion_in(text))), None)


def _unreadable(path: Path, what: str) -> EvidenceError:
    return EvidenceError(
        f"{path} can't be read: {what}. Take it back from git, or remove it and write it again: "
        f"rtc-guide check --accept --stack {path.stem}"
    )


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads(_SCHEMA.read_text("utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker())
