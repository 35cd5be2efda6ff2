"""What somebody upstream needs: a schedule that does damage, what it did, on which versions.

Kept as JSON files, which `rtc-guide replay` plays again and pages show.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rtc_guide.stacks.environment import Stack
from rtc_guide.stacks.versions import versions_of
from rtc_guide.trials.faults import schedule as schedules
from rtc_guide.trials.faults.cases import FaultCase
from rtc_guide.trials.faults.damage import Damage, Kind
from rtc_guide.trials.faults.drawing import NOTEBOOKS, draw
from rtc_guide.trials.faults.running import Outcome, play
from rtc_guide.trials.faults.schedule import Schedule
from rtc_guide.trials.faults.shrinking import shrink

_AT_ONCE = 10

Tell = Callable[[str], None]


class Unfinished(Exception):
    """A schedule could not be played to its end; the message says why."""


def write_report(path: Path, schedule: Schedule, outcomes: Sequence[Outcome], stack: Stack) -> None:
    """Write what playing a schedule came to, whole or not at all."""
    damaged = [outcome for outcome in outcomes if outcome.damage.kinds]
    worst = max(damaged or outcomes, key=lambda outcome: len(outcome.damage.kinds))
    schedules.write(
        schedule,
        path,
        stack=stack.name,
        versions=versions_of(stack, hub=False),
        on=datetime.now(UTC).date().isoformat(),
        happens=schedule.told(),
        found=sorted(kind.value for kind in worst.damage.kinds),
        saw=str(worst.damage),
        damaged=len(damaged),
        times=len(outcomes),
    )


async def replay(stack: Stack, schedule: Schedule, times: int) -> list[Outcome]:
    """Play a schedule a number of times, some side by side.

    Raises `Unfinished` where it could not be played to its end.
    """
    outcomes: list[Outcome] = []
    while len(outcomes) < times:
        outcomes += await play(stack, [schedule] * min(_AT_ONCE, times - len(outcomes)))
    for outcome in outcomes:
        if outcome.error:
            raise Unfinished(f"it could not be played to its end: {outcome.error}")
    return outcomes


async def search(
    stack: Stack,
    seeds: Sequence[int],
    folder: Path,
    tell: Tell,
    case: FaultCase | None = None,
    kind: Kind | None = None,
) -> list[Damage]:
    """Play the schedules of these seeds; shrink and save in `folder` one of each kind of damage.

    They are drawn at random or, with `case`, are the case's. With a `kind`, only one that does it
    each time is saved, and shrunk to whatever does it. While one is being shrunk, what it has come
    to is in a file ending in `.so-far`. Returns the damage that was done.
    """
    found: list[Damage] = []
    kept: set[frozenset[Kind]] = set()
    groups: dict[int, list[int]] = {}
    for seed in seeds:
        groups.setdefault(seed // NOTEBOOKS, []).append(seed)
    for group in groups.values():
        outcomes = await play(stack, [(case.schedule if case else draw)(seed) for seed in group])
        counts = Counter(kind for outcome in outcomes for kind in outcome.damage.kinds)
        errors = [outcome.error for outcome in outcomes if outcome.error]
        told = ", ".join(f"{kind} {count}" for kind, count in counts.items()) or "no damage"
        tell(f"seeds {group[0]} to {group[-1]}: {told}{f'; {errors[0]}' if errors else ''}")
        for outcome in outcomes:
            if not outcome.damage.kinds:
                continue
            found.append(outcome.damage)
            kinds = outcome.damage.kinds & {kind} if kind else outcome.damage.kinds
            if not kinds or kinds in kept or (case and kept):
                continue
            try:
                if kind and not await _does(stack, outcome.schedule, kind):
                    tell(f"seed {outcome.schedule.seed} is left out: it is not {kind} each time")
                    continue
                kept.add(kinds)
                name = f"{case.id}.json" if case else f"seed-{outcome.schedule.seed}.json"
                await _save(stack, outcome, kinds, folder / name, tell)
            except Unfinished as reason:
                tell(f"seed {outcome.schedule.seed} is left out: {reason}")
    return found


async def _does(stack: Stack, schedule: Schedule, kind: Kind) -> bool:
    return all(kind in each.damage.kinds for each in await replay(stack, schedule, _AT_ONCE))


async def _save(
    stack: Stack, outcome: Outcome, kinds: frozenset[Kind], path: Path, tell: Tell
) -> None:
    # It takes minutes to an hour: whoever ends it has the shortest one found until then.
    so_far = path.with_suffix(".so-far")

    def keep(shorter: Schedule) -> None:
        schedules.write(shorter, so_far, stack=stack.name)

    shortest = await shrink(outcome.schedule, kinds, lambda each: play(stack, each), tell, keep)
    write_report(path, shortest, await replay(stack, shortest, _AT_ONCE), stack)
    so_far.unlink(missing_ok=True)
    tell(f"{path}: {len(shortest.events)} events, drawn with {len(outcome.schedule.events)}")
