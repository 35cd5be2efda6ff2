"""What carrying out a walkthrough came to: what was seen on the way, and where it failed."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Failure:
    """Where the software did not bear a page out.

    `page` is relative to the project and `line` counts from 1, as does `step`, which is 0 where
    the walkthrough could not begin; then it has no `role` and `text` either, which are of the word
    that failed. `found` says what was there instead.
    """

    page: str
    line: int
    step: int
    found: str
    role: str | None = None
    text: str | None = None


@dataclass(frozen=True)
class Walked:
    """A walkthrough as it was carried out on a stack; it passed where there is no `failure`.

    `text` identifies what the page said at that time, `versions` maps the packages that ran to
    their versions, `seconds` is how long it took. `saw` is what was read from the software under
    the headings that steps gave (`:tells:`). `latency` has, in milliseconds, how long each key took
    from one person's keyboard to another one's document; none where that was not measured.
    """

    walkthrough: str
    seconds: float
    on: date
    text: str
    versions: dict[str, str]
    failure: Failure | None = None
    saw: tuple[tuple[str, str], ...] = ()
    latency: tuple[float, ...] | None = None

    @property
    def passed(self) -> bool:
        """Whether every word of every step was borne out."""
        return self.failure is None
