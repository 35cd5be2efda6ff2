"""Building the book."""

import importlib.util
import json
import os
import re
import shutil
from contextlib import closing
from pathlib import Path

from rtc_guide.building.inputs import Inputs, digest_file, read_inputs
from rtc_guide.building.process import READ, BuildProcess
from rtc_guide.building.record import FILE as RECORD
from rtc_guide.building.record import USED, Record, digest_site, read_record, write_record

BUILT = Path("_build", "html")
"""Where the built book is, seen from the book's folder (Jupyter Book's own choice)."""

# What a terminal takes for colours.
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# A line of Sphinx's on what is wrong, most often with the place before it.
_WRONG = re.compile(r"^(?:\S.*?: )?(?:WARNING|ERROR|CRITICAL|SEVERE): .*", re.MULTILINE)


class SiteError(Exception):
    """The book can't be built; the message says why and what to do."""


class BookFailed(SiteError):
    """Pages have errors; `said` is what the build said of them.

    The message repeats each warning and error, as seen from the folder `book`: with them a build
    says much else.
    """

    def __init__(self, said: str, book: Path) -> None:
        self.said = _COLOURS.sub("", said)
        wrong = [line.removeprefix(f"{book}{os.sep}") for line in _WRONG.findall(self.said)]
        told = ":\n" + "\n".join(dict.fromkeys(wrong)) + "\n" if wrong else " (see above). "
        super().__init__(f"The book has errors{told}Mend them, then build again.")


def build(book: Path) -> Path:
    """Build the book in the folder ``book`` and return the built site's folder.

    Raises `SiteError` as `Builder.build` does.
    """
    with closing(Builder(book)) as builder:
        if not builder.build():
            print(f"Nothing has changed: the built book is in {BUILT}.", flush=True)
    return book.resolve() / BUILT


class Builder:
    """Builds a book, and again whenever it has changed; to be closed in the end."""

    def __init__(self, book: Path) -> None:
        """Build the book in the folder `book`. Raises `SiteError` where there is none."""
        if not (book / "_config.yml").is_file():
            raise SiteError(
                f"No book in {book.resolve()}: there is no _config.yml. "
                "Go to the guide's folder, or name it with --project."
            )
        if importlib.util.find_spec("jupyter_book") is None:
            raise SiteError("Jupyter Book isn't installed. Run: pip install 'rtc-guide[book]'")
        self._book = book.resolve()
        self._kept, self._built = self._book / BUILT.parent, self._book / BUILT
        self._next: BuildProcess | None = None
        # What the next build's process is made of, besides pages, if it wasn't started just now.
        self._made_with: str | None = None

    def build(self) -> bool:
        """Build what has changed, and return whether there was anything.

        What is built afterwards is what a build from nothing would give. Nothing is built where
        nothing has changed since the last whole build; where texts of pages have, those pages, and
        all others if they may show some of it; where anything else has, all from nothing. Every
        warning is an error. What Jupyter Book says goes where this process's output goes.
        Raises `SiteError` where the build failed; then no built site is left.
        """
        book, made_with = self._book, self._made_with
        process = self._next = self._next or BuildProcess(book, self._built)
        last = read_record(self._kept / RECORD)
        # Before the build: what is saved while it runs may not be in it, and has changed for the
        # next.
        made_of = read_inputs(book)
        if last and _is_reusable(book, last, made_of):
            if last.pages == made_of.pages:
                self._made_with = made_with or made_of.rest
                return False
            _forget_pages(book, last, made_of)
        else:
            _remove_built(book)
        (self._kept / RECORD).unlink(missing_ok=True)
        if made_with not in (None, made_of.rest):  # it has imported what was there before
            process.dismiss()
            process = BuildProcess(book, self._built)
        self._next = self._made_with = None
        said, status = "", 1
        try:
            said, status = process.build()
        finally:
            if status:
                _remove_built(book)  # else it would be served, or tested, as if it were whole
        if status:
            raise BookFailed(said, book)
        others = {
            path: digest_file(Path(path))
            for path in json.loads((self._kept / READ / USED).read_text("utf-8"))
        }
        site = digest_site(self._built, self._kept / READ)
        record = Record(made_of.pages, made_of.rest, site, others)
        write_record(self._kept / RECORD, record)
        return True

    def get_ready(self) -> None:
        """Start the process of the next build already, which is to come some time later."""
        if self._next is None:
            self._made_with = read_inputs(self._book).rest
            self._next = BuildProcess(self._book, self._built)

    def close(self) -> None:
        """End what waits for the next build."""
        if self._next:
            self._next.dismiss()


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
