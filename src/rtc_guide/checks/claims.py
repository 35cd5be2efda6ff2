"""Claims that are not borne out, and claims and trials that have no counterpart."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rtc_guide.checks.failure import placed, shown_path
from rtc_guide.pages.page import Claim, Expectation, Problem

if TYPE_CHECKING:
    from rtc_guide.trials.registry import Trial

_TRIALS = Path(__file__).parents[1] / "trials"


class ClaimFailure(Exception):
    """A claim that trying it does not bear out, or of which nothing was proven."""

    def __init__(self, expected: Expectation, found: str) -> None:
        super().__init__(found)
        self.expected = expected
        self.found = found

    def told(self, root: Path) -> str:
        """Return `page:line: what was found`, with the page's path relative to `root`."""
        return placed(self.expected.path, self.expected.line, self.found, root)


def untried(claims: Iterable[Claim], trials: "dict[str, Trial]", root: Path) -> list[Problem]:
    """Find claims without a trial, and ways of sharing that only one of the two has."""
    problems = []
    for claim in claims:
        trial = trials.get(claim.id)
        if trial is None:
            message = (
                f"nothing tries the claim “{claim.id}”: write a trial that is registered by "
                f'@tries("{claim.id}", …), {_place_of_trials(root)}'
            )
            problems.append(Problem(claim.path, claim.line, message))
            continue
        source = f"{shown_path(trial.path, root)}:{trial.line}"
        for expected in claim.expected:
            if expected.way not in trial.ways:
                message = (
                    f"the trial of “{claim.id}” ({source}) does not try :{expected.way}:, "
                    f"only {', '.join(trial.ways)}"
                )
                problems.append(Problem(expected.path, expected.line, message))
        expects = {expected.way for expected in claim.expected}
        for way in trial.ways:
            if way not in expects:
                message = f"“{claim.id}” is tried on :{way}: too ({source}): say what you expect"
                problems.append(Problem(claim.path, claim.line, message))
    return problems


def unclaimed(claims: Iterable[Claim], trials: "dict[str, Trial]", root: Path) -> list[Problem]:
    """Find trials of the project at `root` that try what no page claims.

    Those of an installed package are there for whoever wants them.
    """
    declared = {claim.id for claim in claims}
    return [
        Problem(trial.path, trial.line, f"no page has the claim “{trial.claim}”, tried here")
        for trial in trials.values()
        if trial.claim not in declared and _is_of_project(trial.path, root)
    ]


def _place_of_trials(root: Path) -> str:
    """Say where a trial belongs: among the package's own in the project that this is the code of.

    Elsewhere pytest finds it.
    """
    if _is_of_project(_TRIALS, root):
        folder = shown_path(_TRIALS, root)
        return f"in a module of {folder}/ that the list in {folder}/registry.py names"
    return "in a conftest.py beside the pages or above them"


def _is_of_project(path: Path, root: Path) -> bool:
    """Tell whether code is the project's own, and not installed in an environment there."""
    return path.is_relative_to(root) and "site-packages" not in path.parts
