"""The pytest plugin: its options, and the collection of pages."""

import os
from pathlib import Path

import pytest

from rtc_guide.software import DeclarationError, read_declaration


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a check."""
    group = parser.getgroup("rtc_guide", "walkthroughs and claims of documentation pages")
    group.addoption("--stack", help="the stack to check on (default: the newest)")
    group.addoption("--pins", type=Path, help="pins to install in place of the stack's own")
    group.addoption(
        "--record",
        choices=("write", "check"),
        help="record the figures that pages ask for: write them, or check that they are current",
    )
    group.addoption("--figure", action="append", metavar="NAME", help="record only this figure")
    group.addoption("--accept", action="store_true", help="make what is seen the evidence")
    group.addoption("--json", type=Path, metavar="FILE", help="write the results as JSON")


def pytest_configure(config: pytest.Config) -> None:
    """Register what needs the other plugins to be there.

    Raises `UsageError` where the project's stacks, or evidence that a run shall add to, can't be
    read.
    """
    from rtc_guide.checks import fixtures
    from rtc_guide.checks.reporting import Report
    from rtc_guide.evidence import stack as evidence

    if not config.option.stack:
        try:
            config.option.stack = read_declaration(config.rootpath).newest
        except DeclarationError as error:
            raise pytest.UsageError(str(error)) from error
    if config.getoption("--accept") and config.getoption("--pins"):
        raise pytest.UsageError("what is seen with other pins is no evidence of the stack")
    if config.getoption("--accept"):
        path = evidence.path_of(config.getoption("--stack"), config.rootpath)
        try:
            # Now, and not after minutes of trials.
            _ = evidence.read(path) if path.exists() else None
        except evidence.EvidenceError as error:
            raise pytest.UsageError(str(error)) from error

    # After all entry points are loaded, so that these override pytest-playwright's.
    config.pluginmanager.register(fixtures, "rtc_guide_fixtures")
    config.pluginmanager.register(Report(config), "rtc_guide_report")
    if config.getoption("--record"):
        from rtc_guide.checks.recording import FigureReport

        config.pluginmanager.register(FigureReport(config), "rtc_guide_figures")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out copies of pages in what was built of them."""
    from rtc_guide.checks.folders import BUILT

    return True if collection_path.name == BUILT and collection_path.is_dir() else None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect Markdown pages: those that use the domain, and those that are named."""
    from rtc_guide.checks.items import PageFile, is_named
    from rtc_guide.checks.session import NOTHING_TO_CHECK
    from rtc_guide.pages.reading import may_declare

    if file_path.suffix != ".md":
        return None
    if not (may_declare(file_path) or is_named(parent.config, file_path)):
        # pytest also looks at the neighbours of what was asked for.
        if any(is_named(parent.config, folder) for folder in file_path.parents):
            parent.config.stash.setdefault(NOTHING_TO_CHECK, []).append(file_path)
        return None
    root = parent.config.rootpath
    # pytest has no name for what was named outside of its root.
    outside = None if file_path.is_relative_to(root) else os.path.relpath(file_path, root)
    page: PageFile = PageFile.from_parent(parent, path=file_path, nodeid=outside)
    return page
