"""A run of checks for people who don't think in pytest."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rtc_guide.checks.folders import book_folder, pages_below
from rtc_guide.checks.reporting import keep_out_of_git
from rtc_guide.checks.session import ARTIFACTS
from rtc_guide.pages.reading import may_declare, read_page
from rtc_guide.stacks.environment import StackError, find_stack

KEPT = "kept-of-failures"
"""The folder, in the one that is asked for, which each run empties and fills; nobody else does."""


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
    no trace or screenshot of a failure is kept, which is faster; they go into a folder of their
    own in `kept`, which has nothing but those of the last run. `pins` are what is installed in
    place of the stack's own. Returns whether everything holds. Raises `RunError` for a page or
    stack that does not exist, for a place where nothing can be kept, and for pages that declare
    nothing to check.
    """
    root = Path.cwd()
    try:
        # First: where the declaration is broken, a page that shows it can't be read.
        stack = find_stack(stack, root).name
    except StackError as error:
        raise RunError(str(error)) from error
    pages = pages or (str(book_folder(root).relative_to(root)),)
    items = [item for page in pages for item in items_of(page)]
    for file in (json_file, junit_file):
        if file:
            refuse_unwritable(file)
    if kept:
        refuse_unkept(kept, root)
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
        # pytest-playwright removes this folder with all that is in it.
        f"--output={(kept or root / ARTIFACTS) / KEPT}",
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
    if json_file:
        arguments.append(f"--json={json_file}")
    if junit_file:
        arguments.append(f"--junit-xml={junit_file}")
    with ended_like_interrupted():
        status = pytest.main(arguments)
    if not kept and (root / ARTIFACTS).is_dir():
        keep_out_of_git(root / ARTIFACTS)
    if status == pytest.ExitCode.NO_TESTS_COLLECTED and not any(map(_may_declare, items)):
        raise RunError(
            f"nothing to check: no page in “{', '.join(pages)}” has a {{ui:walkthrough}} or a "
            "{claim}. Go to the pages' project, or name it with --project."
        )
    return status == pytest.ExitCode.OK


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
    path = page_or_folder(name, Path.cwd())
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


def page_or_folder(name: str, root: Path) -> Path:
    """Return the path of a page or folder, named as seen from `root`.

    Raises `RunError` for what is neither.
    """
    path = root / name
    if not path.exists():
        raise RunError(f"there is no page or folder “{name}” here")
    if path.is_file() and path.suffix != ".md":
        raise RunError(f"“{name}” is no Markdown page")
    return path


def refuse_unkept(folder: Path, root: Path) -> None:
    """Raise `RunError` where what is kept of failures can't go into a folder, or shouldn't.

    Traces hold tokens: they have no place among a project's own files.
    """
    if root.is_relative_to(folder.resolve()):
        raise RunError(
            f"“{folder}” is the project's own folder, or above it: name one that is only for "
            "what is kept of failures"
        )
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir():
        raise RunError(f"“{there}” is a file: name a folder for what is kept of failures")


def _may_declare(item: str) -> bool:
    """Tell whether a page, or one of a folder, may have something to check."""
    path = Path(item.partition("::")[0])
    return any(map(may_declare, pages_below(path) if path.is_dir() else [path]))


def refuse_unwritable(file: Path) -> None:
    """Raise `RunError` where a file can't be written, before a long run and not after it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.open("a").close()
    except OSError as error:
        raise RunError(f"the results can't be written: {error}") from error
