"""One damage of a notebook: its kind, where it is, and what mending it comes to."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of damage, in words for readers."""

    NOT_A_NOTEBOOK = "not a notebook"
    """Nothing in the text can be read as a notebook's cells."""
    INVALID_JSON = "invalid JSON"
    CUT_OFF = "cut off"
    """The file ends too early."""
    WRONG_TYPE = "wrong type"
    """A part is missing or is something else than the notebook format says."""
    LOST_METADATA = "lost metadata"
    REPEATED_NOTEBOOK = "repeated notebook"
    """All cells stand there twice or more."""
    REPEATED_CELLS = "repeated cells"
    """A cell or a run of cells stands there twice or more."""
    DUPLICATE_ID = "duplicate id"
    """Cells that are no copies of each other have one id."""
    DOUBLED_TEXT = "doubled text"
    """A cell's text, or a part of it, stands in the cell twice."""
    SPLICED_TEXT = "spliced text"
    """A cell's text is mixed with another cell's."""
    KEPT_VERSION = "kept version"
    """A cell that an earlier mending added, since copies of a cell differed."""


@dataclass(frozen=True)
class Finding:
    """One damage."""

    kind: Kind
    cells: tuple[int, ...]
    """The damaged cells, counted from 1; of repeats the later copies. Empty: the whole file."""
    told: str
    """What is wrong in one or two sentences, with cell numbers."""


@dataclass(frozen=True)
class Damage:
    """A finding, and in a sentence how it was mended: None where it is left as it is."""

    finding: Finding
    mended: str | None


def damage(kind: Kind, cells: Iterable[int], told: str, mended: str | None = None) -> Damage:
    """Return a damage; `cells` are counted from 1."""
    return Damage(Finding(kind, tuple(sorted(set(cells))), told), mended)


def told_cells(numbers: Iterable[int]) -> str:
    """Say which cells: “cell 3”, “cells 2 and 5”, “cells 1–4 and 9”."""
    ranges: list[list[int]] = []
    for number in sorted(set(numbers)):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    parts = []
    for first, last in ranges:
        if last - first == 1:
            parts += [str(first), str(last)]
        else:
            parts.append(str(first) if first == last else f"{first}–{last}")
    several = len(parts) > 1 or "–" in parts[0]
    listed = " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
    return f"cell{'s' if several else ''} {listed}"
