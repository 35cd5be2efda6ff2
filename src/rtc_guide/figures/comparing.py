"""Whether two pictures differ to the eye: structural similarity, where they differ most."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops
from scipy.ndimage import uniform_filter  # type: ignore[import-untyped]
from skimage.metrics import structural_similarity

# Where the similarity of a spot falls below this, a reader sees another picture. Measured on
# text of 13 px: two exchanged letters of a word give 0.47, an added full stop 0.52, another word
# less than 0.1; but glyphs a quarter of a pixel to the side give 0.93, one letter of a line a whole
# pixel of a still (half a pixel of the screen) to the side 0.58 to 0.67, noise on glyphs' edges and
# another encoder 0.99, a palette 0.98.
LEAST_SIMILARITY = 0.55

# The side of a spot, in the pixels of a screen (of which a still has two for each): about one
# letter with its line, so that a change of one is not averaged away.
_SPOT = 9
# Wang, Bovik, Sheikh and Simoncelli, “Image quality assessment”, 2004: a Gaussian window.
_SIGMA = 1.5
# Gaussian windows that scikit-image makes of it reach 5 pixels to each side.
_SMALLEST = 11
_SHIFTS = ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))


@dataclass(frozen=True)
class Difference:
    """How a picture differs from the one before, in words for whoever records it."""

    why: str


def difference(before: Image.Image, now: Image.Image, shrink: int = 2) -> Difference | None:
    """Return how two stills differ to the eye, or None where they don't.

    `shrink` is how many pixels of the pictures make one of the screen: they are compared at
    the size in which they are read, where a glyph's edge weighs less than its shape.
    """
    if before.size != now.size:
        return Difference(f"its size was {_size(before)} pixels and is {_size(now)}")
    least = similarity(before, now, shrink)
    if least < LEAST_SIMILARITY:
        return Difference(
            f"somewhere its similarity is {least:.2f}, less than {LEAST_SIMILARITY:.2f}"
        )
    return None


def similarity(before: Image.Image, now: Image.Image, shrink: int = 2) -> float:
    """Return how alike two pictures of one size are where they are least alike: 1 is equal."""
    spots = _similarities(_pixels(before, shrink), _pixels(now, shrink))
    least = _least(spots)
    if least >= LEAST_SIMILARITY:
        return least
    # Chromium places rendered text now and then a pixel of a still to the side: no other picture.
    for shift in _SHIFTS:
        moved = ImageChops.offset(now.convert("RGB"), *shift)
        spots = np.maximum(spots, _similarities(_pixels(before, shrink), _pixels(moved, shrink)))
    return _least(spots)


def _least(spots: NDArray[np.float64]) -> float:
    return float(uniform_filter(spots, _SPOT, mode="nearest").min())


def film_difference(
    before: Sequence[Image.Image],
    now: Sequence[Image.Image],
    milliseconds_before: Sequence[int],
    milliseconds_now: Sequence[int],
) -> Difference | None:
    """Return how two animations differ to the eye, frame by frame, or None where they don't."""
    if list(milliseconds_before) != list(milliseconds_now):
        return Difference("its frames last for other times, or there are more or fewer of them")
    for number, (old, new) in enumerate(zip(before, now, strict=True), 1):
        if found := difference(old, new, shrink=1):
            return Difference(f"frame {number}: {found.why}")
    return None


def _pixels(image: Image.Image, shrink: int) -> NDArray[np.uint8]:
    width, height = (max(side // shrink, _SMALLEST) for side in image.size)
    shrunk = image.convert("RGB").resize((width, height), Image.Resampling.BOX)
    return np.asarray(shrunk)


def _similarities(before: NDArray[np.uint8], now: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the similarity of each pixel's surroundings, in the colour that differs most."""
    if np.array_equal(before, now):
        return np.ones(before.shape[:2])
    _, full = structural_similarity(  # type: ignore[no-untyped-call]
        before,
        now,
        channel_axis=2,
        data_range=255,
        gaussian_weights=True,
        sigma=_SIGMA,
        use_sample_covariance=False,
        full=True,
    )
    least: NDArray[np.float64] = full.min(axis=2)
    return least


def _size(image: Image.Image) -> str:
    return "×".join(map(str, image.size))
