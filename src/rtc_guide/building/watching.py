"""Building again whenever something is saved."""

from collections.abc import Callable
from pathlib import Path

from watchfiles import watch

from rtc_guide.building.inputs import CODE, is_read

SILENCE = 300
"""Milliseconds without another change after which a change is built: editors save in steps."""


def watch_book(book: Path, build: Callable[[], None]) -> None:
    """Call `build` at once, and after each change of what the book is made of, until Ctrl-C.

    What is saved while it builds is noticed, and built next. What a build itself writes is not
    among what is watched. Raises `KeyboardInterrupt`.
    """
    book = book.resolve()
    folders = [book, *(folder for folder in CODE if not folder.is_relative_to(book))]
    begun = False
    # It yields nothing where nothing has happened for a second: then it is surely watching.
    for changes in watch(
        *folders,
        watch_filter=lambda _, path: is_read(book, Path(path)),
        step=SILENCE,
        rust_timeout=1000,
        yield_on_timeout=True,
    ):
        if changes or not begun:
            begun = True
            build()
