"""The built book, served below a path as on a shared host, and one visit of each of its pages."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as TooLate
from sphinx_external_toc.parsing import parse_toc_yaml

NARROW = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 900}
# What is left of an A4 page between margins of 1.5 cm, at 96 pixels an inch.
PAPER = {"width": 680, "height": 1009}
# Written by Sphinx and not in the table of contents.
SPHINXS_OWN = ("genindex.html", "search.html?q=token")

# Colours are measured, not what they pass through; and all tabs of a tab set are looked at in one
# go, as all dropdowns are.
STATE = """
*, ::before, ::after { transition: none !important; animation: none !important }
@media screen { .sd-tab-set > .sd-tab-content { display: block !important } }
"""

# What scrolls sideways, or in a box of its own, and can't be reached by the Tab key.
OUT_OF_REACH = """() => [...document.querySelectorAll("main *")].filter(it => {
    const { overflowX, overflowY } = getComputedStyle(it);
    const scrolls = (overflow, more) => ["auto", "scroll"].includes(overflow) && more > 0;
    return (scrolls(overflowX, it.scrollWidth - it.clientWidth)
        || scrolls(overflowY, it.scrollHeight - it.clientHeight))
        && it.tabIndex < 0 && !it.matches("textarea, iframe");
}).map(it => it.outerHTML.slice(0, 120))"""

# What paper lacks that is in the page: what is folded away, or stands beside the paper.
NOT_ON_PAPER = """() => {
    const told = it => `${it.tagName} ${it.className} ${it.textContent.trim().slice(0, 60)}`;
    const article = document.querySelector("article") ?? document.body;
    const folded = [...article.querySelectorAll("details > *, .sd-tab-content > *")].filter(it =>
        it.textContent.trim() && !it.checkVisibility({ contentVisibilityAuto: true })
        && !it.closest(".animation"));
    const cut = [...article.querySelectorAll("td, th, pre, p, li, img, svg")].filter(it => {
        const { right, width } = it.getBoundingClientRect();
        return width && right > innerWidth + 1 && !it.closest(".for-hearing")
            && !it.matches(".for-hearing");
    });
    const frame = [...document.querySelectorAll(
        ".bd-sidebar, .bd-header-article button, .prev-next-area, .skip-link, .copybtn, .headerlink"
    )].filter(it => it.checkVisibility());
    return [["folded", folded], ["cut", cut], ["of the frame", frame]].flatMap(
        ([what, found]) => found.map(it => `${what}: ${told(it)}`));
}"""


@dataclass
class Visit:
    """What happened while a browser had one page open."""

    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    barriers: list[str] = field(default_factory=list)
    unreachable: list[str] = field(default_factory=list)
    off_paper: list[str] = field(default_factory=list)
    overflow: dict[str, int] = field(default_factory=dict)


@pytest.fixture(scope="session")
def pages(root: Path) -> list[str]:
    """The addresses of all pages in the table of contents, below the site's own."""
    return [f"{name}.html" for name in parse_toc_yaml(root / "_toc.yml")]


@pytest.fixture(scope="session")
def visits(browser: Browser, site: str, pages: list[str], barriers) -> dict[str, Visit]:
    """One visit of each page, in every state it can be in: everything the tests look at."""
    context = browser.new_context(viewport=WIDE)
    page = context.new_page()
    seen = {name: Visit() for name in (*pages, *SPHINXS_OWN)}
    now = Visit()
    page.on("console", lambda said: said.type == "error" and now.console.append(said.text))
    page.on("pageerror", lambda error: now.errors.append(str(error)))
    page.on("request", lambda asked: asked.url.startswith(site) or now.foreign.append(asked.url))
    page.on(
        "response",
        lambda answer: answer.status >= 400 and now.failed.append(f"{answer.status} {answer.url}"),
    )
    try:
        for name, now in seen.items():
            page.goto(site + name)
            look(page, now, barriers)
    finally:
        context.close()
    return seen


def look(page: Page, seen: Visit, barriers) -> None:
    """Note what keeps anybody from using the page: light and wide, dark and narrow, on paper."""
    page.add_style_tag(content=STATE)
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    # Two of the four: colours go by the scheme, all else by the width. What depends on both is in
    # the frame around a page, which is the same on each: `test_frame.py` has all four.
    for scheme, size in (("light", WIDE), ("dark", NARROW)):
        show(page, scheme, size)
        seen.unreachable += still_there(page, OUT_OF_REACH)
        seen.barriers += barriers(page, scheme)
        seen.overflow[f"{size['width']}"] = overflow(page)
    # What 1280 pixels become where they are shown at twice the size.
    for width in (640, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        seen.overflow[f"{width}"] = overflow(page)
    page.set_viewport_size(PAPER)
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = false)")
    page.emulate_media(media="print")
    seen.off_paper += page.evaluate(NOT_ON_PAPER)
    page.emulate_media(media="screen")
    page.set_viewport_size(WIDE)


SCROLLING_IS_REACHABLE = """() => [...document.querySelectorAll("pre")].every(
    (code) => code.scrollWidth <= code.clientWidth || code.tabIndex === 0
)"""


def show(page: Page, scheme: str, size: dict[str, int]) -> None:
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function("it => document.documentElement.dataset.theme == it", arg=scheme)
    # The theme looks some time later what scrolls now; where it forgets something, axe tells.
    with suppress(TooLate):
        page.wait_for_function(SCROLLING_IS_REACHABLE, timeout=3000)


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def still_there(page: Page, found: str) -> list[str]:
    """Return what a function finds in the page once the page's scripts have had their time."""
    try:
        page.wait_for_function(f"({found})().length == 0", timeout=3000)
    except TooLate:
        return page.evaluate(found)
    return []


@pytest.fixture
def walk(page: Page) -> Callable[[], Iterator[dict]]:
    """Go through a page by the Tab key: each place where it stops, until it leaves the page."""
    return lambda: stops(page)


# The element that has the focus: what it is, and whether somebody who looks can tell.
FOCUSED = """() => {
    const it = document.activeElement;
    if (!it || it === document.body) return null;
    const shows = it => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(it);
        return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
    };
    const seen = it => {
        const { left, right, top, bottom } = it.getBoundingClientRect();
        return right > left && bottom > top && bottom > 0 && top < innerHeight
            && right > 0 && left < innerWidth && it.checkVisibility({ opacityProperty: true });
    };
    it.dataset.stopped = "";
    return {
        what: it.outerHTML.slice(0, 140),
        visible: [it, ...(it.labels ?? [])].some(it => shows(it) && seen(it)),
    };
}"""

# Whatever can be operated and was not stopped at; of radio buttons the chosen one stands for all.
MISSED = """() => [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex='0']"
)].filter(it => !("stopped" in it.dataset) && it.checkVisibility({ visibilityProperty: true })
    && !it.disabled && it.tabIndex >= 0 && !(it.type === "radio" && !it.checked)
).map(it => it.outerHTML.slice(0, 140))"""


def stops(page: Page) -> Iterator[dict]:
    while True:
        page.keyboard.press("Tab")
        stopped = page.evaluate(FOCUSED)
        if stopped is None:
            return
        yield stopped
