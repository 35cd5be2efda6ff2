"""Where a word stands: docutils tells a role only the first line of its paragraph."""

import re
from bisect import bisect_right
from collections.abc import Sequence

_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})(.*)")
# Directives whose content is shown as it is.
_VERBATIM = re.compile(r"\{(?:code|literal)[\w-]*\}")
_COMMENT = re.compile(r"[ \t>]*<!--(?!.*-->)")
# In a line or a paragraph: roles are kept; comments and inline code spell roles without using them.
_PARTS = re.compile(
    r"""
      (?P<kept>[}:](?P<quote>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=quote)(?!`))
    | <!--.*?-->
    | ^%[^\n]*$
    | (?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`)
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)


def _without_blocks(text: str) -> str:
    """Blank code blocks, comments of several lines, and the fences of directives."""
    lines, directives, code = [], list[str](), ""
    comment = False
    for line in text.split("\n"):
        fence = _FENCE.match(line)
        mark, info = (fence[1], fence[2].strip()) if fence else ("", "")
        if code:
            shown = False
            if not info and mark.startswith(code):
                code = ""
        elif comment or _COMMENT.match(line):
            shown, comment = False, "-->" not in line
        elif not mark:
            shown = True
        elif directives and not info and mark.startswith(directives[-1]):
            shown = False
            directives.pop()
        elif info.startswith("{") and not _VERBATIM.match(info):
            shown = False
            directives.append(mark)
        else:
            shown, code = False, mark
        lines.append(line if shown else " " * len(line))
    return "\n".join(lines)


def _blank_unless_kept(part: re.Match[str]) -> str:
    return part[0] if part["kept"] else re.sub(r"[^\n]", " ", part[0])


class Source:
    """The text of a page, in which roles are looked up."""

    def __init__(self, text: str) -> None:
        self._text = _PARTS.sub(_blank_unless_kept, _without_blocks(text))
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
