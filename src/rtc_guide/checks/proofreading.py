"""Reading pages without a browser or a server: what their authors must mend before a check."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rtc_guide.checks.claims import unclaimed, untried
from rtc_guide.checks.failure import placed
from rtc_guide.checks.folders import book_folder, pages_below
from rtc_guide.checks.running import RunError
from rtc_guide.pages.domain import repeated_ids
from rtc_guide.pages.page import Problem
from rtc_guide.pages.reading import may_declare, read_page


def proofread(names: Sequence[str], root: Path) -> Iterator[str]:
    """Say, by page and line, what is wrong with pages and folders of pages: with all by default.

    All pages are read, since an id may be another page's; those without a walkthrough or claim
    have nothing to be wrong here. Where the trials' packages aren't installed, claims are not
    compared with them. Raises `RunError` for what is no page and no folder.
    """
    wanted = [path for name in names or (book_folder(root),) for path in _pages(root / name)]
    beside = _pages(book_folder(root))
    pages = [read_page(path, root) for path in dict.fromkeys([*beside, *wanted])]
    problems = [problem for page in pages for problem in page.problems]
    problems += repeated_ids(pages)
    claims = [claim for page in pages for claim in page.claims]
    try:
        from rtc_guide.trials.registry import all_trials

        trials = all_trials()
    except ModuleNotFoundError:
        pass
    else:
        problems += untried(claims, trials, root)
        # A trial's line is no page's: it is told where all are asked for.
        problems += [] if names else unclaimed(claims, trials, root)
    of_pages = {page.path for page in pages} - {path.resolve() for path in wanted}
    for problem in sorted(problems, key=_place):
        if problem.path.resolve() not in of_pages:
            yield placed(problem.path, problem.line, problem.message, root)


def _place(problem: Problem) -> tuple[str, int]:
    return str(problem.path), problem.line


def _pages(path: Path) -> list[Path]:
    """Return a page that may declare something, or a folder's. Raises `RunError`."""
    if path.is_dir():
        return [each for each in pages_below(path) if may_declare(each)]
    if not path.is_file() or path.suffix != ".md":
        raise RunError(f"there is no Markdown page or folder “{path}” here")
    return [path] if may_declare(path) else []
