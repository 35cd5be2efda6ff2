"""What imports what: the guide's own order, and how a page shows one and what is against it."""

import re
from io import StringIO
from pathlib import Path
from textwrap import dedent
from xml.etree import ElementTree

import pytest
from sphinx.application import Sphinx
from sphinx.util.console import nocolor

from rtc_guide.architecture.drawing import HEIGHT, WIDTH, draw, essential
from rtc_guide.architecture.imports import ImportsUnknown, order_in, read_order, read_parts

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "book" / "developers" / "architecture.md"
PACKAGES = ("rtc_guide", "pycrdt_yjs")
SVG = "{http://www.w3.org/2000/svg}"

ORDER = "shop\ntill stock\nmoney"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Make a package `grocer`, whose parts follow `ORDER`, and change its modules."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(**modules: str) -> None:
        for name, source in modules.items():
            path = tmp_path / "grocer" / f"{name.replace('__in__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(source))

    write(
        __init__="",
        shop='"""Where `people` come.\n\nMore."""\nfrom grocer import stock, till\n',
        till="from .money import count",
        stock__in____init__='"""What there is."""',
        stock__in__shelf="def price():\n    from grocer.money import count\n",
        money="def count(): ...",
    )
    return write


def against(order: str = ORDER) -> list[str]:
    return list(read_parts(["grocer"]).against(read_order(order.splitlines())))


def test_the_guides_imports_follow_the_order_that_its_page_declares():
    assert list(read_parts(PACKAGES).against(order_in(PAGE))) == []


def test_arrows_of_the_guides_picture_point_down_and_pass_beside_the_boxes():
    order = order_in(PAGE)
    arrows = essential(read_parts(PACKAGES).arrows())
    picture = ElementTree.fromstring(draw(order, arrows, "…"))
    boxes = [(float(box.attrib["x"]), float(box.attrib["y"])) for box in picture.iter(f"{SVG}rect")]
    paths = [path.attrib["d"] for path in picture.iter(f"{SVG}path")]
    assert len(paths) == len(arrows)
    for path in paths:
        steps = [tuple(map(float, each)) for each in re.findall(r"([-\d.]+),([-\d.]+)", path)]
        assert [y for _, y in steps] == sorted(y for _, y in steps)
        # Where it goes straight down, it is beside a layer.
        for x, y in re.findall(r" ([\d.]+),([\d.]+)V", path):
            beside = [(left, top) for left, top in boxes if abs(top - float(y)) < HEIGHT / 2]
            assert beside
            assert not [left for left, _ in beside if left <= float(x) <= left + WIDTH]


def test_an_arrow_that_follows_from_others_is_left_out():
    assert essential({("a", "b"), ("b", "c"), ("a", "c")}) == [("a", "b"), ("b", "c")]


def test_imports_of_all_kinds_are_arrows(project):
    """From a package or a module, absolute or relative, at the top or inside a function."""
    assert read_parts(["grocer"]).arrows() == {
        ("shop", "stock"), ("shop", "till"), ("till", "money"), ("stock", "money"),
    }  # fmt: skip
    assert against() == []


def test_an_import_that_points_up_is_told_with_its_line(project):
    project(money="def count():\n    from grocer.shop import door\n")
    (told,) = against()
    assert told.startswith("grocer.money, line 2: “money” imports “shop”, which stands above it")


def test_an_import_that_points_sideways_is_told(project):
    project(stock__in__shelf="import grocer.till")
    (told,) = against()
    assert told.startswith("grocer.stock.shelf, line 1: “stock” imports “till”, which stands besid")


def test_an_import_for_type_checkers_only_counts(project):
    project(
        money="""\
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from grocer.till import Drawer
        """
    )
    (told,) = against()
    assert "line 3: “money” imports “till”" in told


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ("shop\ntill stock", "doesn't name “money”: add it"),
        ("shop\ntill stock\nmoney bank", "“bank”, which doesn't exist: take it out"),
        ("shop\ntill stock\nmoney\nshop", "“shop” more than once"),
    ],
)
def test_an_order_that_is_not_of_these_parts(project, order, told):
    assert any(told in each for each in against(order))


def test_a_package_that_is_not_there_is_named():
    with pytest.raises(ImportsUnknown, match="no_such_package"):
        read_parts(["no_such_package"])


def test_a_page_without_an_order_is_named(write_page):
    with pytest.raises(ImportsUnknown, match=r"page\.md has no order"):
        order_in(write_page("# Nothing\n"))


@pytest.fixture
def build(write_page, tmp_path: Path):
    def build(order: str = ORDER, builder: str = "html", **settings: bool) -> tuple[str, str]:
        """Build a page with the directive; return it, and the warnings."""
        page = tmp_path / "index.md"
        text = f"# Parts\n\n```{{architecture}} grocer\n{order}\n```\n"
        if not page.exists() or page.read_text() != text:
            write_page(text, "index.md")
        warnings = StringIO()
        nocolor()
        app = Sphinx(
            tmp_path, None, tmp_path / f"_{builder}", tmp_path / f"_trees-{builder}", builder,
            confoverrides={
                "extensions": ["myst_parser", "rtc_guide.architecture"],
                "exclude_patterns": ["_*"],
            },
            status=None,
            warning=warnings,
        )  # fmt: skip
        app.build()
        (built,) = (tmp_path / f"_{builder}").glob("index.*")
        # Other tests build in this process, too.
        told = [
            line for line in warnings.getvalue().splitlines() if "already registered" not in line
        ]
        return built.read_text(), "\n".join(told)

    return build


def test_a_page_shows_the_picture_and_says_the_same_in_words(project, build):
    shown, warnings = build(builder="html")
    assert not warnings
    assert 'role="img" aria-label="4 parts in 3 layers.' in shown
    said, _ = build(builder="text")
    said = " ".join(said.replace('"', "").split())
    assert "shop Where people come. Imports till, stock. till Imports money." in said
    assert "stock What there is. Imports money. money Imports none of these." in said
    assert "<svg" not in said


def test_a_wrong_import_stops_the_build_at_the_pages_line(project, build):
    project(money="from grocer.shop import door")
    shown, warnings = build()
    assert re.search(r"index\.md:3: WARNING: grocer\.money, line 1: “money” imports", warnings)
    assert "<svg" not in shown


def test_a_page_is_read_again_when_imports_change_and_only_then(project, build, tmp_path: Path):
    build()
    built = tmp_path / "_html" / "index.html"
    before = built.stat().st_mtime_ns
    build()
    assert built.stat().st_mtime_ns == before
    project(money="import grocer.shop")
    assert "imports “shop”" in build()[1]
