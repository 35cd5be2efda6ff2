"""Texts that stand in one cell twice.

Two programs that load one file into one shared text both insert it, so that it stands there twice,
without anything between: the last line of the one and the first of the other become one line.
People and teachers repeat lines too, but end each. So what counts as damage is

- a text that is nothing but another one twice, or more often, where the seam is in a line
  (`x = 1x = 1`), or where it has three different lines (two, if one is a comment) or is Markdown,
- a line that ends with the same words twice (`y = 2  # mine # mine`), with nothing between them
  that people repeat things with: a comma, an operator, a bracket,
- three or more different lines, a comment among them, that stand again right below,
- a text whose first line comes again in the middle of a line, with much the same after it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from rtc_guide.doctor.versions import join

_WORD = re.compile(r"[^\W\d_]+|\d+")
_LETTERS = re.compile(r"[^\W\d_]")
_TWICE = re.compile(r"(?P<once>\S.{2,}?)(?P<seam>\s?)(?P=once)\s*\Z")
_COMMENT = re.compile(r"\s*#+\s")
_LONG_LINE = 1000
"""Longer lines, in characters, are data, and are not looked into."""
_REPEATED_WITH = "([{,;:|&+-*/\\=<>.…"
"""What ends a text that people write again right after it."""


@dataclass(frozen=True)
class Undoubled:
    """A text without what stood in it twice."""

    text: str
    twice: str
    """What stood there twice, or its beginning, in one line."""


def undouble(text: str, *, code: bool) -> Undoubled | None:
    """Take out of a cell's text what stands there twice; None where nothing does."""
    whole = _whole(text, code) or _nearly(text)
    if whole is not None:
        return Undoubled(whole, _told(whole))
    block = _block(text)
    if block is not None:
        return block
    return _lines(text)


def _whole(text: str, code: bool) -> str | None:
    """Return the text that, twice or more often, is the whole text."""
    bare = text.strip()
    for times in (2, 3, 4):
        for seam in ("", " ", "\n", "\n\n"):
            length, rest = divmod(len(bare) - (times - 1) * len(seam), times)
            if rest or length < 3:
                continue
            once = bare[:length]
            if bare == seam.join([once] * times) and _is_doubled(once, seam, code):
                return _whole(once, code) or once
    return None


def _is_doubled(once: str, seam: str, code: bool) -> bool:
    """Whether nobody would have written a whole text twice with this between."""
    if "\n" in seam or once.endswith("\n"):
        lines = _different_lines(once)
        if not code:
            return len(lines) >= 2 or len(_LETTERS.findall(once)) >= 30
        return len(lines) >= 3 or (len(lines) >= 2 and any(_is_comment(line) for line in lines))
    if seam == "" and len(set(_WORD.findall(once))) >= 2 and len(once) >= 8:
        return len(_LETTERS.findall(once)) >= 4 or _is_glued(once, seam)
    return _is_glued(once, seam)


def _is_glued(once: str, seam: str) -> bool:
    """Whether a text, twice in one line, is nothing that people write so."""
    words = set(_WORD.findall(once))
    letters = len(_LETTERS.findall(once))
    if _COMMENT.match(once):
        return letters >= 2
    if once[-1] in _REPEATED_WITH or once[0] in ")]},;:|&+-*/\\=.":
        return False
    if seam or once[0].isspace() or once[-1].isspace():
        return len(words) >= 3 and letters >= 16
    return len(words) >= 2 and letters >= 1 and bool(re.search(r"\s", once))


def _nearly(text: str) -> str | None:
    """Return one text of two that differ a little, the second glued to the end of the first."""
    bare = text.strip()
    first, _, more = bare.partition("\n")
    first = first.rstrip()
    if not more or len(first) < 8 or len(set(_WORD.findall(first))) < 2:
        return None
    at = bare.find(first, len(first))
    while at > 0:
        one, other = bare[:at], bare[at:]
        if bare[at - 1] not in "\n\t " and "\n" in one:
            lines = SequenceMatcher(None, one.splitlines()[1:], other.splitlines()[1:])
            if lines.ratio() >= 0.5:
                return join(one, other)
        at = bare.find(first, at + 1)
    return None


def _block(text: str) -> Undoubled | None:
    """Take out lines that stand again right below, a comment among them."""
    lines = text.split("\n")
    bare = [line.rstrip() for line in lines]
    for size in range(len(lines) // 2, 2, -1):
        for at in range(len(lines) - 2 * size + 1):
            if (
                bare[at] != bare[at + size]
                or bare[at : at + size] != bare[at + size : at + 2 * size]
            ):
                continue
            different = _different_lines("\n".join(bare[at : at + size]))
            if len(different) >= 3 and any(_is_comment(line) for line in different):
                rest = lines[: at + size] + lines[at + 2 * size :]
                return Undoubled("\n".join(rest), _told("\n".join(bare[at : at + size])))
    return None


def _lines(text: str) -> Undoubled | None:
    """Take out of each line the words that it ends with twice."""
    lines = list(_ends(text))
    if not any(twice for _, twice in lines):
        return None
    told = next(twice for _, twice in lines if twice)
    return Undoubled("\n".join(line for line, _ in lines), _told(told))


def _ends(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\n"):
        found = None
        if 8 <= len(line) <= _LONG_LINE:
            for match in _TWICE.finditer(line):
                before = line[: match.start()]
                if _is_glued(match["once"], match["seam"]) and (
                    not before or before[-1].isspace() or match["once"].startswith("#")
                ):
                    found = match
                    break
        if found:
            yield line[: found.start()] + found["once"], found["once"]
        else:
            yield line, ""


def _different_lines(text: str) -> set[str]:
    """Return the lines with something to say."""
    lines = {line.strip() for line in text.splitlines()}
    return {line for line in lines if len(_LETTERS.findall(line)) >= 3}


def _is_comment(line: str) -> bool:
    return bool(_COMMENT.match(line) and _LETTERS.search(line))


def _told(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"
