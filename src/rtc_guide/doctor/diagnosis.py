"""What is wrong with a notebook, in plain words with the numbers of cells."""

from dataclasses import dataclass

from rtc_guide.doctor.damage import Finding, Kind
from rtc_guide.doctor.earlier import Earlier
from rtc_guide.doctor.examining import examine

__all__ = ["Diagnosis", "Finding", "Kind", "diagnose"]


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


def diagnose(text: str, earlier: Earlier | None = None) -> Diagnosis:
    """Find what is wrong with the text of a notebook file; never raises."""
    examined = examine(text, earlier)
    return Diagnosis(tuple(damage.finding for damage in examined.damages), examined.found)
