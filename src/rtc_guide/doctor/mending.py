"""Mending a notebook: the text of a file in, the text of a sound one out."""

from dataclasses import dataclass

import nbformat

from rtc_guide.doctor.diagnosis import Finding
from rtc_guide.doctor.earlier import Earlier
from rtc_guide.doctor.examining import examine
from rtc_guide.doctor.shaping import write

_ROUNDS = 8
"""How often at most what was mended is looked at again: what one damage hid may show then."""


@dataclass(frozen=True)
class Mended:
    """What came of mending a notebook."""

    text: str
    """The file's new text; the old one to the letter where nothing was or could be mended."""
    done: tuple[str, ...]
    """What was mended, in sentences; cells are counted as in the old file."""
    left: tuple[Finding, ...]
    """What is still wrong, or has to be looked at; cells are counted as in the new text."""


def mend(text: str, earlier: Earlier | None = None) -> Mended:
    """Mend the text of a notebook file, with the help of an earlier version; never raises.

    A new text is valid by nbformat. No text of a cell is lost: where copies of a cell differ, both
    texts are kept.
    """
    done: list[str] = []
    examined = examine(text, earlier)
    for _ in range(_ROUNDS):
        if not examined.is_mended:
            break
        try:
            text = write(examined.cells, examined.rest)
        except nbformat.ValidationError:
            break
        done += [damage.mended for damage in examined.damages if damage.mended is not None]
        examined = examine(text, earlier)
    return Mended(text, tuple(done), tuple(damage.finding for damage in examined.damages))
