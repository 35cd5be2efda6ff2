"""Earlier versions of a notebook, made again from the edits that a server's store has of it.

A store has single keystrokes. A version is what somebody would call one: the notebook as it was
before a pause, before its number of cells leapt (as when a notebook doubles), or at the latest
after some minutes of work. A version that differs in nothing from the one before is none.
"""

import json
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import nbformat
from jupyter_ydoc import YNotebook

from rtc_guide.doctor.diagnosis import Kind, diagnose
from rtc_guide.doctor.store import Edit, StoreError

PAUSE = 30.0
"""Seconds without an edit that end a version."""
AT_MOST = 600.0
"""Seconds of work after which a version ends without a pause."""
DOUBLING = (
    *(Kind.REPEATED_NOTEBOOK, Kind.REPEATED_CELLS, Kind.DUPLICATE_ID),
    *(Kind.DOUBLED_TEXT, Kind.SPLICED_TEXT),
)
"""What merging does to a notebook; the rest of what the doctor finds comes of files."""
LEAP = 3
"""Cells that come or go in one edit which end the version before it: one person adds one by one."""

Cell = dict[str, Any]


@dataclass(frozen=True)
class Version:
    """A notebook as it was for a while."""

    number: int
    """Counted from 1, the oldest."""
    edits: int
    """How many of the document's edits lead to it, from its first."""
    when: datetime
    """When the last of them came, in UTC."""
    cells: int
    change: str
    """What is different from the version before, in a line."""
    damage: tuple[str, ...]
    """The kinds of doubling that the doctor finds in it, if any."""


@dataclass(frozen=True)
class History:
    """All versions of a document, oldest first."""

    versions: tuple[Version, ...]
    path: str | None
    """The notebook's path as the document has it, below the folder that the server offers."""
    unreadable: int
    """Edits that are damaged: versions after them may lack something."""


def list_versions(edits: Sequence[Edit]) -> History:
    """List the versions of a notebook with these edits, in the order in which they came."""
    counts = [len(document.ycells) for document, _ in replay(edits)]
    versions: list[Version] = []
    before: list[Cell] = []
    last: dict[str, Any] | None = None
    ends = set(_ends(edits, counts))
    document, unreadable = YNotebook(), 0
    for number, (document, unreadable) in enumerate(replay(edits), start=1):  # noqa: B007
        if number not in ends:
            continue
        notebook = _content(document)
        if notebook is None or notebook == last:
            continue
        cells = notebook["cells"]
        change = tell_change(before, cells) if versions else "as it was opened"
        when = datetime.fromtimestamp(edits[number - 1].when, UTC)
        versions.append(
            Version(len(versions) + 1, number, when, len(cells), change, _find_damage(notebook))
        )
        before, last = cells, notebook
    return History(tuple(versions), document.path, unreadable)


def write_version(edits: Sequence[Edit], version: Version) -> str:
    """Return the notebook of a version, as the text of a valid file.

    Raises `StoreError` where the edits don't make a notebook.
    """
    document = YNotebook()
    for document, _ in replay(edits[: version.edits]):  # noqa: B007
        pass
    try:
        with warnings.catch_warnings():
            # Cells that share an id get ids of their own, as when the server saves.
            warnings.simplefilter("ignore")
            _, content = nbformat.validator.normalize(document.get())
        notebook = nbformat.from_dict(content)  # type: ignore[no-untyped-call]
        nbformat.validate(notebook)
    # Of a format that nbformat has no schema for it raises a `KeyError`.
    except (nbformat.ValidationError, KeyError) as error:
        told = getattr(error, "message", "its format is unknown")
        raise StoreError(
            f"Version {version.number} is no whole notebook ({told}). "
            "Choose one before or after it."
        ) from error
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return text if text.endswith("\n") else f"{text}\n"


def replay(
    edits: Sequence[Edit], document: YNotebook | None = None
) -> Iterator[tuple[YNotebook, int]]:
    """Apply one edit after another; give the document and how many were damaged so far.

    It is a new document, or the one that is given, which has nothing in it yet.
    """
    document, unreadable = YNotebook() if document is None else document, 0
    for edit in edits:
        try:
            document.ydoc.apply_update(edit.update)
        except Exception:
            # Whatever pycrdt makes of damaged bytes; the other edits may be whole.
            unreadable += 1
        yield document, unreadable


def _ends(edits: Sequence[Edit], counts: Sequence[int]) -> Iterator[int]:
    """Give the numbers of edits, counted from 1, after which a version ends."""
    begin = edits[0].when if edits else 0.0
    for number, ((edit, count), (next_edit, next_count)) in enumerate(
        pairwise(zip(edits, counts, strict=True)), start=1
    ):
        paused = next_edit.when - edit.when > PAUSE
        leaps = abs(next_count - count) >= LEAP
        if paused or leaps or next_edit.when - begin > AT_MOST:
            yield number
            begin = next_edit.when
    if edits:
        yield len(edits)


def _content(document: YNotebook) -> dict[str, Any] | None:
    """Return the notebook with all its cells, `None` while there is none yet."""
    notebook: dict[str, Any] = document.get(deduplicate=False)
    return notebook if notebook["nbformat"] and notebook["cells"] else None


def _find_damage(notebook: dict[str, Any]) -> tuple[str, ...]:
    kinds = {finding.kind for finding in diagnose(json.dumps(notebook)).findings}
    return tuple(kind.value for kind in DOUBLING if kind in kinds)


def tell_change(before: Sequence[Cell], after: Sequence[Cell]) -> str:
    """Say in a line what is different in a notebook's cells; numbers count from 1.

    Those of cells that went are of the version before, all others of the one after.
    """
    old, new = _by_name(before), _by_name(after)
    told = [
        ("added", [index for name, (index, _) in new.items() if name not in old]),
        ("removed", [index for name, (index, _) in old.items() if name not in new]),
    ]
    both = [(index, old[name][1], cell) for name, (index, cell) in new.items() if name in old]
    told += [
        (
            "changed",
            [i for i, was, now in both if _differ(was, now, "source", "cell_type")],
        ),
        ("with other outputs", [i for i, was, now in both if _differ(was, now, "outputs")]),
    ]
    kept = [[name for name in names if name in old and name in new] for names in (old, new)]
    if kept[0] != kept[1]:
        moved = [new[b][0] for a, b in zip(*kept, strict=True) if a != b]
        told.append(("in another order", moved))
    parts = [f"{_cells(numbers)} {what}" for what, numbers in told if numbers]
    return "; ".join(parts) or "metadata changed"


def _by_name(cells: Sequence[Cell]) -> dict[tuple[str, int], tuple[int, Cell]]:
    """Name each cell by its id, else by its text, and by which with that name it is."""
    seen: Counter[str] = Counter()
    named: dict[tuple[str, int], tuple[int, Cell]] = {}
    for index, cell in enumerate(cells, start=1):
        name = str(cell.get("id") or cell.get("source"))
        seen[name] += 1
        named[name, seen[name]] = (index, cell)
    return named


def _differ(was: Cell, now: Cell, *parts: str) -> bool:
    return any(was.get(part) != now.get(part) for part in parts)


def _cells(numbers: Sequence[int]) -> str:
    """Say which cells: “cell 3”, “cells 1, 4–6”."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
    return f"{'cell' if len(numbers) == 1 else 'cells'} {', '.join(told)}"
