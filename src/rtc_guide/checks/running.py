"""A run of checks for people who don't think in pytest."""

import os
from pathlib import Path

import pytest

from rtc_guide.pages.reading import read_page
from rtc_guide.stacks.environment import NEWEST, StackError, find_stack


class RunError(Exception):
    """The run can't be started as asked; the message tells what to do."""


def run_checks(
    pages: tuple[str, ...],
    *,
    stack: str = NEWEST,
    headed: bool = False,
    figures: bool = False,
    json_file: Path | None = None,
    junit_file: Path | None = None,
) -> bool:
    """Check pages, folders of pages, or single walkthroughs (`page.md::id`); say how it went.

    Without `pages`, the folder `book` is checked. Returns whether everything holds; a run
    that checked nothing does not. Raises `RunError` for a page or stack that does not exist.
    """
    pages = pages or ("book",)
    for page in pages:
        _refuse_what_is_no_page(page)
    for file in (json_file, junit_file):
        if file:
            _refuse_unwritable(file)
    try:
        find_stack(stack, Path.cwd())
    except StackError as error:
        raise RunError(str(error)) from error
    arguments = [
        *pages,
        # The pages' project needs no pytest settings, and those it has are for its tests.
        f"--rootdir={Path.cwd()}",
        f"--config-file={os.devnull}",
        "-p",
        "no:cacheprovider",
        "--verbose",
        "--no-header",
        "--continue-on-collection-errors",
        "-Wignore::pytest.PytestWarning",
        f"--stack={stack}",
    ]
    if headed:
        arguments.append("--headed")
    if figures:
        arguments.append("--figures")
    if json_file:
        arguments.append(f"--json={json_file}")
    if junit_file:
        arguments.append(f"--junit-xml={junit_file}")
    return pytest.main(arguments) == pytest.ExitCode.OK


def _refuse_what_is_no_page(argument: str) -> None:
    name, _, wanted = argument.partition("::")
    path = Path(name)
    if not path.exists():
        raise RunError(f"there is no page or folder “{name}” here")
    if path.is_file() and path.suffix != ".md":
        raise RunError(f"“{name}” is no Markdown page")
    if wanted:
        ids = [walkthrough.id for walkthrough in read_page(path, Path.cwd()).walkthroughs]
        if wanted.split("[")[0] not in ids:
            raise RunError(f"{name} has no walkthrough “{wanted}”; it has: {', '.join(ids)}")


def _refuse_unwritable(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.open("a").close()
    except OSError as error:
        raise RunError(f"the results can't be written: {error}") from error
