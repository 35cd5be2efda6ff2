"""How long checks and edits took by version: a plot that follows the theme, and its numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median, quantiles
from typing import TYPE_CHECKING

from docutils import nodes

from rtc_guide.pages import nodes as ui_nodes
from rtc_guide.pages.book import Book, Here
from rtc_guide.pages.plots import DATA, TEXT, WIDTH, Plot
from rtc_guide.pages.tables import cell, table
from rtc_guide.software import title_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Timing:
    """Of one stack: seconds of each walkthrough, milliseconds of each key to another page."""

    stack: str
    seconds: tuple[float, ...]
    latency: tuple[float, ...]

    @property
    def median_and_p95(self) -> tuple[float, float] | None:
        """The middle and the 95th percentile of the latency, where there is any."""
        if len(self.latency) < 2:
            return None
        return median(self.latency), quantiles(self.latency, n=20, method="inclusive")[-1]


def timings_of(book: Book) -> list[Timing]:
    """Return how long it took on each stack that was tried, of walkthroughs that passed."""
    found = []
    for stack in book.tried:
        walked = [
            seen
            for each in book.walkthroughs
            if (seen := book.walked(each.item, stack)) and seen.passed
        ]
        if walked:
            keys = tuple(key for seen in walked for key in seen.latency or ())
            found.append(Timing(stack, tuple(seen.seconds for seen in walked), keys))
    return found


def timings_shown(book: Book, here: Here) -> Iterator[nodes.Element]:
    """Show the plot, and its numbers in a table that is folded below it."""
    timings = timings_of(book)
    if not timings:
        yield nodes.paragraph("", "No walkthrough has passed yet: there is nothing to measure.")
        return
    yield plotted(timings).shown(here)
    numbers = ui_nodes.proof(classes=["claim-proof"])
    numbers += ui_nodes.proof_title("", "The numbers of the plot")
    rows = []
    for each in timings:
        latency = each.median_and_p95
        rows.append(
            [
                cell(title_of(each.stack)),
                cell(f"{median(each.seconds):.1f}"),
                cell(f"{max(each.seconds):.1f}"),
                *(cell(f"{value:.0f}" if latency else "–") for value in latency or (0, 0)),
                cell(str(len(each.latency))),
            ]
        )
    heads = [
        "Version", "Check, median (s)", "Check, longest (s)", "Key, median (ms)",
        "Key, 95th percentile (ms)", "Keys",
    ]  # fmt: skip
    numbers += table(heads, rows, kind="evidence-timings", first=24)
    yield numbers


def plotted(timings: list[Timing]) -> Plot:
    """Plot how long checks and keys took."""
    return Plot("timings", timings, _alternative(timings), lambda: _drawn(timings))


def _drawn(timings: list[Timing]) -> "Figure":
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, 1.8 + 0.6 * len(timings)), layout="constrained")
    checks, keys = figure.subplots(2, 1)
    for row, each in enumerate(timings):
        checks.plot(each.seconds, [row] * len(each.seconds), "o", ms=4, mfc="none", mec=DATA)
        checks.plot([median(each.seconds)], [row], "|", ms=14, mew=2.5, color=TEXT)
        if latency := each.median_and_p95:
            keys.plot(latency, [row, row], "-", lw=2, color=DATA)
            keys.plot(latency[:1], [row], "|", ms=14, mew=2.5, color=TEXT)
            keys.plot(latency[1:], [row], "o", ms=5, color=DATA)
    titles = [title_of(each.stack).replace(" with ", "\nwith ") for each in timings]
    _label(checks, titles, "Seconds of a check: ○ each, | median")
    _label(keys, titles, "Milliseconds from key to other screen:\n| median, ● 95th percentile")
    return figure


def _label(axes: "Axes", titles: list[str], label: str) -> None:
    axes.set_yticks(range(len(titles)), titles)
    axes.set_ylim(len(titles) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.grid(visible=False, axis="y")
    # Wider than the axes: from their right end to the left, below the titles.
    axes.set_xlabel(label, loc="right")


def _alternative(timings: list[Timing]) -> str:
    """Tell the plot in words, for an attribute."""
    told = []
    for each in timings:
        latency = each.median_and_p95
        keys = f", a key {latency[0]:.0f} ms (95th percentile {latency[1]:.0f})" if latency else ""
        told.append(f"{title_of(each.stack)}: a check {median(each.seconds):.0f} s{keys}")
    return f"Medians by version. {'; '.join(told)}. The table below has the numbers."
