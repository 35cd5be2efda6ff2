"""Plots that stand in a page: in the theme's colours, as wide as their place, and told in words."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from rtc_guide.canonical import digest_of
from rtc_guide.pages.book import Here

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

FOLDER = "plots"
"""The folder of drawings, in that of what Sphinx has read, which goes when the code changes."""


@dataclass(frozen=True)
class Plot:
    """A plot, not drawn yet.

    `draw` draws nothing but `numbers`, within the theme; `alternative` tells them in words.
    """

    name: str
    numbers: Any
    alternative: str
    draw: Callable[[], "Figure"]

    def shown(self, here: Here) -> nodes.container:
        """Return it as a node; it is drawn where the last drawing is of other numbers."""
        kept = Path(here.builder.doctreedir, FOLDER, f"{self.name}.svg")
        by = [version("matplotlib"), version("rtc-guide"), self.alternative, self.numbers]
        mark = f"<!-- {digest_of(by)} -->\n"
        drawing = kept.read_text("utf-8") if kept.is_file() else ""
        if not drawing.startswith(mark):
            drawing = mark + self._drawn()
            kept.parent.mkdir(exist_ok=True)
            making = kept.with_suffix(".part")
            making.write_text(drawing, "utf-8")
            making.replace(kept)
        shown = nodes.container(classes=["evidence-plot"])
        shown += nodes.raw("", drawing.removeprefix(mark), format="html")
        return shown

    def _drawn(self) -> str:
        target = io.StringIO()
        with _theme():
            self.draw().savefig(
                target, format="svg", transparent=True,
                metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
            )  # fmt: skip
        return _for_a_page(target.getvalue(), self.alternative)


@contextmanager
def _theme() -> Iterator[None]:
    """Let Matplotlib draw as pages look; the same numbers always give the same bytes."""
    # Not at the top: only what draws needs it, and it takes half a second.
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


def _for_a_page(svg: str, alternative: str) -> str:
    """Make a drawing that stands in a page: named, of its width, in the theme's colours."""
    svg = svg[svg.index("<svg") :]
    for stands_for, colour in _COLOURS.items():
        svg = svg.replace(stands_for, colour)
    svg = re.sub(r' width="[\d.]+pt"', "", svg, count=1)
    svg = re.sub(r' height="[\d.]+pt"', "", svg, count=1)
    return svg.replace("<svg", f'<svg role="img" aria-label="{escape(alternative)}"', 1)
