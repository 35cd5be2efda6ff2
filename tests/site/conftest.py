"""The built book, served below a path as on a shared host, and one visit of each of its pages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sphinx_external_toc.parsing import parse_toc_yaml

from rtc_guide import site as site_module

ROOT = Path(__file__).parents[2]
SOURCES = ("_config.yml", "_toc.yml", "_static", "book", "images", "src/rtc_guide/pages")
NARROW = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 900}
# https://github.com/dequelabs/axe-core/blob/develop/doc/API.md: WCAG 2.1, levels A and AA
AXE_RULES = {
    "light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    "dark": ["color-contrast"],  # all that another colour scheme can change
}
# Preloading would fetch the style sheets again, from wrong addresses.
AXE_OPTIONS = {"preload": False, "resultTypes": ["violations"]}
STILL = "*, ::before, ::after { transition: none !important; animation: none !important }"

expect.set_options(timeout=20_000)  # a busy machine needs more than the default 5 s


@dataclass
class Visit:
    """What happened while a browser had one page open."""

    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    barriers: list[str] = field(default_factory=list)
    overflow: int = 0


@pytest.fixture(scope="session")
def root() -> Path:
    """The guide's folder."""
    return ROOT


@pytest.fixture(scope="session")
def pages() -> list[str]:
    """The addresses of all pages in the table of contents, below the site's own."""
    return [f"{name}.html" for name in parse_toc_yaml(ROOT / "_toc.yml")]


@pytest.fixture(scope="session")
def built() -> Path:
    """The folder of the built book, built anew if a source is newer."""
    folder = ROOT / site_module.BUILT
    last = folder / "index.html"
    sources = (path for name in SOURCES for path in [ROOT / name, *(ROOT / name).rglob("*.*")])
    newest = max(path.stat().st_mtime for path in sources if path.suffix != ".pyc")
    if not last.exists() or last.stat().st_mtime < newest:
        site_module.build(ROOT)
    return folder


@pytest.fixture(scope="session")
def site(built: Path) -> Iterator[str]:
    """The address of the book, below a path to catch links that start at the host's root."""
    with site_module.serving(built, under="/guide/") as url:
        yield url


@pytest.fixture(scope="session")
def visits(browser: Browser, site: str, pages: list[str]) -> dict[str, Visit]:
    """One visit of each page, in light and dark, wide and narrow: everything the tests look at."""
    context = browser.new_context(viewport=WIDE)
    page = context.new_page()
    seen = {name: Visit() for name in pages}
    now = Visit()
    page.on("console", lambda said: said.type == "error" and now.console.append(said.text))
    page.on("pageerror", lambda error: now.errors.append(str(error)))
    page.on("request", lambda asked: asked.url.startswith(site) or now.foreign.append(asked.url))
    page.on(
        "response",
        lambda answer: answer.status >= 400 and now.failed.append(f"{answer.status} {answer.url}"),
    )
    try:
        for name in pages:
            now = seen[name]
            page.goto(site + name)
            look(page, now)
    finally:
        context.close()
    return seen


def look(page: Page, seen: Visit) -> None:
    page.add_style_tag(content=STILL)  # colours are measured, not what they pass through
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function("it => document.documentElement.dataset.theme == it", arg=scheme)
        seen.barriers += barriers(page, scheme)
    page.set_viewport_size(NARROW)
    seen.overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.set_viewport_size(WIDE)


def barriers(page: Page, scheme: str) -> list[str]:
    options = {**AXE_OPTIONS, "runOnly": AXE_RULES[scheme]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{scheme}: {rule['id']}: {rule['help']}: {node['html'][:120]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]
