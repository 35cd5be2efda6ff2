"""Pictures as files: stills as PNG, which every builder of the book and GitHub can show."""

import io
from dataclasses import dataclass
from functools import reduce
from typing import Any

from PIL import Image, ImageChops, ImageSequence

from rtc_guide.figures.comparing import Difference, difference, film_difference

# Where a file in true colours would be too large. Areas of one colour keep theirs. Most others are
# in the edges of glyphs and in shadows; of Pillow's ways to choose some for these, this one changes
# none by more than a few of 255 levels.
_COLORS = 256
_KEPT_COLORS = 16
_PALETTE = Image.Quantize.MAXCOVERAGE

LARGEST_STILL = 80_000
LARGEST_FILM = 300_000


class PictureTooLarge(Exception):
    """A picture would have too many bytes for a page; the message says what to do."""


@dataclass(frozen=True)
class Still:
    """A still, two pixels for each of the screen."""

    image: Image.Image

    def encoded(self) -> bytes:
        """Return the file's bytes. Raises `PictureTooLarge`."""
        picture = self.image.convert("RGB")
        encoded = _png(picture)
        if len(encoded) > LARGEST_STILL:
            encoded = _png(_with_palette(picture))
        return _checked(encoded, LARGEST_STILL, "crop it to less of the screen")

    def difference_from(self, before: bytes) -> Difference | None:
        """Return how this differs to the eye from a file's picture, or None."""
        return difference(Image.open(io.BytesIO(before)), self.image)

    def beside(self, before: bytes) -> Image.Image:
        """Return the file's picture and this one side by side."""
        return side_by_side(Image.open(io.BytesIO(before)), self.image)


@dataclass(frozen=True)
class Film:
    """An animation: frames of one size, and for how many milliseconds each is shown."""

    frames: tuple[Image.Image, ...]
    milliseconds: tuple[int, ...]

    def encoded(self) -> bytes:
        """Return the file's bytes, an animated WebP that plays once. Raises `PictureTooLarge`."""
        written = io.BytesIO()
        first, *others = self.frames
        first.save(
            written,
            "WEBP",
            save_all=True,
            append_images=others,
            duration=list(self.milliseconds),
            loop=1,
            lossless=True,
            quality=100,
            method=4,
            minimize_size=True,
        )
        return _checked(written.getvalue(), LARGEST_FILM, "animate fewer steps")

    def difference_from(self, before: bytes) -> Difference | None:
        """Return how this differs to the eye from a file's animation, or None."""
        frames, milliseconds = _film_of(before)
        return film_difference(frames, self.frames, milliseconds, self.milliseconds)

    def beside(self, before: bytes) -> Image.Image:
        """Return the first frames that differ, side by side; else the last ones."""
        frames, _ = _film_of(before)
        for old, new in zip(frames, self.frames, strict=False):
            if difference(old, new, shrink=1):
                return side_by_side(old, new)
        return side_by_side(frames[-1], self.frames[-1])


def side_by_side(left: Image.Image, right: Image.Image) -> Image.Image:
    """Return two pictures in one, with a line between them."""
    both = Image.new(
        "RGB", (left.width + right.width + 8, max(left.height, right.height)), (220, 40, 40)
    )
    both.paste(left.convert("RGB"), (0, 0))
    both.paste(right.convert("RGB"), (left.width + 8, 0))
    return both


def _with_palette(picture: Image.Image) -> Image.Image:
    """Return a picture of as many colours as a palette has."""
    found = picture.getcolors(picture.width * picture.height) or []
    # Pillow's colours are of any kind of picture; these are of one in red, green and blue.
    most: list[Any] = [color for _, color in sorted(found, reverse=True)[:_KEPT_COLORS]]
    fewer = picture.quantize(_COLORS - len(most), method=_PALETTE, dither=Image.Dither.NONE)
    chosen = (fewer.getpalette() or [])[: 3 * (_COLORS - len(most))]
    for color in most:
        area = Image.new("RGB", picture.size, color)
        other = reduce(ImageChops.lighter, ImageChops.difference(picture, area).split())
        fewer.paste(len(chosen) // 3, mask=other.point(lambda level: 255 * (not level)))
        chosen += color
    fewer.putpalette(chosen)
    return fewer


def _png(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()


def _film_of(encoded: bytes) -> tuple[list[Image.Image], list[int]]:
    """Read an animation; equal frames that follow each other may have become one."""
    frames, milliseconds = [], []
    for frame in ImageSequence.Iterator(Image.open(io.BytesIO(encoded))):
        frames.append(frame.convert("RGB"))
        milliseconds.append(int(frame.info["duration"]))
    return frames, milliseconds


def _checked(encoded: bytes, largest: int, advice: str) -> bytes:
    if len(encoded) > largest:
        raise PictureTooLarge(
            f"it has {len(encoded) / 1000:.0f} kB, more than {largest / 1000:.0f}: {advice}"
        )
    return encoded
