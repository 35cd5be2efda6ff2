"""Where a word stands: docutils tells a role only the first line of its paragraph."""

import re
from bisect import bisect_right
from collections.abc import Sequence


class Source:
    """The text of a page, in which roles are looked up."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def line_at(self, offset: int) -> int:
        """Return the line, from 1, of a character offset."""
        return bisect_right(self._starts, offset)

    def lines_of_role(self, role: str, text: str) -> list[int]:
        """Return the line of each place that spells the role, in MyST or reStructuredText.

        A role's text may be wrapped: white space, and the marks of a block quote, match
        between its words.
        """
        wrapped = r"[\s>]+".join(re.escape(part) for part in text.split())
        name = re.escape(f"ui:{role}")
        spelling = re.compile(rf"(?:\{{{name}\}}|:{name}:)`+\s*{wrapped}\s*`")
        return [self.line_at(match.start()) for match in spelling.finditer(self._text)]


def own_lines(hints: Sequence[int], places: Sequence[int]) -> list[int]:
    """Tell the own line of each of several equal words, which are given in reading order.

    `hints` are the lines docutils gave them, those of their paragraphs; inside of several
    directives these can be too high. `places` are the lines where the page spells the word,
    which may be more: in code blocks and comments it is no role.
    """
    if len(hints) == len(places):
        return list(places)
    lines: list[int] = []
    left = list(places)
    for hint in hints:
        after = [line for line in left if line >= hint]
        line = after[0] if after else min(left, key=lambda line: hint - line, default=hint)
        if line in left:
            left = left[left.index(line) + 1 :]
        lines.append(line)
    return lines
