"""A run of checks for people who don't think in pytest."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rtc_guide.checks.folders import book_folder
from rtc_guide.pages.reading import read_page
from rtc_guide.stacks.environment import StackError, find_stack


class RunError(Exception):
    """The run can't be started as asked; the message tells what to do."""


def run_checks(
    pages: tuple[str, ...],
    *,
    stack: str | None = None,
    headed: bool = False,
    record: str | None = None,
    figures: tuple[str, ...] = (),
    accept: bool = False,
    traces: bool = True,
    pins: Path | None = None,
    kept: Path | None = None,
    json_file: Path | None = None,
    junit_file: Path | None = None,
) -> bool:
    """Check pages, folders of pages, or single items (`page.md::id`); say how it went.

    Without `pages`, the folder `book` is checked or, where there is none, the whole project. A
    claim may go on with a way of sharing: `page.md::home-directory@share`. With `accept`, what
    is seen becomes the stack's evidence, also where it contradicts a page. `record` says what
    happens to figures: `write` or `check`, all or those that `figures` names. Without `traces`
    no trace or screenshot of a failure is kept, which is faster; `kept` is where they go.
    `pins` are what is installed in place of the stack's own. Returns whether everything holds;
    a run that checked nothing does not. Raises `RunError` for a page or stack that does not
    exist.
    """
    root = Path.cwd()
    pages = pages or (str(book_folder(root).relative_to(root)),)
    items = [item for page in pages for item in items_of(page)]
    for file in (json_file, junit_file):
        if file:
            refuse_unwritable(file)
    try:
        stack = find_stack(stack, root).name
    except StackError as error:
        raise RunError(str(error)) from error
    arguments = [
        *items,
        # The pages' project needs no pytest settings, and those it has are for its tests.
        f"--rootdir={root}",
        f"--confcutdir={root}",
        f"--config-file={os.devnull}",
        # Nor are those run.
        "--override-ini=python_files=",
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
    if record:
        arguments += [f"--record={record}", *(f"--figure={name}" for name in figures)]
    if accept:
        arguments.append("--accept")
    if not traces:
        arguments += ["--tracing=off", "--screenshot=off"]
    if pins:
        arguments.append(f"--pins={pins}")
    if kept:
        arguments.append(f"--output={kept}")
    if json_file:
        arguments.append(f"--json={json_file}")
    if junit_file:
        arguments.append(f"--junit-xml={junit_file}")
    with ended_like_interrupted():
        return pytest.main(arguments) == pytest.ExitCode.OK


@contextmanager
def ended_like_interrupted() -> Iterator[None]:
    """Meanwhile, be told to end as by Ctrl-C: in good order, so that nothing is left behind."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def items_of(argument: str) -> list[str]:
    """Return what pytest calls an argument: each way of sharing, for a claim without one.

    Raises `RunError` for what is no page, no folder, or nothing that the page declares.
    """
    name, _, wanted = argument.partition("::")
    path = Path(name)
    if not path.exists():
        raise RunError(f"there is no page or folder “{name}” here")
    if path.is_file() and path.suffix != ".md":
        raise RunError(f"“{name}” is no Markdown page")
    if not wanted:
        return [name]
    if path.is_dir():
        raise RunError(f"“{name}” is a folder: name the page in it that declares “{wanted}”")
    page = read_page(path, Path.cwd())
    declared = {walkthrough.id: [walkthrough.id] for walkthrough in page.walkthroughs}
    for claim in page.claims:
        ways = [f"{claim.id}@{expected.way}" for expected in claim.expected]
        declared |= {claim.id: ways} | {way: [way] for way in ways}
    plain, bracket, stack = wanted.partition("[")
    if plain not in declared:
        raise RunError(f"{name} declares no “{wanted}”; it declares: {', '.join(declared)}")
    return [f"{name}::{item}{bracket}{stack}" for item in declared[plain]]


def refuse_unwritable(file: Path) -> None:
    """Raise `RunError` where a file can't be written, before a long run and not after it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.open("a").close()
    except OSError as error:
        raise RunError(f"the results can't be written: {error}") from error
