"""An animation of steps: frames taken when something happened, shown for set times.

Nothing is filmed by the clock, so that two recordings agree: the pointer's way and the times are
ours, every other picture is what the windows show once they have come to rest.
"""

from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from PIL import Image, ImageChops, ImageDraw, ImageFont

from rtc_guide.figures.encoding import Film, Still

# Pixels of a frame for each of the screen.
SCALE = 2

# Milliseconds, chosen to be followed at leisure.
_A_LETTER = 120
_ON_THE_WAY = 50
_POINTING = 900
_LOOKING = 1300
_AT_THE_END = 2500
_STEPS_ON_THE_WAY = 8

_LABEL_HEIGHT = 28
_GAP = 8
_GROUND = (233, 236, 239)
_INK = (33, 37, 41)


@dataclass
class Reel:
    """The frames of an animation so far; `labels` name its windows, from left to right."""

    labels: tuple[str, ...]
    frames: list[Image.Image] = field(default_factory=list)
    milliseconds: list[int] = field(default_factory=list)
    # Where the pointer is, in pixels of the screen, and in which window.
    pointer: tuple[int, float, float] | None = None
    shown: list[Image.Image] = field(default_factory=list)
    telling: Image.Image | None = None

    def show(self, windows: list[Image.Image], milliseconds: int = _LOOKING) -> None:
        """Go on to what the windows show now."""
        self.shown = windows
        self._add(windows, milliseconds)

    def show_letter(self, windows: list[Image.Image]) -> None:
        """Go on to what the windows show after a letter was typed."""
        self.show(windows, _A_LETTER)
        self.telling = self.frames[-1]

    def point(self, window: int, x: float, y: float, ringed: Image.Image | None) -> None:
        """Move the pointer to a place in a window, and show the ring around what is there."""
        came = self.pointer
        if came is None or came[0] != window:
            came = (window, x + 120, y + 90)
        for way in range(1, _STEPS_ON_THE_WAY + 1):
            # Slower towards the end, as hands are.
            part = 1 - (1 - way / _STEPS_ON_THE_WAY) ** 2
            self.pointer = (window, came[1] + (x - came[1]) * part, came[2] + (y - came[2]) * part)
            self._add(self.shown, _ON_THE_WAY)
        windows = list(self.shown)
        if ringed:
            windows[window] = ringed
        self._add(windows, _POINTING)
        if ringed:
            self.telling = self.frames[-1]

    def film(self) -> Film:
        """Return the finished animation, in which equal frames that follow each other are one."""
        frames, milliseconds = self.frames[:1], self.milliseconds[:1]
        for (before, now), time in zip(pairwise(self.frames), self.milliseconds[1:], strict=True):
            if ImageChops.difference(before, now).getbbox():
                frames.append(now)
                milliseconds.append(time)
            else:
                milliseconds[-1] = max(milliseconds[-1], time)
        milliseconds[-1] += _AT_THE_END
        return Film(tuple(frames), tuple(milliseconds))

    def still(self) -> Still:
        """Return the frame that tells most: the last with a ring or a new letter, else the last."""
        return Still(self.telling or self.frames[-1])

    def _add(self, windows: list[Image.Image], milliseconds: int) -> None:
        frame, lefts = _composed(windows, self.labels)
        if self.pointer:
            window, x, y = self.pointer
            top = _LABEL_HEIGHT * SCALE if self.labels else 0
            place = (round(lefts[window] + x * SCALE), round(top + y * SCALE))
            frame.paste(_pointer(), place, _pointer())
        self.frames.append(frame)
        self.milliseconds.append(milliseconds)


def _composed(windows: list[Image.Image], labels: tuple[str, ...]) -> tuple[Image.Image, list[int]]:
    """Put windows side by side, each below its label; return also where each begins."""
    if not labels:
        return windows[0].copy(), [0]
    top = _LABEL_HEIGHT * SCALE
    width = sum(each.width for each in windows) + _GAP * SCALE * (len(windows) - 1)
    frame = Image.new("RGB", (width, top + max(each.height for each in windows)), _GROUND)
    font = ImageFont.load_default(15 * SCALE)
    left, lefts = 0, []
    for window, label in zip(windows, labels, strict=True):
        frame.paste(window, (left, top))
        ImageDraw.Draw(frame).text((left + 8 * SCALE, 5 * SCALE), label, _INK, font)
        lefts.append(left)
        left += window.width + _GAP * SCALE
    return frame, lefts


@cache
def _pointer() -> Image.Image:
    """Return an arrow whose tip is in the upper left corner."""
    fine = 4 * SCALE  # drawn larger, so that its edges are smooth when it is shrunk
    outline = [(0, 0), (0, 17), (4, 13), (7, 20), (10, 19), (7, 12), (12, 12)]
    arrow = Image.new("RGBA", (14 * fine, 22 * fine), (0, 0, 0, 0))
    points = [((x + 1) * fine, (y + 1) * fine) for x, y in outline]
    draw = ImageDraw.Draw(arrow)
    draw.polygon(points, fill=(0, 0, 0, 255))
    draw.line([*points, points[0], points[1]], fill=(255, 255, 255, 255), width=fine, joint="curve")
    return arrow.resize((14 * SCALE, 22 * SCALE), Image.Resampling.LANCZOS)
