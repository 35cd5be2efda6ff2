"""Tables of the evidence, as docutils nodes."""

from collections.abc import Iterable

from docutils import nodes


def table(
    heads: Iterable[nodes.Element | str],
    rows: Iterable[Iterable[nodes.Element]],
    *,
    kind: str,
    first: int = 40,
) -> nodes.table:
    """Make a table whose first column is `first` wide where each other is 12; `kind` is a class."""

    def row(cells: Iterable[nodes.Element]) -> nodes.row:
        return nodes.row("", *(nodes.entry("", cell) for cell in cells))

    head_cells = [
        nodes.paragraph("", head) if isinstance(head, str) else nodes.paragraph("", "", head)
        for head in heads
    ]
    group = nodes.tgroup(cols=len(head_cells))
    # Sentences need more room than verdicts.
    group += [nodes.colspec(colwidth=width) for width in (first, *[12] * (len(head_cells) - 1))]
    group += nodes.thead("", row(head_cells))
    group += nodes.tbody("", *(row(cells) for cells in rows))
    return nodes.table("", group, classes=[kind, "colwidths-given"])


def link(text: str, address: str) -> nodes.reference:
    """Make a link within the book."""
    return nodes.reference("", text, internal=True, refuri=address)


def cell(*contents: nodes.Node | str, classes: Iterable[str] = ()) -> nodes.paragraph:
    """Make what stands in a cell."""
    return nodes.paragraph(
        "",
        "",
        *(nodes.Text(each) if isinstance(each, str) else each for each in contents),
        classes=list(classes),
    )
