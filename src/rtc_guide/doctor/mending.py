"""Mending a notebook: the text of a file in, the text of a sound one out."""

from dataclasses import dataclass

from rtc_guide.doctor.diagnosis import Finding


@dataclass(frozen=True)
class Mended:
    """What came of mending a notebook."""

    text: str
    """The file's new text; the old one to the letter where nothing was or could be mended."""
    done: tuple[str, ...]
    """What was mended, in sentences; cells are counted as in the old file."""
    left: tuple[Finding, ...]
    """What is still wrong, or has to be looked at; cells are counted as in the new text."""


def mend(text: str) -> Mended:
    """Mend the text of a notebook file; never raises.

    A new text is valid by nbformat. No text of a cell is lost: where copies of a cell differ, both
    texts are kept.
    """
    raise NotImplementedError
