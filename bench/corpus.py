"""`python bench/corpus.py DIR [--stack NAME …]`: notebooks that a real server damaged.

Plays fault cases on real servers, also of old versions, with healthy notebooks of `notebooks.py`,
and keeps each that came to harm, in a folder of its own, for `bench/doctor.py --corpus DIR`:

- `damaged.ipynb`, and `truth.ipynb`: each word where it was typed. Nobody adds cells, so that the
  cells have one order;
- `earlier-N.ipynb`: what `rtc-guide doctor --earlier` finds in the server's store, newest first;
- `case.json`, with what the store tells to have come twice. Where something that was typed is
  not in the file at all, no doctor can bring it back: the kind of such a case says so.
"""

import argparse
import asyncio
import json
import os
import sys
from dataclasses import asdict, replace
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from notebooks import Found, notebooks

from rtc_guide.doctor.diagnosis import diagnose
from rtc_guide.doctor.earlier import Earlier
from rtc_guide.doctor.recovering import earlier_of
from rtc_guide.doctor.store import NAME as STORE
from rtc_guide.doctor.store import StoreError
from rtc_guide.stacks.environment import StackError, find_stack
from rtc_guide.trials.faults.cases import CASES
from rtc_guide.trials.faults.notebook import CELLS, texts_of, written
from rtc_guide.trials.faults.running import Outcome, play
from rtc_guide.trials.faults.schedule import Does, Schedule

STACKS = ("lab-3.6", "lab-4.1", "lab-4.4", "lab-4.5", "lab-4.6")
DAMAGING = ("asleep-edits-forgotten", "restart-edits-forgotten")
MOST_CELLS = 40
MOST_CHARACTERS = 100_000


def healthy(times: int, of: str) -> list[Found]:
    """Draw notebooks to begin with, by name: others for each stack and case."""
    usable = []
    for found in notebooks():
        cells = texts_of(found.text) if len(found.text) <= MOST_CHARACTERS else None
        # Older formats become 4.5 on the way, and their texts stay.
        if cells and CELLS <= len(cells) <= MOST_CELLS and '"nbformat": 4' in found.text:
            usable.append(found)
    chosen = Random(of).sample(usable, 2 * times)
    return [found for found in chosen if diagnose(found.text).is_healthy][:times]


def truth_of(schedule: Schedule, begin: str) -> str:
    """Return the notebook in which each word is where it was typed."""
    whole = json.loads(begin)
    for event in schedule.events:
        if event.does is Does.TYPES:
            cell = whole["cells"][event.cell % len(whole["cells"])]
            cell["source"] = f"{''.join(cell['source'])} {event.what}"
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


def words_of(file: str) -> set[str]:
    """Return the words of a notebook's cells."""
    return {word for cell in texts_of(file) or () for word in cell.split()}


def known_of(store: Path, number: int) -> Earlier:
    """Return what a server's store tells of a notebook; nothing without a store."""
    # There the server keeps which file has which id.
    with patch.dict(os.environ, JUPYTER_DATA_DIR=str(store.parents[1] / "data")):
        try:
            return earlier_of(store, store.with_name(f"lesson-{number}.ipynb"))
        except StoreError:
            return Earlier(())


def keep(
    outcome: Outcome, earlier: Earlier, found: Found, folder: Path, case: dict[str, Any]
) -> bool:
    """Keep a notebook with more than there should be; return whether it had."""
    if outcome.error or not (outcome.damage.doubled or outcome.damage.garbled):
        return False
    truth = truth_of(outcome.schedule, found.text)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "damaged.ipynb").write_text(outcome.file, "utf-8")
    (folder / "truth.ipynb").write_text(truth, "utf-8")
    for number, cells in enumerate(earlier.versions, 1):
        version = {"cells": [cell.body for cell in cells], "metadata": {}}
        text = json.dumps(version | {"nbformat": 4, "nbformat_minor": 5})
        (folder / f"earlier-{number:02}.ipynb").write_text(text, "utf-8")
    whole = words_of(truth) <= words_of(outcome.file)
    case |= {
        "kind": f"{case['kind']}{'' if whole else ', something not in the file'}",
        "notebook": found.name,
        "saw": str(outcome.damage),
        "doubled": [asdict(each) for each in earlier.doubled],
    }
    (folder / "case.json").write_text(json.dumps(case, indent=1, ensure_ascii=False), "utf-8")
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
            files = healthy(given.times, f"{name} {case}")
            earlier: list[Earlier] = []

            def look_at(folder: Path, earlier: list[Earlier] = earlier) -> None:
                earlier += [known_of(folder / STORE, number) for number in range(given.times)]

            try:
                outcomes = await play(
                    find_stack(name, Path.cwd()),
                    schedules,
                    files=[each.text for each in files],
                    look_at=look_at,
                )
            except StackError as error:
                print(f"{name}: {error}", file=sys.stderr)
                return 1
            kept = [
                keep(
                    each,
                    earlier[number],
                    found,
                    given.folder / f"{name}-{case}-{number}",
                    {"kind": f"{case} on {name}", "stack": name},
                )
                for number, (each, found) in enumerate(zip(outcomes, files, strict=True))
            ]
            errors = [each.error for each in outcomes if each.error]
            print(f"{name}, {case}: {sum(kept)} kept {errors[:1] or ''}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
