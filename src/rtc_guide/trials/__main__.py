"""Try claims while developing: `python -m rtc_guide.trials [claim[@way] …]`."""

import asyncio
import sys
import time
import traceback
from pathlib import Path

from rtc_guide.evidence.verdict import Verdict, verdict_of
from rtc_guide.stacks.environment import NEWEST, find_stack
from rtc_guide.trials.ground import Ground, open_ground
from rtc_guide.trials.registry import Trial, Unproven, all_trials


async def _try(ground: Ground, trial: Trial, way: str) -> bool:
    begin = time.monotonic()
    try:
        sharing = await ground.sharing(way)
        ready = time.monotonic() - begin
        cases = await trial.run(sharing)
    except Unproven as reason:
        print(f"{trial.claim}@{way}: {Verdict.UNPROVEN} – {reason}", flush=True)
        return True
    except Exception:
        print(f"{trial.claim}@{way}: FAILED\n{ground.redact(traceback.format_exc())}", flush=True)
        return False
    took = time.monotonic() - begin
    print(
        f"{trial.claim}@{way}: {verdict_of(cases)} ({took:.1f} s, {ready:.1f} s to prepare)",
        *(f"    {'+' if case.holds else '-'} {case.name}: {case.proof}" for case in cases),
        sep="\n",
        flush=True,
    )
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
    begin = time.monotonic()
    async with open_ground(find_stack(NEWEST, Path.cwd())) as ground:
        done = [await _try(ground, trial, way) for trial, way in wanted]
    print(f"{len(done)} tried, {done.count(False)} failed, {time.monotonic() - begin:.0f} s")
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(_main(*sys.argv[1:])))
