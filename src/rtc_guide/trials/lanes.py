"""Several trials at once: those of ways that share no server run side by side."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rtc_guide.evidence.verdict import Case
from rtc_guide.pages.ways import EDITING, HUB, NO_HUB, RECOMMENDED
from rtc_guide.trials.ground import Ground
from rtc_guide.trials.registry import Trial

# Which ways' trials wait for one another. The two kinds of group account have one owner, whose
# own server is looked at; a hub's own trials mostly wait for servers to be stopped.
LANES = (
    (HUB,),
    (RECOMMENDED, "group-account"),
    ("share", "hub-link", "hub-token-link", NO_HUB),
)

# Those of ways of editing have servers of their own, which mostly wait.
_EDITING_AT_ONCE = 2

# The longest trial waits about a minute in all, on a quiet machine.
_SECONDS_AT_MOST = 300


@dataclass(frozen=True)
class Tried:
    """What a trial told, and the seconds that it took once all was prepared."""

    cases: list[Case]
    seconds: float


Planned: TypeAlias = tuple[Trial, str]
Tell: TypeAlias = Callable[[Planned, Tried | Exception], None]


async def try_all(ground: Ground, plan: Sequence[Planned], tell: Tell) -> None:
    """Try what is planned, each lane in the plan's order, and tell what each came to."""

    async def try_lane(lane: Sequence[str]) -> None:
        for planned in plan:
            if planned[1] in lane:
                tell(planned, await _try(ground, *planned))

    few = asyncio.Semaphore(_EDITING_AT_ONCE)

    async def try_editing(planned: Planned) -> None:
        async with few:
            tell(planned, await _try(ground, *planned))

    async with asyncio.TaskGroup() as lanes:
        for lane in LANES:
            lanes.create_task(try_lane(lane))
        for planned in plan:
            if planned[1] in EDITING:
                lanes.create_task(try_editing(planned))


async def _try(ground: Ground, trial: Trial, way: str) -> Tried | Exception:
    try:
        async with asyncio.timeout(_SECONDS_AT_MOST), ground.sharing(way) as sharing:
            begin = time.monotonic()
            cases = await trial.run(sharing)
            return Tried(cases, time.monotonic() - begin)
    except Exception as error:
        return error
