"""Texts of two cells in one: the text of another cell stands inside a cell's own.

Healthy notebooks have that in whole lines (a cell that puts earlier ones together, or goes on with
one) and as a part of a longer expression. So what counts as damage is another cell's whole text,
long enough to be known by it, of which at least one end is inside a line, and with which the code
can't be parsed and without which it can, or of several lines; or a cell whose lines are those of
two other cells in turns.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rtc_guide.doctor.cells import Cell
from rtc_guide.doctor.parsing import reads_as_python

_LETTERS = re.compile(r"[^\W\d_]")
_OWN_LINES = 2
"""How many lines each of two cells must have to be known in a third by its lines."""
_KNOWN = 20
"""How many letters another cell's text must have to be known in a cell's, …"""
_KNOWN_INSIDE = 12
"""… and where it stands in the middle of a line."""
_WORD = re.compile(r"\w+")
_ENDS = re.compile(r"[\])}\"';][\w#\"']")
"""The end of a line of code and the beginning of one, with nothing between."""


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
        and len(_LETTERS.findall(other.text)) >= _KNOWN_INSIDE
    ]
    for other in sorted(inside, key=lambda other: -len(other.text)):
        rest = _without(cell.text.strip(), other.text.strip(), code=cell.type == "code")
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


def _without(text: str, other: str, *, code: bool) -> str | None:
    """Return a text without another one that is glued into it, None where it isn't."""
    at = text.find(other)
    while at >= 0:
        before, after = text[:at], text[at + len(other) :]
        if _is_glued(before, other, after, code=code):
            return before + after if len(_WORD.findall(before + after)) > 1 else None
        at = text.find(other, at + 1)
    return None


def _is_glued(before: str, other: str, after: str, *, code: bool) -> bool:
    """Whether a text meets what is around it inside a line, as nobody writes it."""
    seams = [
        one[-1] + another[0]
        for one, another in ((before, other), (other, after))
        if one and another and not one[-1].isspace() and not another[0].isspace()
    ]
    letters = len(_LETTERS.findall(other))
    if not code:
        return bool(seams) and letters >= _KNOWN
    if letters >= _KNOWN and _has_long_line_at_seam(before, other, after):
        return True
    whole, rest = before + other + after, before + after
    if reads_as_python(whole):
        return False
    if reads_as_python(rest):
        return bool(seams) and letters >= (_KNOWN_INSIDE if len(seams) == 2 else _KNOWN)
    # Another language: only what looks like the end of a line and the beginning of another.
    return "\n" in other and letters >= _KNOWN and any(map(_ENDS.match, seams))


def _has_long_line_at_seam(before: str, other: str, after: str) -> bool:
    """Whether a line of several, one that says something, begins or ends inside a line."""
    lines = other.splitlines()
    ends = ((lines[0], before[-1:]), (lines[-1], after[:1]))
    return len(lines) > 1 and any(
        beside and not beside.isspace() and len(_LETTERS.findall(line)) >= _KNOWN_INSIDE
        for line, beside in ends
    )


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
