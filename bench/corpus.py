"""`python bench/corpus.py DIR [--stack NAME …]`: notebooks that a real server damaged.

Plays fault cases on real servers, also of old versions, and keeps each notebook that came to harm
with the truth beside it, for `bench/doctor.py --corpus DIR`: `damaged.ipynb`, `truth.ipynb` (each
word where it was typed) and `case.json`. Nobody adds cells, so that the truth has one order.
"""

import argparse
import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path

from rtc_guide.stacks.environment import StackError, find_stack
from rtc_guide.trials.faults.cases import CASES
from rtc_guide.trials.faults.notebook import notebook, texts_of, written
from rtc_guide.trials.faults.running import Outcome, play
from rtc_guide.trials.faults.schedule import Does, Schedule

STACKS = ("lab-3.6", "lab-4.1", "lab-4.4", "lab-4.5", "lab-4.6")
DAMAGING = ("asleep-edits-forgotten", "restart-edits-forgotten")


def truth_of(schedule: Schedule) -> str:
    """Return the notebook in which each word is where it was typed."""
    whole = json.loads(notebook())
    for event in schedule.events:
        if event.does is Does.TYPES:
            whole["cells"][event.cell]["source"] += f" {event.what}"
    return written(whole)


def typing_only(schedule: Schedule) -> Schedule:
    """Return a schedule in which whoever adds a cell types into the first or second one instead."""
    return replace(
        schedule,
        events=tuple(
            replace(event, does=Does.TYPES, cell=schedule.people.index(event.who))
            if event.does is Does.ADDS
            else event
            for event in schedule.events
        ),
    )


def keep(outcome: Outcome, folder: Path, case: str, stack: str) -> bool:
    """Keep a notebook where the file has more than was typed; return whether it had."""
    truth = truth_of(outcome.schedule)
    if outcome.error or not outcome.damage.doubled or texts_of(outcome.file) == texts_of(truth):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "damaged.ipynb").write_text(outcome.file, "utf-8")
    (folder / "truth.ipynb").write_text(truth, "utf-8")
    told = {"kind": f"{case} on {stack}", "stack": stack, "saw": str(outcome.damage)}
    (folder / "case.json").write_text(json.dumps(told, indent=1, ensure_ascii=False), "utf-8")
    return True


async def main() -> int:
    """Play, keep and tell; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stack", action="append", dest="stacks")
    parser.add_argument("--times", type=int, default=12)
    given = parser.parse_args()
    for name in given.stacks or STACKS:
        for case in DAMAGING:
            schedules = [typing_only(CASES[case].schedule(seed)) for seed in range(given.times)]
            try:
                outcomes = await play(find_stack(name, Path.cwd()), schedules)
            except StackError as error:
                print(f"{name}: {error}", file=sys.stderr)
                return 1
            kept = [
                keep(each, given.folder / f"{name}-{case}-{number}", case, name)
                for number, each in enumerate(outcomes)
            ]
            errors = [each.error for each in outcomes if each.error]
            print(f"{name}, {case}: {sum(kept)} kept {errors[:1] or ''}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
