"""The theme's icon font, of two thousand icons, made one of those that the book uses.

The theme has Font Awesome twice: as a script of 1.5 MB that replaces icons by drawings, and as a
style and fonts that show them as well. The book goes without the script.
"""

import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

STYLE = "styles/pydata-sphinx-theme.css"
"""The theme's style, with a rule for each icon, among its static files."""

FONT = "vendor/fontawesome/webfonts/fa-solid-900"
"""The font of most icons among them, without an ending. Others are fetched by a page with such."""

# As the style has them, without spaces: .fa-sun:before{content:"\f185"}
_ICON = re.compile(r"((?:\.fa-[\w-]+:before,?)+)\{content:\"(\\?[^\"]+)\"\}")
_NAME = re.compile(r"\.fa-([\w-]+):")
_CONTENT = re.compile(r"\"\\([0-9a-f]{2,6})\"|\"([^\"\\])\"")
_SOURCE = re.compile(r"url\([^)]*/fa-solid-900\.woff2\) format\(\"woff2\"\),[^;}]*")
# A class in HTML, scripts or Python, and sphinx-design's role: {fas}`house`.
_USED = re.compile(r"\bfa-([a-z0-9][\w-]*)|\{fa[bsr]?\}`([\w-]+)")


class ThemeChanged(Exception):
    """The theme's style has another form than this module knows; the message says what to do."""


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """Return what may be names of icons in pages, templates and scripts: rather too many."""
    return frozenset(one or other for text in texts for one, other in _USED.findall(text))


def known(style: str) -> frozenset[str]:
    """Return the names of all icons that a style has."""
    return frozenset(name for icons, _ in _ICON.findall(style) for name in _NAME.findall(icons))


def trim(style: str, names: frozenset[str]) -> str:
    """Return the theme's style without the rules of icons of other names, and with our font.

    Raises `ThemeChanged` where it has no such rules, or no such font.
    """
    kept, dropped = _ICON.subn(lambda rule: _without_others(rule, names), style)
    name = Path(FONT).name
    trimmed, found = _SOURCE.subn(f'url(../{FONT}.woff) format("woff")', kept)
    if not dropped or found != 1:
        raise ThemeChanged(
            f"{STYLE} has {dropped} icons and names the font {name} {found} times, where hundreds "
            "and once were expected. See how the theme does it now, and change "
            "rtc_guide.page_weight.icons."
        )
    return trimmed


def _without_others(rule: re.Match[str], names: frozenset[str]) -> str:
    return rule[0] if names.intersection(_NAME.findall(rule[1])) else ""


def characters_in(styles: Iterable[str]) -> set[int]:
    """Return the code points of characters that styles put into pages, icons among them."""
    found = (each for style in styles for each in _CONTENT.findall(style))
    return {int(code, 16) if code else ord(letter) for code, letter in found}


def subset(font: Path, characters: set[int]) -> bytes:
    """Return a font (WOFF) with those characters of another, where it has them."""
    # Not at the top: only a build for which nothing is kept needs it, and it takes a third of a
    # second.
    from fontTools import subset as tools  # type: ignore[import-untyped]

    options = tools.Options(flavor="woff", layout_features=[], recalc_timestamp=False)
    whole = tools.load_font(str(font), options)
    chosen = tools.Subsetter(options)
    chosen.populate(unicodes=characters)
    chosen.subset(whole)
    made = BytesIO()
    tools.save_font(whole, made, options)
    return made.getvalue()
