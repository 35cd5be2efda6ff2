"""Waiting for a condition that nobody announces, with an end."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from inspect import isawaitable

_PAUSE = 0.05


async def until(condition: Callable[[], bool | Awaitable[bool]], seconds: float) -> float | None:
    """Wait until the condition is true; return how many seconds it took, `None` if too many.

    The condition is asked at once, and for the last time when the time is over.
    """
    begin = time.monotonic()
    while True:
        passed = time.monotonic() - begin
        met = condition()
        if await met if isawaitable(met) else met:
            return passed
        if passed > seconds:
            return None
        await asyncio.sleep(_PAUSE)
