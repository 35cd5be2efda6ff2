"""The fixtures of a check: the stack, its server, the browser, the stage."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from rtc_guide.browser import find_browser, launch_args
from rtc_guide.checks.session import LAB
from rtc_guide.checks.stage import Stage
from rtc_guide.pages.page import Walkthrough
from rtc_guide.stacks.environment import Stack, find_stack
from rtc_guide.stacks.jupyterlab import Lab, browser_flags, running_lab
from rtc_guide.stacks.ports import free_port


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
        pytestconfig.stash[LAB] = lab
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
