"""The fixtures of a check: the stack, its servers, the browser, the stage, the ground of trials."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from playwright.sync_api import Browser, BrowserContext

from rtc_guide.browser import launch_args, needed_browser
from rtc_guide.checks import recording
from rtc_guide.checks.contexts import UsedAgain
from rtc_guide.checks.session import REDACTING, TRIED
from rtc_guide.checks.stage import Sight, Stage
from rtc_guide.pages.page import Walkthrough
from rtc_guide.pages.ways import EDITING, NO_HUB
from rtc_guide.stacks.applications import application_of
from rtc_guide.stacks.environment import Stack, find_stack
from rtc_guide.stacks.jupyterlab import Lab, StoppingLab, browser_flags, running_lab
from rtc_guide.stacks.ports import free_port
from rtc_guide.stacks.versions import versions_of

if TYPE_CHECKING:
    from rtc_guide.trials.ground import Ground
    from rtc_guide.trials.lanes import Tried


@pytest.fixture(scope="session")
def stack(pytestconfig: pytest.Config) -> Stack:
    """The stack that `--stack` names, with the pins of `--pins` where there are any."""
    found = find_stack(pytestconfig.getoption("--stack"), pytestconfig.rootpath)
    pins: Path | None = pytestconfig.getoption("--pins")
    return replace(found, requirements=pins) if pins else found


@pytest.fixture(scope="session")
def lab_port() -> int:
    """A free port, known before the server starts, since the browser must know it too."""
    return free_port()


@pytest.fixture(scope="session")
def other_port(lab_port: int) -> int:
    """Another free port, for the server of a walkthrough that stops it."""
    while (port := free_port()) == lab_port:
        pass
    return port


@pytest.fixture(scope="session")
def lab(stack: Stack, lab_port: int, pytestconfig: pytest.Config) -> Iterator[Lab]:
    """The stack's JupyterLab, started once and stopped at the end, also after Ctrl-C."""
    with running_lab(stack, lab_port) as lab:
        pytestconfig.stash.setdefault(REDACTING, []).append(lab.redact)
        yield lab


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any],
    lab_port: int,
    other_port: int,
    pytestconfig: pytest.Config,
) -> dict[str, Any]:
    """Launch the Chromium that this machine has, in which the example hosts are the servers.

    Raises `BrowserMissing` where it has none.
    """
    ours = [*launch_args(), *browser_flags(lab_port, other_port)]
    flags = [*browser_type_launch_args.get("args", []), *ours]
    if pytestconfig.getoption("--record"):
        flags += recording.browser_flags()
    return {"executable_path": needed_browser(), **browser_type_launch_args, "args": flags}


MakeStage = Callable[[Walkthrough], Stage]


@pytest.fixture(scope="session")
def used_again(browser: Browser) -> UsedAgain:
    """The contexts of a run that keeps nothing of them."""
    return UsedAgain(browser)


@pytest.fixture
def make_context(
    stack: Stack, pytestconfig: pytest.Config, request: pytest.FixtureRequest
) -> Iterator[Callable[..., BrowserContext]]:
    """Make the browser contexts of an item's actors, or take used ones that are empty again.

    pytest-playwright can keep traces, videos and screenshots of new ones only.
    """
    kept = (pytestconfig.getoption(name) for name in ("tracing", "video", "screenshot"))
    # What answers the question for a kernel would stay in a used context, and pile up.
    asks = application_of(stack).asks_for_kernel
    if asks or pytestconfig.getoption("--record") or any(each != "off" for each in kept):
        yield request.getfixturevalue("new_context")
        return
    contexts: UsedAgain = request.getfixturevalue("used_again")
    try:
        yield contexts.take
    finally:
        contexts.give_back()


@pytest.fixture
def make_stage(
    stack: Stack,
    other_port: int,
    make_context: Callable[..., BrowserContext],
    pytestconfig: pytest.Config,
    request: pytest.FixtureRequest,
) -> Iterator[MakeStage]:
    """Make the stage of a walkthrough; what is only its own ends with the item."""
    with ExitStack() as made:

        def make(walkthrough: Walkthrough) -> Stage:
            stopping = None
            if walkthrough.stops_server:
                stopping = made.enter_context(StoppingLab(stack, other_port))
                pytestconfig.stash.setdefault(REDACTING, []).append(stopping.redact)
            lab: Lab = stopping.lab if stopping else request.getfixturevalue("lab")
            sight = recording.sight(lab) if pytestconfig.getoption("--record") else Sight()
            return Stage(lab, walkthrough, make_context, sight, stopping)

        yield make


class TryClaim:
    """Tries the session's claims, several at once, in a thread and an event loop of its own.

    pytest-playwright occupies the main thread's. `plan` are the claims' ids and ways.
    """

    def __init__(
        self, portal: BlockingPortal, ground: "Ground", stack: Stack, plan: list[tuple[str, str]]
    ) -> None:
        self._stack = stack
        self._told: dict[tuple[str, str], Future[Tried]] = {key: Future() for key in plan}
        self._running = portal.start_task_soon(self._try_all, ground)

    async def _try_all(self, ground: "Ground") -> None:
        from rtc_guide.trials.lanes import Planned, Tried, try_all
        from rtc_guide.trials.registry import all_trials

        def tell(planned: Planned, came_to: Tried | Exception) -> None:
            told = self._told[planned[0].claim, planned[1]]
            if isinstance(came_to, Exception):
                told.set_exception(came_to)
            else:
                told.set_result(came_to)

        try:
            trials = all_trials()
            await try_all(ground, [(trials[claim], way) for claim, way in self._told], tell)
        finally:
            # Nobody shall wait for what can't come any more.
            for told in self._told.values():
                told.cancel()

    def __call__(self, claim: str, way: str) -> "Tried":
        """Wait for what trying a claim on a way came to. Raises what the trial raised."""
        return self._told[claim, way].result()

    def versions(self, way: str) -> dict[str, str]:
        """Return the versions of what runs where this way of sharing is tried."""
        return versions_on(self._stack, hub=way not in (NO_HUB, *EDITING))

    def stop(self) -> None:
        """Let go of what is still being tried."""
        self._running.cancel()


@cache
def versions_on(stack: Stack, *, hub: bool) -> dict[str, str]:
    """Return what `versions_of` does, asking the stack only once."""
    return versions_of(stack, hub=hub)


@pytest.fixture(scope="session")
def try_claim(stack: Stack, request: pytest.FixtureRequest) -> Iterator[TryClaim]:
    """The servers on which claims are tried, started once and stopped at the end."""
    # Whoever checks walkthroughs only needs none of its packages.
    from rtc_guide.trials.ground import open_ground

    plan = [item.stash[TRIED] for item in request.session.items if TRIED in item.stash]
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(open_ground(stack)) as ground,
    ):
        request.config.stash.setdefault(REDACTING, []).append(ground.redact)
        trying = TryClaim(portal, ground, stack, plan)
        try:
            yield trying
        finally:
            trying.stop()
