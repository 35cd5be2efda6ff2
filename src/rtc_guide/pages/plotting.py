"""Plots that stand in pages: SVG in the colours of the page's theme, and told in words."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Matplotlib knows no colour that depends on the page: these stand for those that do.
_COLOURS = {
    "#010203": "currentColor",
    "#040506": "var(--pst-color-primary)",
    "#070809": "var(--pst-color-border)",
}
TEXT, DATA, GRID = _COLOURS


@contextmanager
def plot(figsize: tuple[float, float]) -> "Iterator[Figure]":
    """Give a figure to draw in, of this size in inches; 4.6 wide is legible on a phone."""
    # Not at the top: only a build needs it, and it takes half a second.
    import matplotlib
    from matplotlib.figure import Figure

    settings: Any = {
        "svg.fonttype": "path", "svg.hashsalt": "rtc-guide", "font.size": 10,
        "text.color": TEXT, "axes.labelcolor": TEXT, "axes.edgecolor": TEXT,
        "xtick.color": TEXT, "ytick.color": TEXT, "grid.color": GRID,
        "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True,
        "axes.grid.axis": "x", "axes.axisbelow": True,
    }  # fmt: skip
    with matplotlib.rc_context(settings):
        yield Figure(figsize=figsize, layout="constrained")


def as_svg(figure: "Figure", alternative: str) -> str:
    """Return what is drawn as SVG, told by `alternative`; the same drawing gives the same text.

    To be called inside of `plot`.
    """
    target = io.StringIO()
    figure.savefig(
        target, format="svg", transparent=True,
        metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
    )  # fmt: skip
    return _for_a_page(target.getvalue(), alternative)


def _for_a_page(svg: str, alternative: str) -> str:
    """Make a drawing that stands in a page: named, of its width, in the theme's colours."""
    svg = svg[svg.index("<svg") :]
    for stands_for, colour in _COLOURS.items():
        svg = svg.replace(stands_for, colour)
    svg = re.sub(r' width="[\d.]+pt"', "", svg, count=1)
    svg = re.sub(r' height="[\d.]+pt"', "", svg, count=1)
    return svg.replace("<svg", f'<svg role="img" aria-label="{alternative}"', 1)
