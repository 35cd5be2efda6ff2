"""A run that records figures, or checks them, for people who name figures and not walkthroughs."""

import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from rtc_guide.checks.folders import book_folder, pages_below
from rtc_guide.checks.running import RunError, run_checks
from rtc_guide.pages.page import Page
from rtc_guide.pages.pictures import still_of
from rtc_guide.pages.reading import may_declare, read_page

FOLDER = "images"
_NEEDED = ("PIL", "skimage")


def record_figures(names: tuple[str, ...], *, checks: bool = False, headed: bool = False) -> bool:
    """Record figures by their names, of pages or of walkthroughs; all without names.

    With `checks`, nothing is written; also pictures that no page shows are then told. Returns
    whether all went well. Raises `RunError` for what does not exist.
    """
    if missing := [name for name in _NEEDED if not find_spec(name)]:
        raise RunError(f"recording needs {' and '.join(missing)}: pip install 'rtc-guide[figures]'")
    root = Path.cwd()
    figures = dict(_figures(root))
    wanted = [name for name in names if not _is_item(name)]
    items = [name for name in names if _is_item(name)]
    for name in wanted:
        if name not in figures:
            raise RunError(
                f"no walkthrough has a figure “{name}”; known: {', '.join(sorted(figures))}"
            )
    items += sorted({figures[name] for name in wanted})
    if not names:
        items = sorted(set(figures.values()))
    if not items:
        raise RunError("no page asks for a figure: give a step a :figure: and an :alt:")
    went_well = run_checks(
        tuple(items),
        record="check" if checks else "write",
        figures=tuple(wanted),
        headed=headed,
    )
    if names or not checks:
        return went_well
    unshown = strays(root)
    for name in unshown:
        print(f"{name}: no page asks for this picture: delete it", file=sys.stderr)
    return went_well and not unshown


def strays(root: Path) -> list[str]:
    """Return the pictures in the project's folder of figures that no page shows."""
    shown = {name for page in _pages(root) for name in page.pictures}
    # Those inside directives of other extensions, which only Sphinx knows.
    shown |= set(_drawn_elsewhere(root))
    there = sorted(f"{FOLDER}/{path.name}" for path in (root / FOLDER).glob("*") if path.is_file())
    return [name for name in there if name not in shown]


def _drawn_elsewhere(root: Path) -> Iterator[str]:
    for page in _pages(root):
        for name in re.findall(rf"{{ui:picture}}\s+({FOLDER}/\S+)", page.path.read_text("utf-8")):
            yield from (name, Path(name).with_suffix(f".dark{Path(name).suffix}").as_posix())


def _is_item(name: str) -> bool:
    return "::" in name or name.endswith(".md") or Path(name).is_dir()


def _figures(root: Path) -> Iterator[tuple[str, str]]:
    """Yield each figure's name with the walkthrough that it is taken of, as `page.md::id`."""
    for page in _pages(root):
        place = page.path.relative_to(root).as_posix()
        for item in page.walkthroughs:
            for step in item.steps:
                if step.figure:
                    yield Path(step.figure.name).stem, f"{place}::{item.id}"
        for each in page.animations:
            yield Path(still_of(each.name)).stem, f"{place}::{each.walkthrough}"


def _pages(root: Path) -> Iterator[Page]:
    for path in pages_below(book_folder(root)):
        if may_declare(path):
            yield read_page(path, root)
