"""The tables of the Evidence page: versions, walkthroughs and claims, each by stack."""

from collections import Counter
from collections.abc import Iterator

from docutils import nodes

from rtc_guide.pages import nodes as ui_nodes
from rtc_guide.pages.book import Book, Declared, Here
from rtc_guide.pages.changes import headings, seen_under
from rtc_guide.pages.page import Claim, Walkthrough
from rtc_guide.pages.standing import MARKS, Standing, name_of, standing_of, told_of
from rtc_guide.pages.tables import cell, link, table
from rtc_guide.pages.verdicts import marked, place_of, seen_of, told
from rtc_guide.software import product_of, title_of, version_of

_SHOWN_VERSIONS = ("JupyterLab", "jupyter-collaboration")
_SHORT = {
    "lab": ("Lab", "JupyterLab"),
    "notebook": ("NB", "Notebook"),
    "retrolab": ("Retro", "RetroLab"),
}


def versions_shown(book: Book, _: Here) -> Iterator[nodes.Element]:
    """Show for each stack its versions, when it was checked, and what steps with headings saw."""
    told_under = headings(book)
    rows = []
    for stack in book.stacks:
        walked = [seen for each in book.walkthroughs if (seen := book.current(each.item, stack))]
        latest = max(walked, key=lambda each: each.on, default=None)
        versions = latest.versions if latest else {}
        rows.append(
            [
                cell(title_of(stack)),
                *(cell(versions.get(name, "–")) for name in _SHOWN_VERSIONS),
                cell(f"{latest.on.day} {latest.on:%b %Y}" if latest else "not tried"),
                *(cell(_found(book, heading, stack)) for heading in told_under),
            ]
        )
    heads = ["Version", *_SHOWN_VERSIONS, "Checked", *told_under]
    yield table(heads, rows, kind="evidence-versions", first=24)


def _found(book: Book, heading: str, stack: str) -> str:
    """Return what was seen under a heading on a stack, or why nothing was."""
    seen = seen_under(book, heading, stack)
    if seen:
        return seen
    fitting = [
        each.item
        for each in book.walkthroughs
        if each.item.is_for(stack) and heading in [step.tells for step in each.item.steps]
    ]
    return "not reached" if any(book.current(item, stack) for item in fitting) else "–"


def row_of(item: Walkthrough) -> str:
    """Return the anchor of a walkthrough's row: of the versions that it is one of, if it is."""
    return f"evidence-{item.group or item.id}"


def walkthroughs_shown(book: Book, here: Here) -> Iterator[nodes.Element]:
    """Show how each walkthrough stands on each stack, and below the table the proofs."""
    rows: dict[str, list[Declared[Walkthrough]]] = {}
    for declared in book.walkthroughs:
        rows.setdefault(row_of(declared.item), []).append(declared)
    heads: list[nodes.Element | str] = ["Walkthrough"]
    heads += [_short_title(stack) for stack in book.stacks]
    lines = []
    for anchor, members in rows.items():
        first = members[0]
        where = link(
            name_of(first.item), here.address(first.docname, f"walkthrough-{first.item.id}")
        )
        label = cell(where)
        label["ids"].append(anchor)
        lines.append(
            [label, *(_standing_cell(book, members, stack, here) for stack in book.stacks)]
        )
    yield table(heads, lines, kind="evidence-walkthroughs", first=30)
    # Of the marks, and of the versions' names, which are cut short above.
    legend = (
        "✓ holds · ✗ fails · – not for this version · ? not tried, or not since the text changed"
    )
    used = {product_of(stack) for stack in book.stacks}
    shortened = [
        f"{short}: {whole}" for product, (short, whole) in _SHORT.items() if product in used
    ]
    yield cell(" · ".join([legend, *shortened]), classes=["evidence-legend"])
    for members in rows.values():
        yield from _proof(book, members)


def _short_title(stack: str) -> nodes.Element:
    """Return a stack's title for a narrow column, whole for those who don't see it."""
    title = title_of(stack)
    product = _SHORT.get(product_of(stack), ("", ""))[0]
    also = title.partition(" with ")[2].rpartition(" ")[2]
    short = f"{product} {version_of(stack)}{f' / {also}' if also else ''}" if product else title
    return nodes.abbreviation("", short, explanation=title)


def _standing_cell(
    book: Book, members: list[Declared[Walkthrough]], stack: str, here: Here
) -> nodes.paragraph:
    for each in members:
        if each.item.is_for(stack):
            standing = standing_of(book, each.item, stack)
            content = _said(standing)
            if book.walked(each.item, stack):
                target = f"#{_place(each.item, stack)}"
                content = [nodes.reference("", "", *content, internal=True, refuri=target)]
            return cell(*content, classes=["evidence-standing"])
    return cell(*_said(Standing.ABSENT), classes=["evidence-standing"])


def _said(standing: Standing) -> list[nodes.Node]:
    """Return a mark, and its words for those who hear the page."""
    return [
        nodes.inline("", MARKS[standing], classes=["standing-mark", f"standing-{standing.name}"]),
        nodes.inline("", f" {standing}", classes=["for-hearing"]),
    ]


def _place(item: Walkthrough, stack: str) -> str:
    """Return the anchor of what was seen of a walkthrough on a stack."""
    return f"seen-{item.id}-{stack.replace('.', '-')}"


def _proof(book: Book, members: list[Declared[Walkthrough]]) -> Iterator[nodes.Element]:
    entries = nodes.definition_list()
    for stack in reversed(book.stacks):
        for declared in members:
            walked = book.walked(declared.item, stack)
            if walked is None:
                continue
            standing = standing_of(book, declared.item, stack)
            term = nodes.term(
                "", f"{title_of(stack)}: {MARKS[standing]} {standing}",
                ids=[_place(declared.item, stack)],
            )  # fmt: skip
            told = nodes.bullet_list("", *(nodes.list_item("", cell(x)) for x in told_of(walked)))
            entries += nodes.definition_list_item("", term, nodes.definition("", told))
    if entries.children:
        proof = ui_nodes.proof(classes=["claim-proof"])
        proof += ui_nodes.proof_title("", f"{name_of(members[0].item)}: what was seen")
        proof += entries
        yield proof


def claims_shown(book: Book, here: Here) -> Iterator[nodes.Element]:
    """Show for each claim its verdicts on the stack on which claims are tried."""
    evidence = book.of_claims()
    rows = [
        [
            cell(link(each.item.sentence, here.address(each.docname, f"claim-{each.item.id}"))),
            _verdicts(book, each, here),
            cell("not tried", classes=["verdict-absent"]),
        ]
        for each in book.claims
    ]
    heads = ["Claim", title_of(evidence.stack if evidence else book.newest), "Other versions"]
    yield table(heads, rows, kind="evidence-claims", first=24)


def _verdicts(book: Book, declared: Declared[Claim], here: Here) -> nodes.paragraph:
    """Sum up the verdicts on all ways of sharing; how many ways have each is said."""
    claim, evidence = declared.item, book.of_claims()
    found: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], str] = {}
    for expected in claim.expected:
        seen = seen_of(claim, expected.way, evidence)
        kind, words = told(claim, expected, seen)
        short = kind, words.partition(":")[0].partition(";")[0].partition(", except")[0]
        found[short] += 1
        if seen:
            first.setdefault(
                short, here.address(declared.docname, place_of(claim.id, expected.way))
            )
    contents: list[nodes.Node | str] = []
    for (kind, words), count in found.items():
        times = f" ({count})" if len(found) > 1 or count > 1 else ""
        said: list[nodes.Node] = [*marked(kind, words), nodes.Text(times)]
        if (kind, words) in first:
            said = [nodes.reference("", "", *said, internal=True, refuri=first[kind, words])]
        contents += [*([" · "] if contents else []), *said]
    return cell(*contents)
