"""Layers of boxes with arrows between them, as an SVG in the colours of the page it stands in."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

# In pixels, chosen so that three boxes beside each other are legible on a phone.
COLUMN, ROW = 142, 70
WIDTH, HEIGHT = 122, 34
MARGIN = 26
_CLEAR = 7  # between an arrow and a box that it passes, or another arrow
_ARROWHEAD = 7

Arrow = tuple[str, str]
_Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """Where a part is drawn: the middle of its box, and its layer's number."""

    x: float
    y: float
    layer: int


def essential(arrows: Iterable[Arrow]) -> list[Arrow]:
    """Leave out the arrows that follow from others; there must be no circle."""
    # Only a page with a drawing needs it, and each build imports this module.
    import networkx  # type: ignore[import-untyped]

    graph = networkx.DiGraph(sorted(arrows))
    return sorted(networkx.transitive_reduction(graph).edges)


def draw(layers: Sequence[Sequence[str]], arrows: Iterable[Arrow], alternative: str) -> str:
    """Draw parts in layers, top down, and arrows that all point down; return the SVG.

    `alternative` says what is to be seen, for those who don't see it.
    """
    width = COLUMN * max(map(len, layers)) + 2 * MARGIN
    height = ROW * (len(layers) - 1) + HEIGHT + 4
    boxes = _place(layers, width)
    svg = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width} {height}",
            "role": "img",
            "aria-label": alternative,
        },
    )
    head = f"0,0 {_ARROWHEAD},{_ARROWHEAD / 2} 0,{_ARROWHEAD}"
    marker = ElementTree.SubElement(
        ElementTree.SubElement(svg, "defs"),
        "marker",
        {
            "id": "architecture-arrowhead", "orient": "auto", "markerUnits": "userSpaceOnUse",
            "markerWidth": str(_ARROWHEAD), "markerHeight": str(_ARROWHEAD),
            "refX": str(_ARROWHEAD), "refY": str(_ARROWHEAD / 2),
        },
    )  # fmt: skip
    ElementTree.SubElement(marker, "polygon", points=head, style="fill: var(--pst-color-primary)")
    for path in _routes(boxes, sorted(arrows), layers, width):
        ElementTree.SubElement(
            svg,
            "path",
            {
                "d": path,
                "fill": "none",
                "style": "stroke: var(--pst-color-primary)",
                "stroke-width": "1.4",
                "marker-end": "url(#architecture-arrowhead)",
            },
        )
    for part, box in boxes.items():
        ElementTree.SubElement(
            svg,
            "rect",
            {
                "x": _told(box.x - WIDTH / 2), "y": _told(box.y - HEIGHT / 2),
                "width": str(WIDTH), "height": str(HEIGHT), "rx": "6", "stroke": "currentColor",
                "style": "fill: var(--pst-color-surface)",
            },
        )  # fmt: skip
        ElementTree.SubElement(
            svg,
            "text",
            {
                "x": _told(box.x), "y": _told(box.y), "fill": "currentColor", "font-size": "13",
                "text-anchor": "middle", "dominant-baseline": "central",
            },
        ).text = part  # fmt: skip
    return ElementTree.tostring(svg, encoding="unicode")


def _place(layers: Sequence[Sequence[str]], width: float) -> dict[str, Box]:
    return {
        part: Box(
            width / 2 + (place - (len(layer) - 1) / 2) * COLUMN,
            number * ROW + HEIGHT / 2 + 2,
            number,
        )
        for number, layer in enumerate(layers)
        for place, part in enumerate(layer)
    }


def _routes(
    boxes: dict[str, Box],
    arrows: Sequence[Arrow],
    layers: Sequence[Sequence[str]],
    width: float,
) -> Iterable[str]:
    """Yield the path of each arrow: it passes the layers between its ends beside their boxes."""
    taken: dict[int, list[float]] = defaultdict(list)
    passed: dict[Arrow, list[_Point]] = {}
    for arrow in sorted(arrows, key=lambda each: (boxes[each[0]].layer, boxes[each[1]].layer)):
        start, end = (boxes[part] for part in arrow)
        points = []
        x = start.x
        for layer in range(start.layer + 1, end.layer):
            x = _gap(x, end.x, [boxes[part].x for part in layers[layer]], taken[layer], width)
            taken[layer].append(x)
            points.append((x, layer * ROW + HEIGHT / 2 + 2))
        passed[arrow] = points
    for arrow in arrows:
        above, below = arrow
        start, end = boxes[above], boxes[below]
        leaving = sorted(
            (passed[each][0][0] if passed[each] else boxes[each[1]].x, each)
            for each in arrows
            if each[0] == above
        )
        arriving = sorted(
            (passed[each][-1][0] if passed[each] else boxes[each[0]].x, each)
            for each in arrows
            if each[1] == below
        )
        first = start.x + _spread([each for _, each in leaving], arrow)
        last = end.x + _spread([each for _, each in arriving], arrow)
        yield _path((first, start.y + HEIGHT / 2), passed[arrow], (last, end.y - HEIGHT / 2 - 1))


def _gap(
    here: float, goal: float, boxes: Sequence[float], taken: Sequence[float], width: float
) -> float:
    """Return where to pass a layer, clear of its boxes and of other arrows.

    Straight on where that goes, else to the side where the goal is.
    """
    reach = WIDTH / 2 + _CLEAR
    free = [
        x
        for x in range(_CLEAR, int(width) - _CLEAR + 1)
        if all(abs(x - box) >= reach for box in boxes)
        and all(abs(x - other) >= _CLEAR for other in taken)
    ]
    return min(free, key=lambda x: abs(x - here) + abs(x - goal) / 4, default=here)


def _spread(ends: Sequence[Arrow], arrow: Arrow) -> float:
    """Return how far from a box's middle one of the arrows at its edge ends."""
    return (ends.index(arrow) - (len(ends) - 1) / 2) * min(18, WIDTH / (len(ends) + 1))


def _path(start: _Point, points: Sequence[_Point], end: _Point) -> str:
    """Go down from point to point: straight beside a layer, and bent between two layers."""
    told = f"M{_told(start[0])},{_told(start[1])}"
    x, y = start
    for there, middle in points:
        told += _bend((x, y), (there, middle - HEIGHT / 2)) + f"V{_told(middle + HEIGHT / 2)}"
        x, y = there, middle + HEIGHT / 2
    return told + _bend((x, y), end)


def _bend(here: _Point, there: _Point) -> str:
    half = (there[1] - here[1]) / 2
    points = ((here[0], here[1] + half), (there[0], there[1] - half), there)
    return "C" + " ".join(f"{_told(x)},{_told(y)}" for x, y in points)


def _told(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
