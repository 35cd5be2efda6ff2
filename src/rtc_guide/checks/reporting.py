"""What a run of checks says: at its end, in a JSON file, and to GitHub."""

import json
import os
from collections.abc import Generator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from pytest import TerminalReporter

from rtc_guide.checks.failure import shown_path
from rtc_guide.checks.items import WalkthroughItem
from rtc_guide.checks.session import LAB, NOTHING_TO_CHECK, PAGES, PROBLEMS


@dataclass
class Result:
    """How one walkthrough went; `line` is the failing word's, else the walkthrough's."""

    page: str
    id: str
    stack: str
    outcome: str
    seconds: float
    line: int
    found: str | None = None


class Report:
    """A plugin that keeps the results of walkthroughs, and tells them."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._results: dict[str, Result] = {}
        self._kept: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep the result of a walkthrough, and the server's secret out of any report."""
        report = yield
        if isinstance(item, WalkthroughItem) and (call.when == "call" or report.failed):
            error = call.excinfo.value if report.failed and call.excinfo else None
            told = item.told(error) if error else None
            report.longrepr = told or report.longrepr
            word = getattr(error, "word", None)
            self._results[item.nodeid] = Result(
                page=shown_path(word.path if word else item.path, self._config.rootpath),
                id=item.walkthrough.id,
                stack=self._config.getoption("--stack"),
                outcome=report.outcome,
                seconds=round(call.duration, 2),
                line=word.line if word else item.walkthrough.line,
                found=_found(error, told) if report.failed else None,
            )
        if report.failed:
            self._redact(report)
        return report

    def _redact(self, report: pytest.TestReport) -> None:
        lab = self._config.stash.get(LAB, None)
        if lab and lab.token in str(report.longrepr):
            report.longrepr = lab.redact(str(report.longrepr))
        if lab:
            report.sections = [(name, lab.redact(text)) for name, text in report.sections]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep where pytest-playwright put the screenshots and traces of a failure."""
        if report.nodeid in self._results:
            self._kept += [
                str(path)
                for name, path in report.user_properties
                if name in ("playwright_screenshot", "playwright_trace")
            ]

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """Say what had nothing to check, what was kept, and what failed, for GitHub too."""
        root = self._config.rootpath
        idle = self._config.stash.get(NOTHING_TO_CHECK, [])
        # Somebody else's test run, in which no page was asked for, need not hear of pages.
        if idle and (PAGES in self._config.stash or not terminalreporter.stats):
            pages = ", ".join(shown_path(path, root) for path in idle)
            terminalreporter.write_line(f"nothing to check: {pages}")
        if self._kept:
            ignored = Path(self._config.getoption("--output"), ".gitignore")
            ignored.write_text("# Traces hold tokens.\n*\n", encoding="utf-8")
            terminalreporter.section("kept of failures (local: traces hold tokens)")
            for path in self._kept:
                terminalreporter.write_line(path)
        if os.environ.get("GITHUB_ACTIONS"):
            for result in self._results.values():
                if result.found:
                    terminalreporter.write_line(
                        annotation(result.page, result.line, result.id, result.found)
                    )
            for problem in self._config.stash.get(PROBLEMS, []):
                page = shown_path(problem.path, root)
                terminalreporter.write_line(annotation(page, problem.line, "page", problem.message))

    def pytest_sessionfinish(self) -> None:
        """Write the JSON file, whole or not at all."""
        target: Path | None = self._config.getoption("--json")
        if target and not self._config.getoption("--collect-only"):
            root = self._config.rootpath
            told = {
                "results": [asdict(result) for result in self._results.values()],
                "problems": [
                    {
                        "page": shown_path(problem.path, root),
                        "line": problem.line,
                        "message": problem.message,
                    }
                    for problem in self._config.stash.get(PROBLEMS, [])
                ],
            }
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished = target.with_name(f"{target.name}.part")
            unfinished.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", "utf-8")
            unfinished.replace(target)


def _found(error: BaseException | None, told: str | None) -> str:
    """Return what a failure found; of errors of our own, which may hold anything, their kind."""
    return getattr(error, "found", None) or told or type(error).__name__


def annotation(page: str, line: int, title: str, message: str) -> str:
    """Return GitHub's command that shows a message beside a page's line.

    Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """

    def escaped(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def escaped_property(text: str) -> str:
        return escaped(text).replace(":", "%3A").replace(",", "%2C")

    place = f"file={escaped_property(page)},line={line},title={escaped_property(title)}"
    return f"::error {place}::{escaped(message)}"
