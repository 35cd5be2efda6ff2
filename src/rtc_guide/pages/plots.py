"""Plots that stand in a page: in the theme's colours, as wide as their place, and told in words."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Matplotlib knows no colour that depends on the page: these stand for those that do.
_COLOURS = {
    "#010203": "currentColor",
    "#040506": "var(--pst-color-primary)",
    "#070809": "var(--pst-color-border)",
}
TEXT, DATA, GRID = _COLOURS
"""Colours for Matplotlib, which become the theme's: of words, of what was measured, of lines."""

WIDTH = 4.6
"""Inches: as narrow as a phone, so that letters stay legible there."""


@contextmanager
def theme() -> Iterator[None]:
    """Let Matplotlib draw as pages look; the same numbers always give the same bytes."""
    # Not at the top: only a build needs it, and it takes half a second.
    import matplotlib

    settings: Any = {
        "svg.fonttype": "path", "svg.hashsalt": "rtc-guide", "font.size": 10,
        "text.color": TEXT, "axes.labelcolor": TEXT, "axes.edgecolor": TEXT,
        "xtick.color": TEXT, "ytick.color": TEXT, "grid.color": GRID,
        "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True,
        "axes.axisbelow": True,
    }  # fmt: skip
    with matplotlib.rc_context(settings):
        yield


def shown(figure: "Figure", alternative: str) -> nodes.container:
    """Return a figure, drawn within `theme`, as a node; `alternative` tells it in words."""
    target = io.StringIO()
    figure.savefig(
        target, format="svg", transparent=True,
        metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
    )  # fmt: skip
    drawn = nodes.container(classes=["evidence-plot"])
    drawn += nodes.raw("", _for_a_page(target.getvalue(), alternative), format="html")
    return drawn


def _for_a_page(svg: str, alternative: str) -> str:
    """Make a drawing that stands in a page: named, of its width, in the theme's colours."""
    svg = svg[svg.index("<svg") :]
    for stands_for, colour in _COLOURS.items():
        svg = svg.replace(stands_for, colour)
    svg = re.sub(r' width="[\d.]+pt"', "", svg, count=1)
    svg = re.sub(r' height="[\d.]+pt"', "", svg, count=1)
    return svg.replace("<svg", f'<svg role="img" aria-label="{escape(alternative)}"', 1)
