"""Play cases while developing: `python -m rtc_guide.trials.faults [--times N] [CASE …]`."""

import argparse
import asyncio
import time
from collections import Counter
from pathlib import Path

from rtc_guide.stacks.environment import find_stack
from rtc_guide.trials.faults.cases import CASES
from rtc_guide.trials.faults.running import Writing, play
from rtc_guide.trials.registry import Unproven


async def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="*")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--tabs", action="store_true")
    parser.add_argument("--stack")
    parser.add_argument("-v", action="store_true")
    given = parser.parse_args()
    stack = find_stack(given.stack, Path.cwd())
    writing = Writing.ALONE if given.alone else Writing.TOGETHER
    if given.tabs:
        writing = Writing.IN_TABS
    for case in [CASES[id] for id in given.cases or CASES]:
        begin = time.monotonic()
        schedules = [case.schedule(given.seed + number) for number in range(given.times)]
        try:
            outcomes = await play(stack, schedules, writing)
        except Unproven as reason:
            print(f"{case.id}: {reason}")
            continue
        kinds = Counter(kind for outcome in outcomes for kind in outcome.damage.kinds)
        errors = [outcome.error for outcome in outcomes if outcome.error]
        dialogs = Counter(told for outcome in outcomes for told in outcome.damage.told)
        counted = ", ".join(f"{kind} {count}" for kind, count in kinds.items()) or "no damage"
        print(
            f"{case.id}: {counted} of {len(outcomes)} ({time.monotonic() - begin:.0f} s)"
            f" {dict(dialogs)} {Counter(errors).most_common(2) or ''}",
            flush=True,
        )
        if given.v:
            for outcome in sorted(
                outcomes, key=lambda each: (-each.damage.split, -len(each.damage.kinds))
            )[:2]:
                print("   ", outcome.damage, *outcome.schedule.told(), sep="\n      ")
                for name, view in {**outcome.left.views, "disk": outcome.left.file}.items():
                    print("      ", name, view)


if __name__ == "__main__":
    asyncio.run(_main())
