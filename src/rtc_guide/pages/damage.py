"""What fault trials found, in numbers: a plot, and a table with the range that they allow for."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

from docutils import nodes

from rtc_guide import software
from rtc_guide.evidence.stack import Seen
from rtc_guide.evidence.verdict import OF
from rtc_guide.pages.book import Book, Declared, Here
from rtc_guide.pages.page import Claim
from rtc_guide.pages.plots import DATA, TEXT, WIDTH, Plot
from rtc_guide.pages.tables import cell, link, table
from rtc_guide.pages.verdicts import seen_of
from rtc_guide.pages.ways import APART, EDITING, TOGETHER

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_KINDS = ("lost", "doubled", "garbled", "split", "silent")
_HEADS = {
    "lost": "Lost", "doubled": "Doubled", "garbled": "Garbled",
    "split": "Seen differently", "silent": "Nobody was told",
}  # fmt: skip
# Inches, of a line of a label and between two labels: no label is drawn over another.
_LINE, _GAP = 0.17, 0.1
# Where no notebook of a few was damaged, more still might be.
_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Damaged:
    """A claim about damage, and how many of the notebooks it was tried with were damaged how."""

    claim: Declared[Claim]
    way: str
    counts: dict[str, int]

    @property
    def of(self) -> int:
        """In how many notebooks it was tried."""
        return self.counts[OF]


def damage_of(book: Book) -> list[Damaged]:
    """Return what was counted for each claim as it stands now, in the order of the pages."""
    evidence, found = book.of_claims(), []
    for declared in book.claims:
        for way in EDITING:
            seen = seen_of(declared.item, way, evidence)
            if seen and seen.text == declared.item.digest:
                counts = _counts(seen)
                if counts:
                    found.append(Damaged(declared, way, counts))
    return found


def damage_shown(book: Book, here: Here) -> Iterator[nodes.Element]:
    """Show the plot, and below it its numbers, with their range."""
    damaged = damage_of(book)
    if not damaged:
        yield nodes.paragraph("", "No fault has been tried yet.")
        return
    together = [each for each in damaged if each.way == TOGETHER]
    yield plotted(together).shown(here)
    apart = {each.claim.item.id: each for each in damaged if each.way == APART}
    rows = []
    for each in together:
        address = here.address(each.claim.docname, f"claim-{each.claim.item.id}")
        other = apart.get(each.claim.item.id)
        rows.append(
            [
                cell(link(title_of(each.claim.item), address)),
                cell(str(each.of)),
                *(cell(_told(each.counts[kind], each.of)) for kind in _KINDS),
                cell(_told(other.counts["lost"], other.of) if other else "–"),
            ]
        )
    heads = ["What happens", "Tried", *_HEADS.values(), "Lost without RTC"]
    yield table(heads, rows, kind="evidence-damage", first=30)
    most = max(each.of for each in together)
    yield cell(
        "Notebooks: how many were tried, and how many were damaged in which way. In brackets, in "
        "per cent: what the true rate may be (Wilson’s interval, 95 %). None of "
        f"{most} still allows for up to {100 * interval(0, most)[1]:.0f} per cent.",
        classes=["evidence-legend"],
    )


def damage_by_version(book: Book, here: Here) -> Iterator[nodes.Element]:
    """Show for each claim and stack how many notebooks were damaged, and whether people knew."""
    stacks = [stack for stack in book.stacks if _tried(book, stack)]
    if not stacks:
        yield nodes.paragraph("", "No fault has been tried yet.")
        return
    rows = []
    for declared in book.claims:
        found = [_seen_on(book, stack, declared.item) for stack in stacks]
        if any(found):
            address = here.address(declared.docname, f"claim-{declared.item.id}")
            rows.append(
                [
                    cell(link(title_of(declared.item), address)),
                    *(cell(_short_of(seen)) for seen in found),
                ]
            )
    yield table(
        ["What happens", *map(_head, stacks)], rows, kind="evidence-damage-versions", first=30
    )
    yield cell(
        "✓: no notebook was damaged. ⚠: how many of how many were; “silent” where nobody of at "
        "least one of them was told. –: it can’t be tried there. ?: not tried.",
        classes=["evidence-legend"],
    )


def _head(stack: str) -> str:
    return software.title_of(stack).removeprefix("JupyterLab ")


def _tried(book: Book, stack: str) -> bool:
    return any(_seen_on(book, stack, declared.item) for declared in book.claims)


def _seen_on(book: Book, stack: str, claim: Claim) -> Seen | None:
    """Return what was seen on a stack of a claim about damage as it stands now."""
    seen = seen_of(claim, TOGETHER, book.evidence.get(stack))
    return seen if seen and seen.text == claim.digest and (seen.why or _counts(seen)) else None


def _counts(seen: Seen) -> dict[str, int] | None:
    return next((dict(case.counts) for case in seen.cases if case.counts), None)


def _short_of(seen: Seen | None) -> str:
    if seen is None:
        return "?"
    counts = _counts(seen)
    if counts is None:
        return "–"
    worst = max(counts[kind] for kind in _KINDS)
    if not worst:
        return "✓"
    silent = " silent" if counts["silent"] else ""
    return f"⚠\u00a0{worst}/{counts[OF]}{silent}"


def title_of(claim: Claim) -> str:
    """Return what happens, without the part of the sentence that all such claims share."""
    return claim.sentence.partition(":")[0]


def interval(count: int, of: int) -> tuple[float, float]:
    """Return the range of rates, from 0 to 1, that a count allows for: Wilson’s interval.

    Here and not taken from SciPy, whose statistics take longer to import than a page to write.
    Source: https://www.itl.nist.gov/div898/handbook/prc/section2/prc241.htm
    """
    z = NormalDist().inv_cdf((1 + _CONFIDENCE) / 2)
    rate = count / of
    middle = rate + z**2 / (2 * of)
    reach = z * sqrt(rate * (1 - rate) / of + z**2 / (4 * of**2))
    scale = 1 + z**2 / of
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def _told(count: int, of: int) -> str:
    low, high = interval(count, of)
    # Without a break between a count and its range.
    return f"{count}\u00a0({100 * low:.0f}–{100 * high:.0f})" if count else "0"


def plotted(damaged: list[Damaged]) -> Plot:
    """Plot for each claim how many of its notebooks were damaged at all, and how many silently."""
    numbers = [(each.claim.item.sentence, each.counts) for each in damaged]
    return Plot("damage", numbers, _alternative(damaged), lambda: _drawn(damaged))


def _drawn(damaged: list[Damaged]) -> "Figure":
    from matplotlib.figure import Figure

    labels = [_short(each.claim.item) for each in damaged]
    heights = [_LINE * (label.count("\n") + 1) + _GAP for label in labels]
    ends = list(accumulate(heights))
    middles = [end - height / 2 for end, height in zip(ends, heights, strict=True)]
    figure = Figure(figsize=(WIDTH, 1.0 + ends[-1]), layout="constrained")
    axes = figure.subplots()
    axes.grid(axis="x")
    for row, each in zip(middles, damaged, strict=True):
        worst = max(each.counts[kind] for kind in _KINDS)
        low, high = interval(worst, each.of)
        axes.plot([100 * low, 100 * high], [row, row], "-", lw=2, color=DATA)
        axes.plot([100 * worst / each.of], [row], "o", ms=6, color=DATA)
        silent = 100 * each.counts["silent"] / each.of
        if silent:
            axes.plot([silent], [row], "x", ms=7, mew=2, color=TEXT)
    axes.set_yticks(middles, labels)
    axes.set_ylim(ends[-1], 0)
    axes.set_xlim(-2, 102)
    axes.set_xlabel(
        "Per cent of notebooks: ● damaged (with range),\n× damaged and nobody was told",
        loc="right",
    )
    return figure


def _short(claim: Claim) -> str:
    words, lines = title_of(claim).split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 34:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def _alternative(damaged: list[Damaged]) -> str:
    """Tell the plot in words, for an attribute."""
    told = [
        f"{title_of(each.claim.item)}: {max(each.counts[kind] for kind in _KINDS)} of {each.of}"
        for each in damaged
    ]
    return f"Damaged notebooks. {'; '.join(told)}. The table below has the numbers."
