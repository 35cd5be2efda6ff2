"""How a notebook was, which tells what was typed into two copies of a cell, or came twice.

Where both copies of a cell say something of their own in the same line, they don't tell whether
each was typed into or one word took another's place. A version from before does: where each copy
is its text with something typed in, the cell is that text with what was typed into either.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rtc_guide.doctor.cells import Cell
from rtc_guide.doctor.reading import read
from rtc_guide.doctor.shaping import shape

_TOKEN = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")
_WORD = re.compile(r"\w+")
_ENDS = ".!? \n"
_MOST = 500
"""Texts of more words are not compared: it takes the square of them."""

_Typed = dict[int, list[str]]


@dataclass(frozen=True)
class Doubled:
    """A text that came again after itself."""

    id: str
    """The cell's, in the server's record: a file of before nbformat 4.5 has none."""
    before: str
    """What stands before it, from the line's beginning."""
    text: str
    between: str
    """What was typed between them since the record began."""

    def mended(self, text: str) -> str:
        """Return a cell's text with it once, unless somebody has changed something there."""
        once = re.escape(self.before + self.text + self.between)
        # Whoever was typing a word meanwhile has ended it.
        ended = r"\w*" if self.between else ""
        twice = re.compile(f"^({once}{ended}){re.escape(self.text)}(?!\\w)", re.MULTILINE)
        return twice.sub(r"\1", text, count=1)


@dataclass(frozen=True)
class Earlier:
    """What is known of how a notebook was."""

    versions: tuple[tuple[Cell, ...], ...]
    """The cells of earlier versions, the newest first."""
    doubled: tuple[Doubled, ...] = ()
    """What has come twice since."""

    def join(self, first: Cell, second: Cell) -> str | None:
        """Return a text from before with what was typed into two copies; None if it isn't known.

        What was typed into both in one place comes in the order of the copies.
        """
        if first.type != second.type:
            return None
        texts = dict.fromkeys(_candidate(cells, first, second) for cells in self.versions)
        found = (_joined(text, first.text, second.text) for text in texts if text is not None)
        return next((joined for joined in found if joined is not None), None)


def read_earlier(texts: Iterable[str], doubled: Iterable[Doubled] = ()) -> Earlier | None:
    """Read the texts of notebook files, the newest first; None where one is no notebook."""
    found = [read(text).notebook for text in texts]
    notebooks = [notebook for notebook in found if notebook is not None]
    if len(notebooks) < len(found):
        return None
    return Earlier(tuple(shape(notebook).cells for notebook in notebooks), tuple(doubled))


def splits(one: str, other: str) -> bool:
    """Tell whether a word goes from the end of a text into the beginning of another."""
    return bool(_WORD.match(one[-1:]) and _WORD.match(other[:1]))


def _candidate(cells: Sequence[Cell], first: Cell, second: Cell) -> str | None:
    """Return what the cell of two copies said: the one of their id or, without ids, the likeliest.

    That is the one with the words that both copies have.
    """
    of_type = [cell for cell in cells if cell.type == first.type and cell.text.strip()]
    ids = {first.id, second.id} - {None}
    if ids and any(cell.id for cell in cells):
        of_type = [cell for cell in of_type if cell.id in ids]
    shared = first.words & second.words
    likeliest = max(of_type, key=lambda cell: -len(cell.words ^ shared), default=None)
    return likeliest.text if likeliest else None


def _joined(before: str, first: str, second: str) -> str | None:
    parts = _TOKEN.findall(before)
    ones, others = _typed(parts, first), _typed(parts, second)
    if ones is None or others is None or _told(ones) & _told(others):
        return None  # Something is gone, or stood in both copies before: it is another version.
    text = []
    for place in range(len(parts) + 1):
        one, other = "".join(ones[place]), "".join(others[place])
        if splits(one, other):
            return None  # They would become one word.
        text += [one, other, *parts[place : place + 1]]
    return "".join(text)


def _typed(before: Sequence[str], text: str) -> _Typed | None:
    """Return what was typed into a text before each of its parts; None where some are gone."""
    parts = _TOKEN.findall(text)
    if max(len(before), len(parts)) > _MOST:
        return None
    typed: _Typed = defaultdict(list)
    matcher = SequenceMatcher(None, before, parts, autojunk=False)
    for _, a, b, c, d in (step for step in matcher.get_opcodes() if step[0] != "equal"):
        if a != b:
            return None
        typed[a] += parts[c:d]
    return typed


def _told(typed: _Typed) -> set[str]:
    """Return the words and signs that were typed, without those that end sentences."""
    texts = ("".join(parts).rstrip(_ENDS) for parts in typed.values())
    return {part for text in texts for part in _TOKEN.findall(text) if not part.isspace()}
