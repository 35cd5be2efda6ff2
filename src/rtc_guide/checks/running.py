"""A run of checks for people who don't think in pytest."""

import os
from pathlib import Path

import pytest

from rtc_guide.stacks.environment import NEWEST, StackError, find_stack

# Screenshots and traces of failures: ignored by git, since traces hold tokens.
ARTIFACTS = ".artifacts"


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
        path = page.split("::")[0]
        if not Path(path).exists():
            raise RunError(f"there is no page or folder “{path}” here")
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
        "--disable-warnings",
        "--tracing=retain-on-failure",
        "--screenshot=only-on-failure",
        f"--output={ARTIFACTS}",
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
