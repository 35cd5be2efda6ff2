"""Reading pages without a browser or a server: what their authors must mend before a check."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rtc_guide.checks.claims import unclaimed, untried
from rtc_guide.checks.failure import placed
from rtc_guide.checks.folders import book_folder, pages_below
from rtc_guide.checks.running import RunError, page_or_folder
from rtc_guide.pages.domain import repeated_ids
from rtc_guide.pages.page import Problem
from rtc_guide.pages.reading import may_declare, read_page


def proofread(names: Sequence[str], root: Path) -> Iterator[str]:
    """Say, by page and line, what is wrong with pages and folders of pages: with all by default.

    Of a single item, `page.md::id`, the whole page is read. All pages are read, since an id may be
    another page's; those without a walkthrough or claim have nothing to be wrong here. Where the
    trials' packages aren't installed, claims are not compared with them. Raises `RunError` for what
    is no page and no folder, and for a folder without pages.
    """
    book = book_folder(root).relative_to(root).as_posix()
    wanted = [path for name in names or (book,) for path in _pages(name, root)]
    beside = filter(may_declare, pages_below(book_folder(root)))
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


def _pages(name: str, root: Path) -> list[Path]:
    """Return a page that may declare something, or a folder's. Raises `RunError`."""
    path = page_or_folder(name.partition("::")[0], root)
    pages = list(pages_below(path)) if path.is_dir() else [path]
    if not pages:
        raise RunError(f"there is no Markdown page in “{name}”: go to the pages' project")
    return [page for page in pages if may_declare(page)]
