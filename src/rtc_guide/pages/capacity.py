"""How many people one server carried: the answer in words, the plot, and its numbers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from statistics import median
from typing import TYPE_CHECKING

from docutils import nodes

from rtc_guide.evidence.capacity import Capacity, Layout, Machine, Measured, Server, carried
from rtc_guide.pages import nodes as ui_nodes
from rtc_guide.pages.book import Book, Here, day_of
from rtc_guide.pages.plots import DATA, TEXT, WIDTH, Plot
from rtc_guide.pages.tables import cell, table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WITHIN = 200
"""Milliseconds: a key that others have within that time is called prompt here."""

_FULL = 0.9
"""The share of a core from which on work waits."""

NOT_YET = "Not measured yet."

_WHERE = {Layout.ONE: "in one notebook", Layout.PAIRS: "in pairs, each with its own notebook,"}
_HEADINGS = {Layout.ONE: "All in one notebook", Layout.PAIRS: "In pairs, two to a notebook"}


def answers_of(capacity: Capacity) -> list[str]:
    """Return the answer to the page's question, a sentence for each layout that was measured."""
    found = []
    for layout in Layout:
        measured = capacity.of(Server.LAB, layout)
        if any(each.p95 is not None or each.failed for each in measured):
            found.append(_answer(measured, layout, capacity.machine))
    return found


def _answer(measured: Sequence[Measured], layout: Layout, machine: Machine) -> str:
    where, place = _WHERE[layout], _place(machine)
    most, over = carried(measured, WITHIN)
    saw = f"saw each other’s keys within {WITHIN} ms (95 of 100 keys)"
    if over is None:
        return f"{place}, up to {most} people {where} {saw}: as many as were tried."
    then = over.failed or f"95 of 100 keys took up to {_duration(over.p95 or 0)}"
    if most is None:
        return f"{place}, {over.people} people {where} were already too many: {then}."
    return f"{place}, up to {most} people {where} {saw}; with {over.people}, {then}."


def _place(machine: Machine) -> str:
    if machine.pinned:
        return "On one core"
    return f"On a machine of {machine.cores} core{'s' if machine.cores > 1 else ''}"


def _duration(milliseconds: float) -> str:
    """Write a time for readers: 340 ms, 2.4 s, 12 s."""
    if milliseconds < 999.5:
        return f"{milliseconds:.0f} ms"
    seconds = milliseconds / 1000
    return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"


def _answer_shown(capacity: Capacity, _: Here) -> Iterator[nodes.Element]:
    for answer in answers_of(capacity) or [NOT_YET]:
        yield nodes.paragraph("", "", nodes.strong("", answer))


def method_of(capacity: Capacity) -> str:
    """Tell on what it was measured, and how fast people typed there."""
    machine = capacity.machine
    cores = f"{machine.cores} core{'s' if machine.cores > 1 else ''}"
    had = (
        "; the server had one core to itself, the people another one"
        if machine.pinned
        else "; the server and the people shared them, which makes times longer"
    )
    ran = ", ".join(f"{name} {version}" for name, version in capacity.versions.items())
    return (
        f"Measured on {day_of(capacity.on)} on a machine with {cores} ({machine.cpu}){had}. "
        f"Each person typed {capacity.words} words a minute. With {ran}."
    )


def _method_shown(capacity: Capacity, _: Here) -> Iterator[nodes.Element]:
    yield nodes.paragraph("", method_of(capacity))
    yield from _listed("Too many for a server:", capacity, lambda each: each.failed)
    yield from _listed("Left out:", capacity, lambda each: each.dropped)


def _listed(
    heading: str, capacity: Capacity, why: Callable[[Measured], str | None]
) -> Iterator[nodes.Element]:
    items = []
    for each in capacity.measured:
        who = "JupyterLab" if each.server is Server.LAB else "the bare server"
        people = f"{each.people} people {_WHERE[each.layout].rstrip(',')}, on {who}"
        if told := why(each):
            items.append(nodes.list_item("", cell(f"{people}: {told}.")))
    if items:
        yield nodes.paragraph("", heading)
        yield nodes.bullet_list("", *items)


def store_of(capacity: Capacity) -> str:
    """Tell what an hour's edits make of the server's record, and of opening a notebook."""
    store = capacity.store
    if store is None:
        return NOT_YET
    return (
        f"After {store.updates:,} edits, as one person types in an hour, the record had "
        f"{store.size / 2**20:.1f} MiB, {store.size / store.updates:.0f} bytes for each edit. A "
        f"notebook that the server read from it came in {_duration(1000 * store.opening)}; the "
        f"same one without the record came in {_duration(1000 * store.opening_without)}."
    )


def memory_of(capacity: Capacity) -> str:
    """Tell what memory people and kernels take."""
    memory = capacity.memory
    if memory is None:
        return NOT_YET
    found = (
        f"A server that nobody uses had {memory.server:.0f} MiB, each idle Python kernel "
        f"{memory.kernel:.0f} MiB more."
    )
    for layout in Layout:
        if measured := capacity.of(Server.LAB, layout):
            last = measured[-1]
            found += f" With {last.people} people {_WHERE[layout].rstrip(',')} and no kernel, the "
            found += f"server had {last.memory:.0f} MiB."
    return found


def peer_of(capacity: Capacity) -> str:
    """Tell how many times the work of the bare server JupyterLab's was, with the same people."""
    ratios = [
        ratio
        for layout in Layout
        for ours, bare in _beside(capacity, layout)
        if (ratio := _times(ours, bare, lambda each: each.cpu)) is not None
    ]
    if not ratios:
        return NOT_YET
    return (
        f"With the same people, JupyterLab’s server worked {median(ratios):.1f} times as much as "
        f"the bare one (from {min(ratios):.1f} to {max(ratios):.1f} times)."
    )


def _told(tell: Callable[[Capacity], str]) -> Callable[[Capacity, Here], Iterator[nodes.Element]]:
    def show(capacity: Capacity, _: Here) -> Iterator[nodes.Element]:
        yield nodes.paragraph("", tell(capacity))

    return show


def _beside(capacity: Capacity, layout: Layout) -> list[tuple[Measured, Measured | None]]:
    """Return the measurements of JupyterLab with those of the peer for as many people."""
    bare = {each.people: each for each in capacity.of(Server.BARE, layout)}
    return [(each, bare.get(each.people)) for each in capacity.of(Server.LAB, layout)]


_HEADS = (
    "People", "Key, median (ms)", "Key, 95th percentile (ms)", "Core (%)", "Memory (MiB)",
    "One more opens (s)", "Times bare: key", "Times bare: core",
)  # fmt: skip


def _numbers_shown(capacity: Capacity, here: Here) -> Iterator[nodes.Element]:
    """Show the plot, and its numbers in tables that are folded below it."""
    if not any(capacity.of(Server.LAB, layout) for layout in Layout):
        yield nodes.paragraph("", NOT_YET)
        return
    yield plotted(capacity).shown(here)
    numbers = ui_nodes.proof(classes=["claim-proof"])
    numbers += ui_nodes.proof_title("", "The numbers of the plot")
    for layout in Layout:
        rows = [_row(ours, bare) for ours, bare in _beside(capacity, layout)]
        if rows:
            numbers += cell(nodes.strong("", _HEADINGS[layout]))
            numbers += table(_HEADS, rows, kind="evidence-capacity", first=12)
    yield numbers


def _row(ours: Measured, bare: Measured | None) -> list[nodes.paragraph]:
    times = (
        _times(ours, bare, lambda each: each.median),
        _times(ours, bare, lambda each: each.cpu),
    )
    return [
        cell(str(ours.people)),
        cell("–" if ours.median is None else f"{ours.median:.0f}"),
        cell("–" if ours.p95 is None else f"{ours.p95:.0f}"),
        cell(f"{100 * ours.cpu:.0f}"),
        cell(f"{ours.memory:.0f}"),
        cell(f"{max(ours.opening):.2f}" if ours.opening else "–"),
        *(cell("–" if each is None else f"{each:.1f}") for each in times),
    ]


def _times(
    ours: Measured, bare: Measured | None, of: Callable[[Measured], float | None]
) -> float | None:
    """Return how many times the peer's a number is; of a full core it would say nothing."""
    if bare is None or max(ours.cpu, bare.cpu) > _FULL:
        return None
    value, beside = of(ours), of(bare)
    return value / beside if value is not None and beside else None


def plotted(capacity: Capacity) -> Plot:
    """Plot how long keys took and how busy the core was, by the number of people."""
    numbers = [capacity.of(server, layout) for server, layout, _ in _LINES]
    return Plot("capacity", numbers, _alternative(capacity), lambda: _drawn(capacity))


def _drawn(capacity: Capacity) -> "Figure":
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, 6.4), layout="constrained")
    keys, work = figure.subplots(2, 1, sharex=True)
    for server, layout, line in _LINES:
        measured = capacity.of(server, layout)
        timed = [each for each in measured if each.p95 is not None]
        _draw(keys, timed, [each.p95 or 0 for each in timed], line)
        _draw(work, measured, [100 * each.cpu for each in measured], line)
    keys.axhline(WITHIN, color=TEXT, lw=1, ls=":")
    keys.annotate(f"{WITHIN} ms", (0, WITHIN), (2, 2), textcoords="offset points", fontsize=8)
    keys.set_yscale("log")
    keys.yaxis.set_major_formatter("{x:,.0f}")
    keys.set_title("Milliseconds in which 95 of 100 keys came", loc="left", fontsize=10)
    work.set_title("Per cent of one core", loc="left", fontsize=10)
    work.set_ylim(bottom=0)
    work.set_xlim(left=0)
    work.set_xlabel("People who type")
    figure.legend(
        *keys.get_legend_handles_labels(), loc="outside lower left", frameon=False, fontsize=9
    )
    return figure


# Told apart by form as well as by colour.
_LINES = (
    (Server.LAB, Layout.ONE, {"marker": "o", "ls": "-", "color": DATA, "label": "one notebook"}),
    (Server.LAB, Layout.PAIRS, {"marker": "s", "ls": "--", "color": DATA, "label": "in pairs"}),
    (
        Server.BARE,
        Layout.ONE,
        {"marker": "o", "ls": "-", "mfc": "none", "color": TEXT, "label": "one, bare server"},
    ),
    (
        Server.BARE,
        Layout.PAIRS,
        {"marker": "s", "ls": "--", "mfc": "none", "color": TEXT, "label": "in pairs, bare server"},
    ),
)


def _draw(
    axes: "Axes", measured: Iterable[Measured], values: list[float], line: dict[str, str]
) -> None:
    axes.plot([each.people for each in measured], values, lw=1.5, ms=5, **line)  # type: ignore[arg-type]


def _alternative(capacity: Capacity) -> str:
    """Tell the plot in words."""
    return f"{' '.join(answers_of(capacity))} The tables below have the numbers."


def _part(
    show: Callable[[Capacity, Here], Iterator[nodes.Element]],
) -> Callable[[Book, Here], Iterator[nodes.Element]]:
    """Make a part of the evidence of what shows a measurement; without one, the page says so."""

    def part(book: Book, here: Here) -> Iterator[nodes.Element]:
        if book.capacity is None:
            yield nodes.paragraph("", NOT_YET)
        else:
            yield from show(book.capacity, here)

    return part


CAPACITY_PARTS = {
    "capacity": _part(_numbers_shown),
    "capacity-answer": _part(_answer_shown),
    "capacity-method": _part(_method_shown),
    "capacity-peer": _part(_told(peer_of)),
    "capacity-record": _part(_told(store_of)),
    "capacity-memory": _part(_told(memory_of)),
}
"""What `{evidence} PART` shows of the measurement, by the name of the part."""
