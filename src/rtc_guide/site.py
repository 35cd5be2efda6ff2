"""Building the book."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from rtc_guide.building.inputs import Inputs, digest_file, read_inputs
from rtc_guide.building.record import FILE as RECORD
from rtc_guide.building.record import USED, Record, digest_site, read_record, write_record

BUILT = Path("_build", "html")
"""Where the built book is, seen from the book's folder (Jupyter Book's own choice)."""

READ = ".doctrees"
"""The folder of what was read of the pages, beside the site's (Jupyter Book's choice)."""

# What a terminal takes for colours.
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class SiteError(Exception):
    """The book can't be built; the message says why and what to do."""


class BookFailed(SiteError):
    """Pages have errors; `said` is what the build said of them."""

    def __init__(self, message: str, said: str) -> None:
        super().__init__(message)
        self.said = _COLOURS.sub("", said)


def build(book: Path) -> Path:
    """Build the book in the folder ``book`` and return the built site's folder.

    What is built afterwards is what a build from nothing would give. Nothing is built where nothing
    has changed since the last whole build; where texts of pages have, those pages, and all others
    if they may show some of it; where anything else has, all from nothing. Every warning is an
    error. What Jupyter Book says goes where this process's output goes.
    Raises `SiteError` where ``book`` holds no book, Jupyter Book isn't installed, or the build
    failed; then no built site is left.
    """
    if not (book / "_config.yml").is_file():
        raise SiteError(
            f"No book in {book.resolve()}: there is no _config.yml. "
            "Go to the guide's folder, or name it with --project."
        )
    if importlib.util.find_spec("jupyter_book") is None:
        raise SiteError("Jupyter Book isn't installed. Run: pip install 'rtc-guide[book]'")
    book = book.resolve()
    built, kept = book / BUILT, book / BUILT.parent
    last = read_record(kept / RECORD)
    # Before the build: what is saved while it runs may not be in it, and has changed for the next.
    made_of = read_inputs(book)
    if last and _is_reusable(book, last, made_of):
        if last.pages == made_of.pages:
            print(f"Nothing has changed: the built book is in {BUILT}.", flush=True)
            return built
        _forget_pages(book, last, made_of)
    else:
        _remove_built(book)
    (kept / RECORD).unlink(missing_ok=True)
    said, status = "", 1
    try:
        said, status = _run(book, built)
    finally:
        if status:
            _remove_built(book)  # else it would be served, or tested, as if it were whole
    if status:
        raise BookFailed("The book has errors (see above). Mend them, then build again.", said)
    others = {
        path: digest_file(Path(path))
        for path in json.loads((kept / READ / USED).read_text("utf-8"))
    }
    site = digest_site(built, kept / READ)
    write_record(kept / RECORD, Record(made_of.pages, made_of.rest, site, others))
    return built


def is_current(book: Path) -> bool:
    """Tell whether there is a built site, whole, of just what the book is made of now."""
    book = book.resolve()
    last = read_record(book / BUILT.parent / RECORD)
    made_of = read_inputs(book)
    return last is not None and _is_reusable(book, last, made_of) and last.pages == made_of.pages


def _run(book: Path, built: Path) -> tuple[str, int]:
    """Run the build; return what it said of errors, which it also says here, and its status."""
    command = [sys.executable, "-m", "rtc_guide.building.running", str(book), str(built)]
    said = []
    with subprocess.Popen(
        command, cwd=book, stderr=subprocess.PIPE, text=True, encoding="utf-8", errors="replace"
    ) as running:
        assert running.stderr
        for line in running.stderr:
            print(line, end="", file=sys.stderr, flush=True)
            said.append(line)
    return "".join(said), running.returncode


def _is_reusable(book: Path, last: Record, made_of: Inputs) -> bool:
    """Tell whether nothing but texts of pages can differ, and the built site is as it was left.

    There is no record of a failed build: Sphinx tells a page's warnings only when it reads the
    page, and after such it would call a broken book whole.
    """
    return (
        last.rest == made_of.rest
        and last.pages.keys() == made_of.pages.keys()
        and all(digest_file(Path(path)) == digest for path, digest in last.others.items())
        and last.site == digest_site(book / BUILT, book / BUILT.parent / READ)
    )


def _forget_pages(book: Path, last: Record, made_of: Inputs) -> None:
    """Have Sphinx read changed pages again: it goes by times, which tell less than contents do."""
    for page, digest in made_of.pages.items():
        if last.pages[page] != digest:
            read = (book / BUILT.parent / READ / page).with_suffix(".doctree")
            read.unlink(missing_ok=True)


def _remove_built(book: Path) -> None:
    for folder in (book / BUILT, book / BUILT.parent / READ):
        if folder.exists():
            shutil.rmtree(folder)
