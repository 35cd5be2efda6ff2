"""Words that came twice when somebody came back, as the edits in a server's store tell.

A server that has lost its record of edits makes a new one from the file. Whoever still has the
notebook open comes back with all that they know, among it words that are in the file already. They
come in one edit, into several cells at once, and beside the same words in more than one of them: a
person types in one cell at a time, and who was offline types few words again in several cells.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from jupyter_ydoc import YNotebook

from rtc_guide.doctor.earlier import Doubled, splits
from rtc_guide.doctor.history import replay
from rtc_guide.doctor.store import Edit

_WORD = re.compile(r"\w")
_LEAST = 3
"""How many letters and digits must come twice, that nobody meant it."""
_LONGEST = 2000
"""How many characters are looked at: it takes the square of them."""


def find_doubled(edits: Sequence[Edit]) -> list[Doubled]:
    """Find what came twice into a notebook by edits that changed several cells at once."""
    document = YNotebook()
    changed: set[int | None] = set()
    watching = document.ycells.observe_deep(lambda events: changed.update(map(_cell_of, events)))
    texts: dict[int, str] = {}
    # What was in the file, by the cells' ids.
    begun: dict[str, str] = {}
    found: list[Doubled] = []
    try:
        for _ in replay(edits, document):
            if None in changed:  # cells came, went or changed places
                texts = {place: _text(cell) for place, cell in enumerate(document.ycells)}
                begun = begun or {_id(cell): _text(cell) for cell in document.ycells}
                changed.clear()
                continue
            now = {place: _text(document.ycells[place]) for place in changed if place is not None}
            other = {place: text for place, text in now.items() if text != texts.get(place)}
            if len(other) > 1:
                changes = [
                    (_id(document.ycells[place]), texts.get(place, ""), text)
                    for place, text in other.items()
                ]
                doubled = list(_doubled(begun, changes))
                found += doubled if len(doubled) > 1 else []
            texts |= now
            changed.clear()
    finally:
        document.ycells.unobserve(watching)
    return found


def _doubled(
    begun: Mapping[str, str], changes: Iterable[tuple[str, str, str]]
) -> Iterator[Doubled]:
    """Yield what an edit brought twice, by the cells' ids, their texts before it, and after it."""
    for cell, before, after in changes:
        if cell in begun and (again := _again(begun[cell], before, after)):
            yield Doubled(cell, *again)


def _cell_of(event: object) -> int | None:
    """Return in which cell something changed; None if it is the list of cells."""
    path = getattr(event, "path", [])
    return path[0] if path else None


def _text(cell: Mapping[str, object]) -> str:
    return str(cell["source"])


def _id(cell: Mapping[str, object]) -> str:
    return str(cell["id"]) if "id" in cell else ""


def _again(begun: str, before: str, after: str) -> tuple[str, str, str] | None:
    """Return what stands before a text that came again after itself, the text, and what is between.

    None if something else came.
    """
    start = _common(before, after)
    came = after[start : len(after) - len(before) + start]
    if not 0 < len(came) <= _LONGEST or before[:start] + came + before[start:] != after:
        return None
    # What was typed since the record began stands after it, or after what came.
    typed = _common(begun, before)
    for size in range(len(came), 0, -1):
        first, last = came[:size], came[-size:]
        of_first, of_last = splits(first, came[size:]), splits(came[:-size], last)
        there = before[: start + size] if start + size <= len(before) else ""
        for text, end, between, is_split in (
            (first, before[:start], "", of_first),
            (first, before[:typed], before[typed:start], of_first),
            (last, there, "", of_last),
            # What came stands before what was there, with more of it between.
            (last, before[:start], came[:-size], of_last),
        ):
            earlier = end.removesuffix(text)
            if is_split or earlier == end or splits(earlier, text):
                continue
            if text in begun and len(_WORD.findall(text)) >= _LEAST:
                return earlier.rpartition("\n")[2], text, between
    return None


def _common(one: str, other: str) -> int:
    """Return how long a beginning two texts share."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
