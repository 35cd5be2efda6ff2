"""pycrdt's own test suite, run in Pyodide in a browser on our wheel."""

from __future__ import annotations

import base64
import json
import tarfile
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from .. import pins
from ..wheel import local_version, npm_version
from .browser import HERE, pyodide

PROJECTS = (
    "pytest",
    "iniconfig",
    "pluggy",
    "packaging",
    "pygments",
    "pydantic",
    "pydantic-core",
    "annotated-types",
    "typing-inspection",
)
SECONDS = 300
REPEATED = 3
"""How often a test that measures in real time is run again."""
# Both of anyio's backends, as where trio is installed: what can't run is to be seen.
_CONFTEST = b"""import pytest


@pytest.fixture(scope="module", params=["asyncio", "trio"])
def anyio_backend(request):
    return request.param
"""
# As in pycrdt's pyproject: a warning is an error. But one: two tests leave streams open that an
# observer writes to. The compiled core never frees such an observer, so nobody notices; ours does,
# and anyio then warns of the streams. `test_types.py` has tests for a plugin that runs
# mypy on pycrdt's own annotations, none for Python.
_PYTEST_INI = b"""[pytest]
filterwarnings =
    error
    ignore:Unclosed <MemoryObject:ResourceWarning
markers = mypy_testing
"""


@dataclass(frozen=True)
class Conformance:
    """What a run showed; written as JSON for others to read."""

    pycrdt: str
    yjs: str
    pyodide: str
    all: int
    """The tests of pycrdt's suite."""
    excluded: int
    """Those that threads or trio make impossible here."""
    run: int
    """The others."""
    passed: int
    failures: dict[str, str] = field(default_factory=dict)
    """Tests that should pass and don't, with the reason."""
    surprises: list[str] = field(default_factory=list)
    """Excluded tests that pass: they must be taken off the list."""
    unknown: list[str] = field(default_factory=list)
    """Excluded tests that don't exist."""

    @property
    def good(self) -> bool:
        """Whether all is as it should be."""
        return not (self.failures or self.surprises or self.unknown) and self.passed > 0

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", "utf-8")


def suite_files() -> dict[str, str]:
    """The test suite from the pinned sdist: contents by path."""
    found = {}
    with tarfile.open(pins.fetch(pins.read("sdist"))) as archive:
        for member in archive:
            path = member.name.partition("/")[2]
            if member.isfile() and path.startswith("tests/"):
                content = archive.extractfile(member)
                assert content is not None
                found[path] = base64.b64encode(content.read()).decode()
    found["conftest.py"] = base64.b64encode(_CONFTEST).decode()
    found["pytest.ini"] = base64.b64encode(_PYTEST_INI).decode()
    return found


def read_reasons(path: Path) -> dict[str, str]:
    """The tests that a file lists in groups, each with its group's reason."""
    groups = tomllib.loads(path.read_text("utf-8"))
    return {name: group["reason"] for group in groups.values() for name in group["tests"]}


def run_suite(browser: Browser, selected: Iterable[str] = ()) -> dict[str, Any]:
    """Run the suite, or some of its tests, in the browser; outcomes and reasons by name."""
    with pyodide(browser, *PROJECTS) as python:
        result: dict[str, Any] = json.loads(
            python.run(
                """
                from base64 import b64decode
                from pathlib import Path
                import sys
                for path, content in {**files, "suite.py": suite}.items():
                    file = Path("/suite", path)
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(b64decode(content))
                sys.path.insert(0, "/suite")
                import suite
                _json.dumps(suite.run("/suite", *selected))
                """.replace("\n                ", "\n"),
                timeout=SECONDS,
                files=suite_files(),
                suite=base64.b64encode((HERE / "suite.py").read_bytes()).decode(),
                selected=list(selected),
            )
        )
    return result


def repeat(
    result: dict[str, Any], timed: Iterable[str], run: Callable[[list[str]], dict[str, Any]]
) -> dict[str, Any]:
    """Run those of the `timed` tests again that failed, some times, until they pass.

    A test that exists and never passes stays failed.
    """
    outcomes, reasons = dict(result["outcomes"]), dict(result["reasons"])
    for _ in range(REPEATED):
        failed = [name for name in timed if outcomes.get(name) == "failed"]
        if not failed:
            break
        again = run(failed)
        outcomes |= again["outcomes"]
        reasons |= again["reasons"]
    return {"outcomes": outcomes, "reasons": reasons}


def judge(result: dict[str, Any], exclusions: dict[str, str]) -> Conformance:
    """Compare outcomes with what is excluded."""
    outcomes: dict[str, str] = result["outcomes"]
    expected = {name: outcome for name, outcome in outcomes.items() if name not in exclusions}
    return Conformance(
        pycrdt=local_version(pins.read("wheel").version),
        yjs=npm_version("yjs"),
        pyodide=npm_version("pyodide"),
        all=len(outcomes),
        excluded=len(outcomes) - len(expected),
        run=len(expected),
        passed=sum(outcome == "passed" for outcome in expected.values()),
        failures={
            name: result["reasons"].get(name, outcome)
            for name, outcome in expected.items()
            if outcome != "passed"
        },
        surprises=sorted(name for name in exclusions if outcomes.get(name) == "passed"),
        unknown=sorted(name for name in exclusions if name not in outcomes),
    )
