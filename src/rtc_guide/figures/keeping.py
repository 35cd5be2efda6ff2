"""The book's pictures on disk: a new one replaces an old one only where they differ to the eye."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from PIL import Image

from rtc_guide.figures.comparing import Difference


class Picture(Protocol):
    """Something recorded that can be a file."""

    def encoded(self) -> bytes:
        """Return the file's bytes."""

    def difference_from(self, before: bytes) -> Difference | None:
        """Return how this differs to the eye from a file's picture, or None."""

    def beside(self, before: bytes) -> Image.Image:
        """Return the file's picture and this one side by side."""


class Outcome(Enum):
    """What came of a picture that was recorded."""

    SAME_BYTES = "the same to the byte"
    SAME_TO_THE_EYE = "the same to the eye"
    MISSING = "missing"
    STALE = "another one"

    @property
    def is_current(self) -> bool:
        """Whether the book's picture is what was recorded."""
        return self in (Outcome.SAME_BYTES, Outcome.SAME_TO_THE_EYE)


@dataclass(frozen=True)
class Kept:
    """What came of one picture, and why."""

    name: str
    outcome: Outcome
    why: str = ""


def compare(name: str, picture: Picture, root: Path, aside: Path) -> Kept:
    """Compare a recorded picture with the book's, `root / name`; write neither.

    Where they differ, what was recorded is left in the folder `aside`, and a picture of both.
    Raises `PictureTooLarge`.
    """
    target, encoded = root / name, picture.encoded()
    if not target.exists():
        _write(aside / Path(name).name, encoded)
        return Kept(name, Outcome.MISSING, f"what was recorded: {aside / Path(name).name}")
    before = target.read_bytes()
    if before == encoded:
        return Kept(name, Outcome.SAME_BYTES)
    try:
        found = picture.difference_from(before)
        both = picture.beside(before) if found else None
    except (OSError, ValueError, SyntaxError, KeyError):
        # Pillow's, of what is no picture, is cut off, or is one of another kind.
        found, both = Difference("the file is no such picture, or damaged"), None
    if not found:
        return Kept(name, Outcome.SAME_TO_THE_EYE)
    _write(aside / Path(name).name, encoded)
    if both is None:
        return Kept(name, Outcome.STALE, found.why)
    shown = aside / f"{Path(name).stem}.both.png"
    both.save(shown)
    return Kept(name, Outcome.STALE, f"{found.why}; both side by side: {shown}")


def keep(name: str, picture: Picture, root: Path, aside: Path) -> Kept:
    """Make a recorded picture the book's, unless the one there is the same to the eye.

    Raises `PictureTooLarge`.
    """
    kept = compare(name, picture, root, aside)
    if not kept.outcome.is_current:
        _write(root / name, picture.encoded())
    return kept


def _write(target: Path, encoded: bytes) -> None:
    """Write a file, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.part")
    unfinished.write_bytes(encoded)
    unfinished.replace(target)
