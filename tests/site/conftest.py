"""The built book, served below a path as on a shared host, and one visit of each of its pages."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sphinx_external_toc.parsing import parse_toc_yaml

NARROW = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 900}
STILL = "*, ::before, ::after { transition: none !important; animation: none !important }"


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
def pages(root: Path) -> list[str]:
    """The addresses of all pages in the table of contents, below the site's own."""
    return [f"{name}.html" for name in parse_toc_yaml(root / "_toc.yml")]


@pytest.fixture(scope="session")
def visits(browser: Browser, site: str, pages: list[str], barriers) -> dict[str, Visit]:
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
            look(page, now, barriers)
    finally:
        context.close()
    return seen


def look(page: Page, seen: Visit, barriers) -> None:
    page.add_style_tag(content=STILL)  # colours are measured, not what they pass through
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function("it => document.documentElement.dataset.theme == it", arg=scheme)
        seen.barriers += barriers(page, scheme)
    page.set_viewport_size(NARROW)
    seen.overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.set_viewport_size(WIDE)
