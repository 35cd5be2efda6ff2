"""What is left of what was typed: nothing missing, or words lost, doubled, garbled, or split."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of damage."""

    LOST = "lost"
    """Something that was typed is not in the file."""
    DOUBLED = "doubled"
    """Something that was typed once is in the file more than once."""
    GARBLED = "garbled"
    """The file has what nobody typed: text that was cut or spliced, or it can't be read."""
    SPLIT = "split"
    """People see different things, or not what the file has, though all are connected."""
    SILENT = "silent"
    """There is damage, and no message told anybody that something was wrong."""


@dataclass(frozen=True)
class Left:
    """What there is in the end, as the texts of cells; `None` where it can't be read.

    `views` has what each person sees, and what somebody sees who comes anew; `file` is on disk.
    """

    views: Mapping[str, tuple[str, ...] | None]
    file: tuple[str, ...] | None
    dialogs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Damage:
    """What of a notebook was damaged: the words, and whether people were told."""

    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    garbled: tuple[str, ...] = ()
    split: bool = False
    told: tuple[str, ...] = ()

    @property
    def kinds(self) -> frozenset[Kind]:
        """Which kinds of damage there are."""
        found = {
            Kind.LOST: self.lost,
            Kind.DOUBLED: self.doubled,
            Kind.GARBLED: self.garbled,
            Kind.SPLIT: self.split,
        }
        kinds = {kind for kind, there in found.items() if there}
        return frozenset(kinds | ({Kind.SILENT} if kinds and not self.told else set()))

    def __str__(self) -> str:
        parts = [
            f"{kind}: {', '.join(words)}"
            for kind, words in (
                (Kind.LOST, self.lost),
                (Kind.DOUBLED, self.doubled),
                (Kind.GARBLED, self.garbled),
            )
            if words
        ]
        parts += [Kind.SPLIT.value] if self.split else []
        parts += [f"told: {'; '.join(self.told)}"] if self.told else []
        return "; ".join(parts) or "no damage"


def judge(words: Iterable[str], left: Left, besides: Container[str] = ()) -> Damage:
    """Compare what was typed, each word once, with what is left.

    Of the words `besides`, which were there before, nothing is said.
    """
    expected = set(words)
    seen = {*left.views.values(), left.file}
    told = tuple(dict.fromkeys(left.dialogs))
    if left.file is None:
        return Damage(garbled=("the file can’t be read",), split=len(seen) > 1, told=told)
    counted = Counter(word for cell in left.file for word in cell.split())
    return Damage(
        lost=tuple(sorted(expected - set(counted))),
        doubled=tuple(sorted(word for word in expected if counted[word] > 1)),
        garbled=tuple(
            sorted(each for each in counted if each not in expected and each not in besides)
        ),
        split=len(seen) > 1,
        told=told,
    )
