"""What is wrong with a notebook, in plain words with the numbers of cells."""

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


@dataclass(frozen=True)
class Finding:
    """One damage."""

    kind: Kind
    cells: tuple[int, ...]
    """The damaged cells, counted from 1; of repeats the later copies. Empty: the whole file."""
    told: str
    """What is wrong in one or two sentences, with cell numbers."""


@dataclass(frozen=True)
class Diagnosis:
    """All that is wrong with a notebook."""

    findings: tuple[Finding, ...]
    cells: int | None
    """How many cells can be read, None where the text is no notebook."""

    @property
    def is_healthy(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def diagnose(text: str) -> Diagnosis:
    """Find what is wrong with the text of a notebook file; never raises."""
    raise NotImplementedError
