"""The fixtures of a check: the stack, its servers, the browser, the stage, the ground of trials."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from playwright.sync_api import BrowserContext

from rtc_guide.browser import find_browser, launch_args
from rtc_guide.checks.session import REDACTING
from rtc_guide.checks.stage import Stage
from rtc_guide.evidence.verdict import Case
from rtc_guide.pages.page import Walkthrough
from rtc_guide.pages.ways import NO_HUB
from rtc_guide.stacks.environment import Stack, find_stack
from rtc_guide.stacks.jupyterlab import Lab, browser_flags, running_lab
from rtc_guide.stacks.ports import free_port
from rtc_guide.stacks.versions import versions_of

if TYPE_CHECKING:
    from rtc_guide.trials.ground import Ground
    from rtc_guide.trials.registry import Trial


@pytest.fixture(scope="session")
def stack(pytestconfig: pytest.Config) -> Stack:
    """The stack that `--stack` names."""
    return find_stack(pytestconfig.getoption("--stack"), pytestconfig.rootpath)


@pytest.fixture(scope="session")
def lab_port() -> int:
    """A free port, known before the server starts, since the browser must know it too."""
    return free_port()


@pytest.fixture(scope="session")
def lab(stack: Stack, lab_port: int, pytestconfig: pytest.Config) -> Iterator[Lab]:
    """The stack's JupyterLab, started once and stopped at the end, also after Ctrl-C."""
    with running_lab(stack, lab_port) as lab:
        pytestconfig.stash.setdefault(REDACTING, []).append(lab.redact)
        yield lab


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], lab_port: int
) -> dict[str, Any]:
    """Launch the Chromium that this machine has, in which the example host is the server."""
    flags = [*browser_type_launch_args.get("args", []), *launch_args(), *browser_flags(lab_port)]
    return {"executable_path": find_browser(), **browser_type_launch_args, "args": flags}


MakeStage = Callable[[Walkthrough], Stage]


@pytest.fixture
def make_stage(lab: Lab, new_context: Callable[..., BrowserContext]) -> MakeStage:
    """Make the stage of a walkthrough; its browser contexts are closed with the item."""
    return lambda walkthrough: Stage(lab, walkthrough, new_context)


@dataclass(frozen=True)
class TryClaim:
    """Tries claims on the ground, which lives in a thread of its own, as does its event loop.

    pytest-playwright occupies the main thread's.
    """

    portal: BlockingPortal
    ground: "Ground"
    stack: Stack

    def __call__(self, trial: "Trial", way: str) -> list[Case]:
        """Try a claim on a way of sharing. Raises `Unproven` where that can't be done here."""
        return self.portal.call(self._try, trial, way)

    async def _try(self, trial: "Trial", way: str) -> list[Case]:
        return await trial.run(await self.ground.sharing(way))

    def versions(self, way: str) -> dict[str, str]:
        """Return the versions of what runs where this way of sharing is tried."""
        return _versions(self.stack, way != NO_HUB)


@cache
def _versions(stack: Stack, hub: bool) -> dict[str, str]:
    return versions_of(stack, hub=hub)


@pytest.fixture(scope="session")
def try_claim(stack: Stack, pytestconfig: pytest.Config) -> Iterator[TryClaim]:
    """The servers on which claims are tried, started once and stopped at the end."""
    # Whoever checks walkthroughs only needs none of its packages.
    from rtc_guide.trials.ground import open_ground

    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(open_ground(stack)) as ground,
    ):
        pytestconfig.stash.setdefault(REDACTING, []).append(ground.redact)
        yield TryClaim(portal, ground, stack)
