"""What a run of checks says: at its end, in a JSON file, and to GitHub."""

import json
import os
from collections.abc import Generator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest import TerminalReporter

from rtc_guide.checks.failure import shown_path
from rtc_guide.checks.folders import book_folder, pages_below
from rtc_guide.checks.items import ClaimItem, PageItem, WalkthroughItem
from rtc_guide.checks.session import (
    NOTHING_TO_CHECK,
    PAGES,
    PROBLEMS,
    REDACTING,
)
from rtc_guide.evidence import stack as evidence
from rtc_guide.evidence.stack import Evidence, Seen
from rtc_guide.evidence.walked import Walked
from rtc_guide.pages.reading import may_declare, read_page
from rtc_guide.trials.registry import all_trials


@dataclass
class Result:
    """How a walkthrough, or a claim on a way of sharing, went.

    `line` is the failing word's, else the item's own; `verdict` is a claim's.
    """

    page: str
    id: str
    stack: str
    outcome: str
    seconds: float
    line: int
    found: str | None = None
    verdict: str | None = None


class Report:
    """A plugin that keeps the results of walkthroughs and claims, and tells them."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._results: dict[str, Result] = {}
        self._seen: list[Seen] = []
        self._walked: list[Walked] = []
        self._kept: list[str] = []
        self._unaccepted: str | None = None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep the result of an item, and the servers' secrets out of any report."""
        report = yield
        if isinstance(item, PageItem) and (call.when == "call" or report.failed):
            error = call.excinfo.value if report.failed and call.excinfo else None
            told = item.told(error) if error else None
            report.longrepr = told or report.longrepr
            word = getattr(error, "word", None)
            seen = item.seen if isinstance(item, ClaimItem) else None
            if seen:
                self._seen.append(seen)
            if isinstance(item, WalkthroughItem) and item.walked and call.when == "call":
                self._walked.append(item.walked)
            self._results[item.nodeid] = Result(
                page=shown_path(word.path if word else item.path, self._config.rootpath),
                id=item.declared,
                stack=self._config.getoption("--stack"),
                outcome=report.outcome,
                # Claims are tried side by side: a test's own duration is how long it waited.
                seconds=seen.seconds if seen else round(call.duration, 2),
                line=word.line if word else item.line,
                found=self._redacted(_found(error, told)) if report.failed else None,
                verdict=seen.verdict.value if seen else None,
            )
        if report.failed:
            self._redact(report)
        return report

    def _redact(self, report: pytest.TestReport) -> None:
        said = str(report.longrepr)
        if self._redacted(said) != said:
            report.longrepr = self._redacted(said)
        report.sections = [(name, self._redacted(text)) for name, text in report.sections]

    def _redacted(self, text: str) -> str:
        for redact in self._config.stash.get(REDACTING, []):
            text = redact(text)
        return text

    def pytest_report_teststatus(
        self, report: pytest.TestReport | pytest.CollectReport
    ) -> tuple[str, str, str] | None:
        """Call a claim that these surroundings can't prove by its name: it is not just skipped."""
        if report.skipped and report.nodeid in self._results:
            return "not proven", "u", "NOT PROVEN"
        return None

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
            terminalreporter.write_line(
                f"nothing to check on {self._config.getoption('--stack')}: {pages}"
            )
        unproven = [seen for seen in self._seen if seen.why]
        if unproven:
            terminalreporter.section("not proven here; with --accept, what was proven before stays")
            for seen in unproven:
                terminalreporter.write_line(f"{seen.claim}@{seen.way}: {seen.why}")
        if self._unaccepted:
            terminalreporter.section("evidence")
            terminalreporter.write_line(self._unaccepted)
        if self._kept:
            keep_out_of_git(Path(self._config.getoption("--output")))
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

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the evidence and the JSON file, and don't call a run good that proved nothing."""
        self._write_results()
        # A run that was interrupted, or broke off by an error of our own, is no run to accept.
        whole = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        if whole and self._config.getoption("--accept"):
            try:
                self._accept()
            except (evidence.EvidenceError, OSError) as error:
                self._unaccepted = f"what was seen could not be made the evidence: {error}"
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
        outcomes = {result.outcome for result in self._results.values()}
        if outcomes == {"skipped"} and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED

    def _accept(self) -> None:
        """Make what was seen part of the stack's evidence; what broke off saw nothing."""
        if not (self._seen or self._walked):
            return
        stack, root = self._config.getoption("--stack"), self._config.rootpath
        path = evidence.path_of(stack, root)
        told = evidence.read(path) if path.exists() else Evidence(stack)
        if self._seen:
            # Of the whole book, whichever pages this run is about.
            known = [(trial.claim, way) for trial in all_trials().values() for way in trial.ways]
            told = told.with_seen(self._seen, known)
        if self._walked:
            told = told.with_walked(self._walked, self._walkthroughs_for(stack))
        evidence.write(told, path)

    def _walkthroughs_for(self, stack: str) -> set[str]:
        """Name the walkthroughs of this run's pages and of the book whose words hold there."""
        root = self._config.rootpath
        run = self._config.stash.get(PAGES, {})
        others = [
            read_page(path, root)
            for path in pages_below(book_folder(root))
            if path not in run and may_declare(path)
        ]
        return {
            item.id
            for page in (*run.values(), *others)
            for item in page.walkthroughs
            if item.is_for(stack)
        }

    def _write_results(self) -> None:
        """Write the JSON file, whole or not at all."""
        target: Path | None = self._config.getoption("--json")
        if target and not self._config.getoption("--collect-only"):
            root = self._config.rootpath
            problems = [
                {
                    "page": shown_path(problem.path, root),
                    "line": problem.line,
                    "message": problem.message,
                }
                for problem in self._config.stash.get(PROBLEMS, [])
            ]
            write_results([asdict(each) for each in self._results.values()], problems, target)


def keep_out_of_git(folder: Path) -> None:
    """Have git ignore a folder of what is kept of failures. Raises `OSError`."""
    (folder / ".gitignore").write_text("# Traces hold tokens.\n*\n", encoding="utf-8")


def write_results(
    results: list[dict[str, Any]], problems: list[dict[str, Any]], target: Path
) -> None:
    """Write the JSON file of a run, whole or not at all."""
    write_whole(target, {"results": results, "problems": problems})


def write_whole(target: Path, told: dict[str, Any]) -> None:
    """Write a JSON file, whole or not at all: who reads it never sees half of it."""
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
