"""What trying a claim came to: its cases, each observed to hold or not, and the verdict."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

OF = "of"
"""In a case's `counts`: how many times it was tried."""


class Verdict(StrEnum):
    """What the trial of a claim found, in words for readers."""

    HOLDS = "holds"
    FAILS = "does not hold"
    DEPENDS = "depends"
    UNPROVEN = "not proven"


@dataclass(frozen=True)
class Case:
    """One circumstance in which the claim was tried: whether it held there, and what was seen.

    `name` is for readers (“a page opened anew”) and unique in its trial; `proof` is what was
    seen, in words and numbers (status codes, close codes, counts, seconds), without secrets.
    Where it was tried a number of times, `counts` says how often each of several things was seen,
    and under `OF` how many times that was.
    """

    name: str
    holds: bool
    proof: str
    counts: Mapping[str, int] | None = None


def verdict_of(cases: Iterable[Case]) -> Verdict:
    """Sum up the cases of a trial: `DEPENDS` where some hold and others don't.

    Raises `ValueError` where there is no case, since then nothing was tried.
    """
    found = {case.holds for case in cases}
    if not found:
        raise ValueError("a trial without a case proves nothing")
    if len(found) == 2:
        return Verdict.DEPENDS
    return Verdict.HOLDS if found == {True} else Verdict.FAILS
