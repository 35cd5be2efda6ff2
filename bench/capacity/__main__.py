"""`python bench/capacity [--quick] [--output FILE]`: how many people one server carries.

See README.md beside this file. Writes the evidence that the book's page on capacity is made of;
with `--quick`, which only tells whether everything works, no evidence unless a file is named.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psutil
from cores import cpu_model, divide, on_core
from crowd import Crowd, measure
from keyboard import KEYS_A_WORD, WORDS_A_MINUTE
from record import UPDATES_AN_HOUR, fill_and_open
from servers import RUNS, LabCarrier, jupyterlab, on_own_core

from rtc_guide.evidence.capacity import (
    FILE,
    Capacity,
    Layout,
    Machine,
    Measured,
    Memory,
    Server,
    write,
)
from rtc_guide.evidence.stack import FOLDER
from rtc_guide.stacks.environment import Stack, find_stack
from rtc_guide.stacks.versions import version_of, versions_of

ROOT = Path(__file__).resolve().parents[2]

PEOPLE = (1, 2, 5, 10, 20, 30, 45, 60)
_ENOUGH_KEYS = 100
_LEAST_SECONDS, _MOST_SECONDS = 6.0, 12.0
_HOPELESS = 5000
"""Milliseconds: where keys take longer, more people are not tried."""

_QUICK_PEOPLE = (3,)
_QUICK_SECONDS = 3.0
_QUICK_UPDATES = 300


def seconds_for(people: int) -> float:
    """Return for how long so many people type: long enough for a 95th percentile."""
    keys_a_second = WORDS_A_MINUTE * KEYS_A_WORD / 60
    return min(_MOST_SECONDS, max(_LEAST_SECONDS, _ENOUGH_KEYS / (people * keys_a_second)))


def crowds(quick: bool) -> Iterator[Crowd]:
    """Return the crowds to measure."""
    for layout in Layout:
        for people in _QUICK_PEOPLE if quick else PEOPLE:
            yield Crowd(layout, people, _QUICK_SECONDS if quick else seconds_for(people))


async def measure_crowd(stack: Stack, server: Server, crowd: Crowd, core: int | None) -> Measured:
    """Measure a crowd at a server that is started for it."""
    with on_own_core(RUNS[server], stack, core) as carrier:
        return await measure(carrier, crowd, core)


async def measure_crowds(stack: Stack, quick: bool, core: int | None) -> list[Measured]:
    """Measure each crowd, at both servers right after each other; no more than a server carries."""
    print(_HEAD)
    found = []
    overrun: set[tuple[Server, Layout]] = set()
    for crowd in crowds(quick):
        for server in RUNS:
            if (server, crowd.layout) in overrun:
                continue
            measured = await measure_crowd(stack, server, crowd, core)
            print(told(measured), flush=True)
            found.append(measured)
            if not (measured.dropped or measured.is_within(_HOPELESS)):
                overrun.add((server, crowd.layout))
    return found


async def measure_memory(stack: Stack, core: int | None) -> Memory:
    """Measure a server that nobody has used yet, and one kernel that has nothing to do."""
    with on_own_core(jupyterlab, stack, core) as carrier:
        assert isinstance(carrier, LabCarrier)
        process = psutil.Process(carrier.pid)
        server = process.memory_info().rss / 2**20
        async with carrier.visit.kernel() as kernel:
            await kernel.run("1")
            (running,) = process.children()
            return Memory(round(server, 1), round(running.memory_info().rss / 2**20, 1))


async def measure_all(stack: Stack, quick: bool) -> Capacity:
    """Measure everything, each thing at the two servers right after each other."""
    cores = divide()
    core, ours = cores or (None, None)
    if core is None:
        print("No core can be kept for the server here: clients disturb it.", file=sys.stderr)
    with on_core(ours):
        measured = await measure_crowds(stack, quick, core)
        print("Filling the record of edits …", file=sys.stderr, flush=True)
        store = await fill_and_open(stack, _QUICK_UPDATES if quick else UPDATES_AN_HOUR, core)
        print(store, flush=True)
        memory = await measure_memory(stack, core)
        print(memory, flush=True)
    return Capacity(
        on=date.today(),
        machine=Machine(cpu_model(), os.cpu_count() or 1, pinned=core is not None),
        versions=versions_of(stack, hub=False)
        | {name: version_of(stack, name) for name in ("pycrdt-websocket", "tornado")},
        words=WORDS_A_MINUTE,
        measured=tuple(measured),
        store=store,
        memory=memory,
    )


_HEAD = (
    f"{'server':18}{'layout':8}{'people':>6}{'keys':>7}{'missing':>8}{'median':>9}{'p95':>9}"
    f"{'core':>7}{'MiB':>8}{'open':>8}{'lag':>7}{'others':>8}"
)


def told(each: Measured) -> str:
    """Return a line of the table: times in ms, shares of the core in per cent, opening in s."""
    median, p95 = ("–" if ms is None else f"{ms:.0f}" for ms in (each.median, each.p95))
    others = "–" if each.others is None else f"{each.others:.0%}"
    return (
        f"{each.server:18}{each.layout:8}{each.people:6}{each.keys:7}{each.missing:8}"
        f"{median:>9}{p95:>9}{each.cpu:7.0%}{each.memory:8.0f}{max(each.opening, default=0):8.2f}"
        f"{each.lag:7.1f}{others:>8}"
        + (f"  failed: {each.failed}" if each.failed else "")
        + (f"  left out: {each.dropped}" if each.dropped else "")
    )


def main() -> None:
    """Measure, tell, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a minute, to see that it works")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where the evidence goes")
    chosen = parser.parse_args()
    began = time.monotonic()
    capacity = asyncio.run(measure_all(find_stack(None, ROOT), chosen.quick))
    print(f"{time.monotonic() - began:.0f} s")
    output = chosen.output or (None if chosen.quick else ROOT / FOLDER / FILE)
    if output:
        write(capacity, output)
    dropped = [each for each in capacity.measured if each.dropped]
    if dropped and not chosen.quick:
        sys.exit(
            f"{len(dropped)} of {len(capacity.measured)} measurements don't count, see above; "
            "measure again on a quiet machine"
        )


if __name__ == "__main__":
    main()
