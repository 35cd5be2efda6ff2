"""Pages as pytest sees them: a page is a file of items, each walkthrough is one item."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest._code.code import TerminalRepr
from pytest import ExceptionInfo

from rtc_guide.browser import BrowserMissing
from rtc_guide.checks.failure import CheckFailure, placed
from rtc_guide.checks.fixtures import MakeStage
from rtc_guide.checks.performance import carry_out
from rtc_guide.checks.session import ARTIFACTS, NOTHING_TO_CHECK, PAGES, PROBLEMS
from rtc_guide.checks.stage import StageError
from rtc_guide.pages.domain import repeated_ids
from rtc_guide.pages.page import Page, Problem, Walkthrough
from rtc_guide.pages.reading import read_page
from rtc_guide.stacks.environment import StackError


class PageError(Exception):
    """A page that its author must mend before it can be checked; the message lists why."""

    def __init__(self, problems: list[Problem], root: Path) -> None:
        super().__init__(
            "\n".join(
                placed(problem.path, problem.line, problem.message, root) for problem in problems
            )
        )


class PageFile(pytest.File):
    """A page, whose walkthroughs are its items."""

    def collect(self) -> Iterator[pytest.Item]:
        """Read the page. Raises `PageError` with every problem that the page has."""
        stash, root = self.config.stash, self.config.rootpath
        page = read_page(self.path, root)
        problems = [*page.problems, *self._shared_ids(page)]
        if not page.walkthroughs and not problems:
            if is_named(self.config, self.path):
                advice = "this page declares nothing to check: write a {ui:walkthrough}"
                problems = [Problem(self.path, 1, advice)]
            else:
                stash.setdefault(NOTHING_TO_CHECK, []).append(self.path)
        if problems:
            stash.setdefault(PROBLEMS, []).extend(problems)
            raise PageError(problems, root)
        keep_failures(self.config)
        for walkthrough in page.walkthroughs:
            yield WalkthroughItem.from_parent(self, walkthrough=walkthrough)

    def _shared_ids(self, page: Page) -> list[Problem]:
        """Find this page's walkthroughs whose id it, or an earlier page, has used already."""
        pages = self.config.stash.setdefault(PAGES, {})
        pages[self.path] = page
        return [problem for problem in repeated_ids(pages.values()) if problem.path == self.path]

    def repr_failure(  # type: ignore[override]  # as in pytest's own collectors
        self, excinfo: ExceptionInfo[BaseException]
    ) -> str | TerminalRepr:
        """Tell the author what to mend, without a traceback."""
        if isinstance(excinfo.value, PageError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


def keep_failures(config: pytest.Config) -> None:
    """Keep a failure's screenshot and trace, unless the command line says otherwise."""
    said = " ".join(config.invocation_params.args)
    for option, value in (
        ("tracing", "retain-on-failure"),
        ("screenshot", "only-on-failure"),
        ("output", ARTIFACTS),
    ):
        if f"--{option}" not in said:
            setattr(config.option, option, value)


def is_named(config: pytest.Config, path: Path) -> bool:
    """Tell whether this very page or folder was named on the command line."""
    named = (config.invocation_params.dir / argument.split("::")[0] for argument in config.args)
    return any(candidate.resolve() == path for candidate in named)


class WalkthroughItem(pytest.Function):
    """A walkthrough to be carried out on the stack."""

    def __init__(self, walkthrough: Walkthrough, parent: PageFile, **kwargs: Any) -> None:
        # A function of its own, since pytest takes the names of fixtures from its signature.
        def carry_out_walkthrough(make_stage: MakeStage, pytestconfig: pytest.Config) -> None:
            figures = pytestconfig.rootpath if pytestconfig.getoption("--figures") else None
            carry_out(make_stage(walkthrough), figures=figures)

        name = f"{walkthrough.id}[{parent.config.getoption('--stack')}]"
        super().__init__(name, parent, callobj=carry_out_walkthrough, **kwargs)
        self.walkthrough = walkthrough

    def told(self, error: BaseException) -> str | None:
        """Say what an error means to the page's author; nothing for an error of our own."""
        root = self.config.rootpath
        if isinstance(error, CheckFailure):
            return error.told(root)
        if isinstance(error, StageError):
            return placed(self.path, self.walkthrough.line, str(error), root)
        return str(error) if isinstance(error, (StackError, BrowserMissing)) else None

    def reportinfo(self) -> tuple[Path, int, str]:
        """Place the item in its page; pytest counts lines from 0."""
        return self.path, self.walkthrough.line - 1, self.name
