"""What the command line does with schedules: replay one, search for new ones."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import click

from rtc_guide.stacks.environment import StackError, find_stack
from rtc_guide.trials.faults import reports
from rtc_guide.trials.faults.cases import CASES
from rtc_guide.trials.faults.damage import Kind
from rtc_guide.trials.faults.schedule import ScheduleError, read
from rtc_guide.trials.registry import Unproven

Tell = Callable[[str], None]


def replay(path: Path, times: int, stack: str | None, tell: Tell) -> bool:
    """Play a saved schedule, tell what came of it, and return whether there was damage.

    Raises `click.ClickException` where it can't be played.
    """
    try:
        schedule = read(path)
        tell("\n".join(f"  {sentence}" for sentence in schedule.told()))
        outcomes = asyncio.run(reports.replay(find_stack(stack, Path.cwd()), schedule, times))
    except (ScheduleError, StackError, Unproven, reports.Unfinished) as error:
        raise click.ClickException(str(error)) from error
    for kind in Kind:
        count = sum(kind in outcome.damage.kinds for outcome in outcomes)
        tell(f"{kind}: {count} of {times}")
    damaged = [outcome for outcome in outcomes if outcome.damage.kinds]
    if damaged:
        tell(f"for example: {damaged[0].damage}")
    return bool(damaged)


def search(
    seeds: str, case: str | None, kind: str | None, stack: str | None, kept: Path, tell: Tell
) -> bool:
    """Play schedules of a case, or drawn at random, and return whether one of them did damage.

    Raises `click.ClickException` where they can't be played.
    """
    first, _, last = seeds.partition("-")
    try:
        numbers = range(int(first), int(last or first) + 1)
    except ValueError as error:
        raise click.ClickException(f"“{seeds}” is no range of seeds; write 0-63") from error
    try:
        wanted = Kind(kind) if kind else None
    except ValueError as error:
        raise click.ClickException(
            f"there is no damage called “{kind}”; there is: {', '.join(Kind)}"
        ) from error
    try:
        software = find_stack(stack, Path.cwd())
        named = CASES[case] if case else None
        found = asyncio.run(reports.search(software, numbers, kept, tell, named, wanted))
    except KeyError as error:
        raise click.ClickException(
            f"there is no case “{case}”; there are: {', '.join(CASES)}"
        ) from error
    except (StackError, Unproven) as error:
        raise click.ClickException(str(error)) from error
    tell(f"{len(found)} of {len(numbers)} schedules did damage")
    return bool(found)
