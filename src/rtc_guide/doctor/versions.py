"""Two copies of a cell that became different: one cell that loses no text of either.

Copies differ where somebody typed into one of them. If a line stands in one copy only, it was typed
there (or deleted in the other, which nothing tells): it is taken. If a line differs and one of the
two says all that the other says, and more, the longer is taken. What then still differs can't be
decided by the copies alone: if no earlier version of the notebook tells (`earlier`), the
newer-looking copy is the cell, and the other one is kept as a raw cell after it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from rtc_guide.doctor.cells import KEPT, Cell
from rtc_guide.doctor.earlier import Earlier

_SHORT = 160
"""Texts that together are longer than this, in characters, are compared by words, …"""
_MOST_WORDS = 400
"""… and those with more words than this by lines."""
_ALIKE = 0.3
"""A lesser likeness is taken for none."""
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True)
class Merged:
    """What became of two copies of a cell."""

    cell: Cell
    kept: Cell | None
    """The other copy, where its text couldn't be taken into the cell."""
    by_earlier: bool = False
    """Whether only an earlier version told how to join their texts."""


@lru_cache(maxsize=4096)
def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1; 0.9 at least where one has all of the other."""
    one, other = one.strip(), other.strip()
    if one == other:
        return 1.0
    if not one or not other:
        return 0.0
    if _holds(one, other) or _holds(other, one):
        return 0.9
    # Long texts by their words: what is compared takes the square of the length.
    parts = _parts if len(one) + len(other) > _SHORT else list
    matcher = SequenceMatcher(None, parts(one), parts(other), autojunk=False)
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
        return 0.0
    return matcher.ratio()


def _parts(text: str) -> list[str]:
    words = _WORD.findall(text)
    return words if len(words) < _MOST_WORDS else text.splitlines()


def merge(first: Cell, second: Cell, earlier: Earlier | None = None) -> Merged:
    """Make one cell of two copies; it has the number of the first.

    It has the outputs of the better copy: one that has any, rather without an error, rather of the
    later run.
    """
    newer, older = (first, second) if _newness(first) > _newness(second) else (second, first)
    best = max((newer, older), key=_ran)
    text = join(older.text, newer.text) if newer.type == older.type else None
    if text is None and newer.text.strip() == older.text.strip():
        text = newer.text
    joined = earlier.join(first, second) if earlier and text is None else None
    text = joined if text is None else text
    metadata = older.body["metadata"] | newer.body["metadata"]
    body = newer.body | {"metadata": metadata, "source": newer.text if text is None else text}
    if "id" in first.body:
        body["id"] = first.body["id"]
    if newer.type == "code" and best.type == "code":
        body |= {"outputs": best.body["outputs"], "execution_count": best.count}
    if newer.type != "code" and (older.body.get("attachments") or newer.body.get("attachments")):
        both = (older.body.get("attachments") or {}) | (newer.body.get("attachments") or {})
        body["attachments"] = both
    cell = Cell(first.number, body)
    if text is not None or not older.text.strip():
        return Merged(cell, None, by_earlier=joined is not None)
    about = {KEPT: {"version of": cell.id or cell.number, "cell_type": older.type}}
    raw = {"cell_type": "raw", "metadata": about, "source": older.text}
    return Merged(cell, Cell(second.number, raw))


def join(older: str, newer: str) -> str | None:
    """Return a text with all that two versions say; None where they say different things."""
    if older.strip() == newer.strip():
        return newer
    if _holds(newer, older.strip()):
        return newer
    if _holds(older, newer.strip()):
        return older
    lines = list(_joined_lines(older.splitlines(), newer.splitlines()))
    return None if None in lines else "\n".join(line for line in lines if line is not None)


def _joined_lines(older: list[str], newer: list[str]) -> Iterator[str | None]:
    """Yield the lines of both; None where they differ and neither says all of the other."""
    matcher = SequenceMatcher(None, older, newer, autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            yield from newer[c:d]
        elif what in ("insert", "delete"):
            yield from older[a:b] or newer[c:d]
        else:
            yield from _joined_hunk(older[a:b], newer[c:d])


def _joined_hunk(older: list[str], newer: list[str]) -> Iterator[str | None]:
    """Join lines that stand in each other's place."""
    if len(older) == len(newer):
        for one, other in zip(older, newer, strict=True):
            yield _joined_line(one, other)
        return
    # Lines were typed into one version, and one line beside them was typed into as well.
    shorter, longer = sorted((older, newer), key=len)
    at = 0
    for line in longer:
        if at < len(shorter) and _joined_line(shorter[at], line) is not None:
            yield _joined_line(shorter[at], line)
            at += 1
        else:
            yield line
    if at < len(shorter):
        yield None


def _joined_line(one: str, other: str) -> str | None:
    if _holds(one, other.strip()):
        return one
    return other if _holds(other, one.strip()) else None


def _holds(longer: str, shorter: str) -> bool:
    """Whether a text is another one with something typed in at one place."""
    if len(longer) < len(shorter):
        return False
    if not shorter:
        return True
    if shorter in longer:
        return True
    before = next((i for i, c in enumerate(shorter) if longer[i] != c), len(shorter))
    after = len(shorter) - before
    return before > 0 and longer.endswith(shorter[before:]) and after <= len(longer) - before


def _newness(cell: Cell) -> tuple[bool, int, int]:
    """Return what tells the newer of two copies: was it run, how late, how much does it say."""
    return bool(cell.outputs), cell.count or 0, len(cell.text)


def _ran(cell: Cell) -> tuple[bool, bool, int]:
    outputs = cell.outputs
    good = not any(output.get("output_type") == "error" for output in outputs)
    return bool(outputs), good, cell.count or 0
