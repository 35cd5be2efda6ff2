"""Try claims while developing: `python -m rtc_guide.trials [claim[@way] …]`."""

import asyncio
import sys
import time
import traceback
from pathlib import Path

from rtc_guide.evidence.verdict import Verdict, verdict_of
from rtc_guide.stacks.environment import find_stack
from rtc_guide.trials.ground import Ground, open_ground
from rtc_guide.trials.lanes import Planned, Tried, try_all
from rtc_guide.trials.registry import Unproven, all_trials


def _tell(ground: Ground, planned: Planned, came_to: Tried | Exception) -> bool:
    trial, way = planned
    name = f"{trial.claim}@{way}"
    if isinstance(came_to, Tried):
        print(
            f"{name}: {verdict_of(came_to.cases)} ({came_to.seconds:.1f} s)",
            *(
                f"    {'+' if case.holds else '-'} {case.name}: {case.proof}"
                for case in came_to.cases
            ),
            sep="\n",
            flush=True,
        )
    elif isinstance(came_to, Unproven):
        print(f"{name}: {Verdict.UNPROVEN} – {came_to}", flush=True)
    else:
        trace = "".join(traceback.format_exception(came_to))
        print(f"{name}: FAILED\n{ground.redact(trace)}", flush=True)
        return False
    return True


async def _main(*chosen: str) -> int:
    trials = all_trials()
    pairs = [(trial, way) for trial in trials.values() for way in trial.ways]
    wanted = [
        (trial, way)
        for trial, way in pairs
        if not chosen or {trial.claim, f"@{way}", f"{trial.claim}@{way}"} & set(chosen)
    ]
    if not wanted:
        print(f"Nothing to try; known: {', '.join(trials)}", file=sys.stderr)
        return 2
    begin, done = time.monotonic(), list[bool]()
    async with open_ground(find_stack(None, Path.cwd())) as ground:
        await try_all(ground, wanted, lambda *told: done.append(_tell(ground, *told)))
    print(f"{len(done)} tried, {done.count(False)} failed, {time.monotonic() - begin:.0f} s")
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(_main(*sys.argv[1:])))
