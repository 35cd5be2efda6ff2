"""Where a word stands: docutils tells a role only the first line of its paragraph."""

import re
from bisect import bisect_right
from collections.abc import Sequence

# What to keep and what to blank of a page before roles are looked up in it: roles, and the fences
# of directives, are kept; code blocks, comments and inline code spell roles without using them.
_PARTS = re.compile(
    r"""
      ^[ \t>]*(?P<fence>`{3,}|~{3,})(?:(?!\{)|\{(?:code|literal)[\w-]*\})[^\n]*\n
        (?:.*?\n)??[ \t>]*(?P=fence)[`~]*[ \t]*$
    | (?P<kept>
          ^[ \t>]*[`~]{3,}[^\n]*$
        | [}:](?P<quote>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=quote)(?!`)
      )
    | <!--.*?-->
    | ^%[^\n]*$
    | (?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`)
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)


def _blank_unless_kept(part: re.Match[str]) -> str:
    return part[0] if part["kept"] else re.sub(r"[^\n]", " ", part[0])


class Source:
    """The text of a page, in which roles are looked up."""

    def __init__(self, text: str) -> None:
        self._text = _PARTS.sub(_blank_unless_kept, text)
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
        spelling = re.compile(rf"(?:\{{{name}\}}|:{name}:)`+[\s>]*{wrapped}\s*`")
        return [self.line_at(match.start()) for match in spelling.finditer(self._text)]


def own_lines(hints: Sequence[int], places: Sequence[int]) -> list[int]:
    """Tell the own line of each of several equal words, which are given in reading order.

    `hints` are the lines docutils gave them, those of their paragraphs; inside of several
    directives these can be too high. `places` are the lines where the page spells the word;
    should there be more than words, each word gets the next place from its hint on.
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
