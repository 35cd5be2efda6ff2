"""What a check tells a page's author: where, what was expected, what is there instead."""

import re
from difflib import get_close_matches
from pathlib import Path

from playwright.sync_api import Error, Locator, Page

from rtc_guide.pages.page import Word

_NAMED = re.compile(r'^\s*- (?:\'|")?(?P<role>[a-z]+) "(?P<name>(?:[^"\\]|\\.)*)"', re.MULTILINE)


class CheckFailure(Exception):
    """A word of a page that the live software does not bear out."""

    def __init__(self, word: Word, found: str) -> None:
        super().__init__(found)
        self.word = word
        self.found = found

    def told(self, root: Path) -> str:
        """Return `page:line: what was found`, with the page's path relative to `root`."""
        return placed(self.word.path, self.word.line, self.found, root)


class FigureFailure(Exception):
    """Figures that are not what the book has; the message says which, and what to do."""

    def __init__(self, found: list[tuple[Path, int, str]]) -> None:
        super().__init__("; ".join(message for _, _, message in found))
        self._found = found

    def told(self, root: Path) -> str:
        """Return a line for each, `page:line: what was found`."""
        return "\n".join(placed(path, line, message, root) for path, line, message in self._found)


def shown_path(path: Path, root: Path) -> str:
    """Return a path as an author would type it: relative to `root` where it lies below."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def placed(path: Path, line: int, message: str, root: Path) -> str:
    """Return `page:line: message`, as compilers write it and editors jump to it."""
    return f"{shown_path(path, root)}:{line}: {message}"


def quoted(names: list[str]) -> str:
    """List names for a reader, each once and in quotation marks."""
    return ", ".join(f'"{name}"' for name in dict.fromkeys(names)) or "none"


def instead_of(wanted: str, there: list[str], kind: str) -> str:
    """Say that no `kind` has the wanted name, which ones are there, and which is closest."""
    there = list(dict.fromkeys(there))
    close = get_close_matches(wanted, there, n=1, cutoff=0.4)
    hint = f'; closest: "{close[0]}"' if close else ""
    plural = f"{kind}es" if kind.endswith("x") else f"{kind}s"
    return f'no {kind} named "{wanted}"; visible {plural}: {quoted(there)}{hint}'


def names_of(role: str, where: Page | Locator) -> list[str]:
    """Return the accessible names of all elements of an ARIA role that are to be seen."""
    try:
        return [name for each, name in _named(where) if each == role]
    except Error:
        # This only helps to tell of a failure.
        return []


def names_of_all(where: Page | Locator) -> list[str]:
    """Return the accessible names of all elements that are to be seen.

    Raises `playwright.sync_api.Error` where the page can't tell: that is no page without names.
    """
    return [name for _, name in _named(where)]


def lines_of(where: Page | Locator) -> list[str]:
    """Return the lines of text that are to be read."""
    lines = _whole(where).inner_text().splitlines()
    return [line.strip() for line in lines if line.strip()]


def _whole(where: Page | Locator) -> Locator:
    return where.locator("body") if isinstance(where, Page) else where


def _named(where: Page | Locator) -> list[tuple[str, str]]:
    snapshot = _whole(where).aria_snapshot(timeout=2000)
    return [(match["role"], unescaped(match["name"])) for match in _NAMED.finditer(snapshot)]


def unescaped(name: str) -> str:
    """Take the escapes out of a name as Playwright's snapshots write it."""
    return re.sub(r"\\(.)", r"\1", name)
