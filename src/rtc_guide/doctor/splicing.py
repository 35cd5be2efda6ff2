"""Texts of two cells in one: the text of another cell stands inside a cell's own.

Healthy notebooks have that in whole lines: a cell that puts earlier ones together, or goes on with
one. So what counts as damage is another cell's whole text, long enough to be known by it, of which
at least one end is inside a line, with nothing between that would join them in a program; or a cell
whose lines are those of two other cells in turns.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rtc_guide.doctor.cells import Cell

_LETTERS = re.compile(r"[^\W\d_]")
_OWN_LINES = 2
"""How many lines each of two cells must have to be known in a third by its lines."""
_KNOWN = 20
"""How many letters another cell's text must have to be known in a cell's."""
_WORD = re.compile(r"\w+")
_ENDS = re.compile(r"[\w)\]}\"'#!?.]")
_BEGINS = re.compile(r"[\w#\"'%!]")


@dataclass(frozen=True)
class Splice:
    """Another cell's text in a cell."""

    others: tuple[Cell, ...]
    """Whose text it is: one cell's, or two whose lines make up the whole cell."""
    text: str | None
    """The cell's text without it; None where it is not clear what the cell's own text is."""


def find_splice(cell: Cell, others: Sequence[Cell]) -> Splice | None:
    """Find the texts of other cells that are mixed into one."""
    if cell.is_kept:
        return None
    inside = [
        other
        for other in others
        if other is not cell
        and not other.is_kept
        and other.type == cell.type
        and len(other.text.strip()) < len(cell.text.strip())
        and len(_LETTERS.findall(other.text)) >= _KNOWN
    ]
    for other in sorted(inside, key=lambda other: -len(other.text)):
        rest = _without(cell.text.strip(), other.text.strip())
        if rest is not None:
            return Splice((other,), rest)
    mine = _lines(cell.text)
    if len(mine) < 2 * _OWN_LINES:
        return None
    known = set(mine)
    by_lines = [(other, _lines(other.text)) for other in inside]
    by_lines = [(o, ls) for o, ls in by_lines if len(ls) >= _OWN_LINES and known.issuperset(ls)]
    for number, (one, its) in enumerate(by_lines):
        for other, others_lines in by_lines[number + 1 :]:
            if _in_turns(mine, its, others_lines):
                return Splice((one, other), None)
    return None


def _without(text: str, other: str) -> str | None:
    """Return a text without another one that is glued into it, None where it isn't."""
    at = text.find(other)
    while at >= 0:
        before, after = text[:at], text[at + len(other) :]
        if _glued(before, other, other) or _glued(other, after, other):
            return before + after if len(_WORD.findall(before + after)) > 1 else None
        at = text.find(other, at + 1)
    return None


def _glued(before: str, after: str, other: str) -> bool:
    """Whether two texts meet in a line as nobody writes it."""
    if not before or not after:
        return False
    if _WORD.fullmatch(before[-1] + after[0]) and "\n" not in other.strip():
        return False  # a line may well be a part of a longer one: `fit.plot()` of `my_fit.plot()`
    return bool(_ENDS.fullmatch(before[-1]) and _BEGINS.fullmatch(after[0]))


def _in_turns(lines: list[str], one: list[str], other: list[str]) -> bool:
    """Whether lines are those of two texts in turns, each in its order, not one after the other."""
    if len(lines) != len(one) + len(other) or lines in (one + other, other + one):
        return False
    reached = {0}
    for number, line in enumerate(lines):
        reached = {
            next_
            for at in reached
            for next_ in (
                *([at + 1] if at < len(one) and one[at] == line else []),
                *([at] if number - at < len(other) and other[number - at] == line else []),
            )
        }
    return len(one) in reached


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.strip()]
