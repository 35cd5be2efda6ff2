"""The trials of claims about damage: each case in a number of notebooks, and what comes of it."""

from collections import Counter
from collections.abc import Sequence

from rtc_guide.evidence.verdict import OF, Case
from rtc_guide.pages.ways import APART, TOGETHER
from rtc_guide.trials.faults.cases import CASES, SAME, TOLD, WHOLE, FaultCase
from rtc_guide.trials.faults.damage import Kind
from rtc_guide.trials.faults.running import Outcome, Writing, play
from rtc_guide.trials.ground import Editing
from rtc_guide.trials.registry import Try, Unplayable, tries

TIMES = 8
"""In how many notebooks a case is tried."""


def _trial_of(case: FaultCase) -> Try:
    async def run(editing: Editing) -> list[Case]:
        outcomes = await play(
            editing.stack,
            [case.schedule(seed) for seed in range(TIMES)],
            Writing.ALONE if editing.way == APART else Writing.TOGETHER,
        )
        # Whoever works on a copy sees the others' work by reloading, or not.
        unclaimed = {*case.by_chance, *([SAME] if editing.way == APART else [])}
        return [each for each in cases_of(outcomes) if each.name not in unclaimed]

    return run


def cases_of(outcomes: Sequence[Outcome]) -> list[Case]:
    """Sum up what became of the notebooks of a trial.

    Raises `Unplayable` or `RuntimeError` where one could not be played to its end: nothing is known
    of that one.
    """
    stuck = [outcome.error for outcome in outcomes if outcome.unplayable]
    if stuck:
        raise Unplayable(f"in {len(stuck)} of {len(outcomes)} notebooks {stuck[0]}")
    for outcome in outcomes:
        if outcome.error:
            raise RuntimeError(f"a notebook was not played to its end: {outcome.error}")
    counts = Counter(kind for outcome in outcomes for kind in outcome.damage.kinds)
    told = Counter(title for outcome in outcomes for title in outcome.damage.told)
    number = len(outcomes)
    damaged = sum(bool(outcome.damage.kinds) for outcome in outcomes)
    text = {Kind.LOST: "lost", Kind.DOUBLED: "doubled", Kind.GARBLED: "cut or spliced"}
    there = ", ".join(f"{words} in {counts[kind]}" for kind, words in text.items() if counts[kind])
    titles = ", ".join(f"“{title}” in {count}" for title, count in told.items())
    return [
        Case(
            WHOLE,
            not there,
            f"Of {number} notebooks, words were {there}."
            if there
            else f"Of {number} notebooks, {number} had every word once.",
            {OF: number} | {kind.value: counts[kind] for kind in Kind},
        ),
        Case(
            SAME,
            not counts[Kind.SPLIT],
            f"Of {number} notebooks, {counts[Kind.SPLIT]} were seen differently in the end.",
        ),
        Case(
            TOLD,
            not counts[Kind.SILENT],
            f"Of {damaged} damaged notebooks, {counts[Kind.SILENT]} were so without a message; "
            f"messages: {titles or 'none'}."
            if damaged
            else f"No notebook was damaged; messages: {titles or 'none'}.",
        ),
    ]


for _case in CASES.values():
    _ways = (TOGETHER, APART) if _case.apart else (TOGETHER,)
    tries(_case.id, *_ways, written=_case.draw)(_trial_of(_case))
