"""Where a word stands: docutils tells a role only the first line of its paragraph."""

import re
from bisect import bisect_right


class Source:
    """The text of a page, in which words are looked up in reading order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def line_at(self, offset: int) -> int:
        """Return the line, from 1, of a character offset."""
        return bisect_right(self._starts, offset)

    def start_of(self, line: int) -> int:
        """Return the offset at which a line, from 1, begins."""
        return self._starts[min(max(line, 1), len(self._starts)) - 1]

    def find_role(self, role: str, text: str, start: int) -> re.Match[str] | None:
        """Find the role, in MyST or reStructuredText spelling, at or after an offset.

        A role's text may be wrapped: any white space, and the marks of a block quote, match
        between its words.
        """
        wrapped = r"[\s>]+".join(re.escape(part) for part in text.split())
        name = re.escape(f"ui:{role}")
        return re.compile(rf"(?:\{{{name}\}}|:{name}:)`+\s*{wrapped}\s*`").search(
            self._text, start
        )
