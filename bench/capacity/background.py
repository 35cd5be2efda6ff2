"""What a JupyterLab page asks of its server while nobody touches it, and after each save.

Seen with JupyterLab 4.6.6, whose page was visible and otherwise as it is installed.
"""

import asyncio
from random import Random

from person import Page, Presence

from rtc_guide.trials.visits import Visit

_SECONDS = 10.0
_POLLED = ("api/kernels", "api/sessions", "api/terminals", "api/contents?content=1")
_WORKSPACE = "lab/api/workspaces/default"
_AFTER_SAVE = ("api/contents/{path}?content=0", "api/contents/{path}/checkpoints")
_LISTING = "api/contents?content=1"
# Keeping the workspace, each time that tells the others twice who is here.
_TELLINGS = 2


async def go_on(page: Page, presence: Presence, visit: Visit | None, path: str, seed: int) -> None:
    """Be an open page until cancelled; without a `visit` there is a server of rooms only."""
    await asyncio.gather(
        _poll(page, presence, visit, Random(seed).uniform(0, _SECONDS)),
        _look_after_saves(page, presence, visit, path),
    )


async def _poll(page: Page, presence: Presence, visit: Visit | None, phase: float) -> None:
    await asyncio.sleep(phase)
    while True:
        pause = asyncio.create_task(asyncio.sleep(_SECONDS))
        page.renew()
        for asked in _POLLED if visit else ():
            await visit.ask("GET", asked)
        await _keep_workspace(presence, visit)
        await pause


async def _keep_workspace(presence: Presence, visit: Visit | None) -> None:
    for _ in range(_TELLINGS):
        presence.tell()
    if visit:
        workspace = {"data": {"layout-restorer:data": {}}, "metadata": {"id": "default"}}
        await visit.ask("PUT", _WORKSPACE, workspace)


async def _look_after_saves(page: Page, presence: Presence, visit: Visit | None, path: str) -> None:
    seen = page.saves
    while True:
        await asyncio.sleep(0.1)
        if page.saves != seen and visit:
            seen = page.saves
            for asked in (*_AFTER_SAVE, _LISTING):
                await visit.ask("GET", asked.format(path=path))
            await _keep_workspace(presence, visit)
