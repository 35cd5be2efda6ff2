"""Runs in Pyodide: pycrdt's own test suite, with the outcome of each test by name."""

import gc
import sys
from pathlib import Path
from typing import Any

import pytest


class Outcomes:
    """A pytest plugin that notes what became of each test."""

    def __init__(self) -> None:
        self.outcomes: dict[str, str] = {}
        self.reasons: dict[str, str] = {}

    def pytest_collection_finish(self) -> None:
        """Leave what is loaded by now out of garbage collections.

        pycrdt's suite collects twice after each test. That is to find the test's garbage; to go
        through all imported modules each time takes most of the run in WebAssembly.
        """
        gc.collect()
        gc.freeze()

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note the outcome: a test passes if its set-up, its call and its teardown do."""
        if report.outcome == "failed" or report.nodeid not in self.outcomes:
            self.outcomes[report.nodeid] = report.outcome
        if report.outcome == "failed":
            crash = getattr(report.longrepr, "reprcrash", None)
            self.reasons[report.nodeid] = str(crash.message if crash else report.longrepr)[-600:]

    def pytest_collectreport(self, report: Any) -> None:
        """A file that can't be collected is a failure."""
        if report.outcome == "failed":
            self.outcomes[report.nodeid] = "failed"
            self.reasons[report.nodeid] = str(report.longrepr)[-600:]


def run(folder: str, *selected: str) -> dict[str, dict[str, str]]:
    """Run the suite in a folder, or some of its tests; outcomes and reasons of failures by name."""
    sys.path.insert(0, str(Path(folder) / "tests"))
    plugin = Outcomes()
    targets = [f"{folder}/{name}" for name in selected] or [f"{folder}/tests"]
    # Rewriting assertions takes long in WebAssembly, and so does telling tracebacks at length.
    arguments = ["-q", "-p", "no:cacheprovider", "-p", "anyio", "--tb=line", "--assert=plain"]
    arguments += ["--rootdir", folder]
    pytest.main([*arguments, *targets], plugins=[plugin])
    return {"outcomes": plugin.outcomes, "reasons": plugin.reasons}
