"""What a built site is made of: files by their contents, and the software that builds it."""

import os
import site
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

CODE = tuple(
    Path(folder)
    for package in ("rtc_guide", "pycrdt_yjs")
    if (found := find_spec(package))
    for folder in found.submodule_search_locations or ()
)
"""The folders of our own code, wherever it is installed."""

SKIPPED = frozenset({"_build", "bench", "build", "dist", "node_modules", "__pycache__", "tests"})
"""Folders that hold what was built or fetched, or makes no page; hidden ones are skipped, too.

What a page uses from there nevertheless is known once the page has been read.
"""

BUNDLED = Path(__file__).parents[1] / "editor" / "static"
"""What a build makes among our own code, of other code there."""

VARIABLES = ("LANG", "LC_", "TZ", "SOURCE_DATE_EPOCH", "READTHEDOCS", "SPHINX")
"""Beginnings of the names of environment variables that Sphinx and extensions heed."""

PAGE_ENDING = ".md"


@dataclass(frozen=True)
class Inputs:
    """Digests, by path: of each page's text, and of everything else together."""

    pages: Mapping[str, str]
    rest: str


def read_inputs(book: Path) -> Inputs:
    """Read all that a book in the folder `book` may be made of.

    That is every file in it, whether or not a page uses it, and our own code; further the packages
    of this Python, by their names, versions and times of installation, Python itself, the
    environment, and the day, which a page may tell.
    """
    pages: dict[str, str] = {}
    rest = sha256(repr(tuple(_surroundings())).encode())
    for path in _files(book):
        name = path.relative_to(book).as_posix()
        if path.suffix == PAGE_ENDING:
            pages[name] = digest_file(path)
        else:
            rest.update(f"{name}\0{digest_file(path)}\0".encode())
    for folder in CODE:
        for path in _files(folder):
            rest.update(f"{path.relative_to(folder).as_posix()}\0{digest_file(path)}\0".encode())
    return Inputs(pages, rest.hexdigest())


def is_skipped(folder: Path, path: Path) -> bool:
    """Tell whether a path below a folder doesn't count."""
    return path.is_relative_to(BUNDLED) or any(
        name in SKIPPED or name.startswith(".") for name in path.relative_to(folder).parts
    )


def _files(folder: Path) -> Iterator[Path]:
    """List the files below a folder that count, in the same order everywhere."""
    for where, folders, names in os.walk(folder):
        here = Path(where)
        folders[:] = sorted(name for name in folders if not is_skipped(folder, here / name))
        yield from (here / name for name in sorted(names) if not is_skipped(folder, here / name))


def digest_file(path: Path) -> str:
    """Tell a file's content; one that is gone, or not to be read, has none."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def is_read(book: Path, path: Path) -> bool:
    """Tell whether `read_inputs` counts a file."""
    return any(
        path.is_relative_to(folder) and not is_skipped(folder, path) for folder in (book, *CODE)
    )


def _surroundings() -> Iterator[object]:
    yield sys.version
    yield sys.prefix
    yield date.today()
    yield sorted((name, value) for name, value in os.environ.items() if name.startswith(VARIABLES))
    # A distribution's folder has its version in its name, and is made anew when it is installed.
    for folder in site.getsitepackages():
        yield sorted(
            (entry.name, entry.stat().st_mtime_ns)
            for entry in os.scandir(folder)
            if entry.name.endswith(".dist-info")
        )
