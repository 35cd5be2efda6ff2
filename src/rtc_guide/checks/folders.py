"""Where the pages of a project are."""

import os
from collections.abc import Iterator
from pathlib import Path

BOOK = "book"
"""Where a book is, seen from its project; a project without it is its pages' folder itself."""

BUILT = "_build"
"""Where Sphinx and Jupyter Book put what they build, with copies of pages."""

# Those that pytest looks at no more than we do.
_WITHOUT_PAGES = (BUILT, "build", "dist", "node_modules")


def book_folder(root: Path) -> Path:
    """Return the folder of the pages of the project at `root`."""
    book = root / BOOK
    return book if book.is_dir() else root


def pages_below(folder: Path) -> Iterator[Path]:
    """Yield all Markdown files below a folder, in order; none that was installed or built."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if _may_have_pages(Path(place, name)))
        yield from (Path(place, name) for name in sorted(files) if name.endswith(".md"))


def _may_have_pages(folder: Path) -> bool:
    hidden = folder.name.startswith(".") or folder.name in _WITHOUT_PAGES
    return not hidden and not (folder / "pyvenv.cfg").exists()
