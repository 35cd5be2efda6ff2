"""Which function tries which claim, and on which ways of sharing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from rtc_guide.evidence.verdict import Case
from rtc_guide.pages.ways import EVERY

# A trial is given a way of sharing (`ways.Sharing`, or the class of the way that it is for), ready
# to be used, and tells its cases.
Try: TypeAlias = Callable[[Any], Awaitable[list[Case]]]

# Modules that register trials.
_MODULES = (
    "entering",
    "stopping",
    "putting_out",
    "revoking",
    "shares",
    "dialog",
    "handing_out",
    "meeting",
    "idle",
    "looking",
    "servers",
    "faults.trying",
    "faults.letting_go",
)


@dataclass(frozen=True)
class Trial:
    """What tries a claim on some ways of sharing, with the place of its source."""

    claim: str
    ways: tuple[str, ...]
    run: Try
    path: Path
    line: int


class Unproven(Exception):
    """The surroundings don't allow to try this; the message says why, for the evidence."""


class Unplayable(Exception):
    """The software does not get as far as what is to be tried; the message says where it ends."""


_trials: dict[str, Trial] = {}


def tries(
    claim: str, *ways: str, written: Callable[..., Any] | None = None
) -> Callable[[Try], Try]:
    """Register a function as what tries a claim on these ways of sharing.

    `written` is what the claim's author wrote for it, where the function itself is made of that.
    """
    unknown = set(ways) - EVERY.keys()
    if unknown or not ways:
        raise ValueError(f"the trial of “{claim}” needs known ways of sharing, not {unknown}")

    def register(run: Try) -> Try:
        if claim in _trials:
            raise ValueError(f"“{claim}” has two trials")
        code = (written or run).__code__
        _trials[claim] = Trial(claim, ways, run, Path(code.co_filename), code.co_firstlineno)
        return run

    return register


def all_trials() -> dict[str, Trial]:
    """Return all trials, by the id of the claim they try."""
    for module in _MODULES:
        import_module(f"rtc_guide.trials.{module}")
    return dict(_trials)
