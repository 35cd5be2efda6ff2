"""Recording the figures that pages ask for, as part of a run of checks."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from pytest import TerminalReporter

from rtc_guide.checks.failure import FigureFailure
from rtc_guide.checks.performance import carry_out
from rtc_guide.checks.session import ARTIFACTS, RECORDED
from rtc_guide.checks.stage import Sight, Stage
from rtc_guide.pages.page import Animation
from rtc_guide.stacks.jupyterlab import Lab

# Recording needs more packages than checking does: what needs them is imported where it is used.

ASIDE = "figures"
_WRITE_THEM = "rtc-guide record (make figures) records it anew"

# https://jupyterlab.readthedocs.io/en/stable/user/interface_customization.html: dates of files
# would be other ones in each picture.
_FILE_BROWSER = "@jupyterlab/filebrowser-extension/browser.jupyterlab-settings"
_UNDATED = {"showLastModifiedColumn": False}


def browser_flags() -> list[str]:
    """Return the Chromium flags by which it paints the same picture each time."""
    from rtc_guide.figures.shooting import STEADY_FLAGS

    return list(STEADY_FLAGS)


def sight(lab: Lab) -> Sight:
    """Return how pictures show things, and have a JupyterLab leave out what changes by itself."""
    from rtc_guide.checks.recorder import SCALE, STRANGER, WINDOW

    chosen = lab.settings / _FILE_BROWSER
    chosen.parent.mkdir(parents=True, exist_ok=True)
    chosen.write_text(json.dumps(_UNDATED), encoding="utf-8")
    return Sight(WINDOW, SCALE, STRANGER)


def record(stage: Stage, animations: Iterable[Animation], config: pytest.Config) -> None:
    """Carry out a walkthrough, and keep its pictures or compare them with the book's.

    Raises `CheckFailure` as `carry_out` does, `FigureFailure` for pictures that can't be taken or
    kept or, where they are only to be compared, for those that are missing or not current.
    """
    from rtc_guide.checks.recorder import Recorder
    from rtc_guide.figures.encoding import PictureTooLarge
    from rtc_guide.figures.keeping import compare, keep
    from rtc_guide.figures.secrecy import SecretShown

    recorder = Recorder(stage, animations, _wanted(config))
    try:
        carry_out(stage, onlooker=recorder)
    except SecretShown as error:
        path, line = recorder.place
        message = f"no picture is taken at this step: {error}"
        raise FigureFailure([(path, line, message)]) from None
    writes = config.getoption("--record") == "write"
    aside = config.rootpath / ARTIFACTS / ASIDE
    failed = []
    for each in recorder.recorded:
        try:
            kept = (keep if writes else compare)(each.name, each.picture, config.rootpath, aside)
        except PictureTooLarge as error:
            failed.append((each.asked.path, each.asked.line, f"{each.name} can't be kept: {error}"))
            continue
        current = kept.outcome.is_current
        told = kept.outcome.value if current or not writes else "written"
        config.stash.setdefault(RECORDED, []).append((each.name, told))
        if not (writes or current):
            message = f"{each.name} is {kept.outcome.value} ({kept.why}): {_WRITE_THEM}"
            failed.append((each.asked.path, each.asked.line, message))
    if failed:
        raise FigureFailure(failed)


def _wanted(config: pytest.Config) -> Callable[[str], bool]:
    names = config.getoption("--figure")
    return lambda name: not names or Path(name).stem in names


class FigureReport:
    """A plugin that says what came of each figure."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """List the figures with their outcomes."""
        recorded = self._config.stash.get(RECORDED, [])
        if recorded:
            terminalreporter.section("figures")
        for name, told in recorded:
            terminalreporter.write_line(f"{name}: {told}")
