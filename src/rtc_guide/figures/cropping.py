"""What of a window a still shows: the boxes that matter, with margins, in a width for all."""

from collections.abc import Iterable
from dataclasses import dataclass

# A page's text is about this wide: a still shows the screen in its own size, all in one scale.
WIDTH = 704
# Enough of the surroundings to know where on the screen it is.
LEAST_HEIGHT = 200
MARGIN = 28
# An edge of the window that is nearer than this is shown: half a bar is only a riddle.
_NEAR = 72


@dataclass(frozen=True)
class Box:
    """A rectangle of a window, in CSS pixels from its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.y + self.height

    def grown(self, by: float) -> "Box":
        """Return it with this margin on each side."""
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)


def around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box that has all these in it. Raises `ValueError` for none."""
    all_of_them = list(boxes)
    if not all_of_them:
        raise ValueError("there is nothing to put a box around")
    left = min(box.x for box in all_of_them)
    top = min(box.y for box in all_of_them)
    right = max(box.right for box in all_of_them)
    bottom = max(box.bottom for box in all_of_them)
    return Box(left, top, right - left, bottom - top)


def crop(focus: Iterable[Box], window: Box) -> Box:
    """Return the part of the window to show, in whole pixels; all of it without a focus.

    It is `WIDTH` wide, or as wide as the window where that is narrower or the focus wider,
    and as high as the focus with its margins, or up to an edge of the window that is near.
    """
    boxes = list(focus)
    if not boxes:
        return window
    wanted = around(boxes).grown(MARGIN)
    width = WIDTH if wanted.width <= WIDTH <= window.width else window.width
    height = min(max(wanted.height, LEAST_HEIGHT), window.height)
    x = _placed(wanted.x + wanted.width / 2, width, window.x, window.right)
    y = _placed(wanted.y + wanted.height / 2, height, window.y, window.bottom)
    top = window.y if y - window.y < _NEAR else round(y)
    bottom = window.bottom if window.bottom - (y + height) < _NEAR else round(y + height)
    return Box(round(x), top, round(width), bottom - top)


def _placed(centre: float, length: float, start: float, end: float) -> float:
    """Return where something of this length begins, as near its centre as it fits."""
    return min(max(centre - length / 2, start), end - length)
