"""Which of the scripts and styles that extensions put on every page one page needs."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Need:
    """Files (`names`) that only pages with an element of such a class need."""

    names: re.Pattern[str]
    classes: re.Pattern[str]


# Classes are all that these scripts and styles look for.
NEEDS = (
    Need(re.compile(r"mystnb\."), re.compile(r"cell|output|myst-nb.*")),
    Need(re.compile(r"(copybutton|clipboard)\b"), re.compile(r"highlight")),
    Need(re.compile(r"(sphinx-design|design-tabs)\."), re.compile(r"sd-.+")),
    Need(re.compile(r"togglebutton\."), re.compile(r"toggle|dropdown")),
    Need(re.compile(r"animations\."), re.compile(r"animation")),
)

# Short scripts that extensions write into the page, by a word of each; for togglebutton.js.
INLINE = re.compile(r"\btogglebuttonSelector\b|\btoggle(Hint|OpenOnPrint)")

BLOCKING = "documentation_options.js"
"""Scripts within the page change what this one sets, so it has to run before them."""

_CLASSES = re.compile(r'\bclass="([^"]*)"')


def classes_in(html: str) -> frozenset[str]:
    """Return the classes of all elements."""
    return frozenset(name for found in _CLASSES.findall(html) for name in found.split())


def is_needed(name: str, classes: frozenset[str]) -> bool:
    """Tell whether a page with these classes needs a file; one that is not known is needed."""
    wanted = [need.classes for need in NEEDS if need.names.match(name.rpartition("/")[2])]
    return all(any(one.fullmatch(each) for each in classes) for one in wanted)


def is_inline_needed(script: str, classes: frozenset[str]) -> bool:
    """Tell whether a page with these classes needs a script that is written into it."""
    return not INLINE.search(script) or is_needed("togglebutton.js", classes)
