"""The page for addresses without one: shown at any depth, it leads on."""

from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Page, expect

from rtc_guide import site as site_module
from rtc_guide.serving import serving
from rtc_guide.site_address import ADDRESS_VARIABLE

# Sentences, and what would look like the end of one.
ABOUT = "What it is <b> (e.g. this.) And more: of it."


@pytest.fixture
def top(built: Path) -> Iterator[str]:
    """The site at the top of a host, where it is taken to be as long as it has no address."""
    with serving(built) as url:
        yield url


@pytest.mark.parametrize("address", ["nothing", "book/risks/nothing.html", "a/b/c/"])
def test_it_looks_like_the_guide_and_leads_on(page: Page, top, barriers, address):
    failed: list[str] = []
    page.on("response", lambda answer: answer.status >= 400 and failed.append(answer.url))
    answer = page.goto(top + address)
    assert answer.status == 404
    assert failed == [top + address]
    expect(page.get_by_role("heading", name="This page is not here")).to_be_visible()
    assert barriers(page, "light") == []
    page.get_by_role("main").get_by_role("link", name="how to share a notebook").click()
    expect(page).to_have_url(f"{top}book/share.html")


def test_its_search_finds(page: Page, top):
    page.goto(f"{top}some/where")
    page.get_by_label("Search the guide", exact=True).fill("token")
    page.keyboard.press("Enter")
    expect(page.locator("#search-results a").first).to_be_visible()


def test_without_an_address_pages_tell_others_what_they_are_and_not_half_an_address(built):
    page = (built / "book" / "share.html").read_text(encoding="utf-8")
    assert '<meta property="og:title" content="Share a notebook"' in page
    assert "og:url" not in page


@pytest.mark.parametrize("said", ["in its settings", "by who publishes it"])
def test_where_the_site_has_an_address_its_links_begin_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
):
    """Also what other sites show of a link to a page."""
    address = "https://example.org/the/guide"
    if said == "by who publishes it":
        monkeypatch.setenv(ADDRESS_VARIABLE, address)
        address = ""
    (tmp_path / "_config.yml").write_text(
        "title: A book\n"
        "only_build_toc_files: true\n"
        "execute: {execute_notebooks: 'off'}\n"
        f"html: {{baseurl: '{address}'}}\n"
        "sphinx:\n"
        "  extra_extensions: [rtc_guide.site_address]\n"
        "  config: {ogp_social_cards: {enable: false}}\n"
    )
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: start\nchapters: [{file: more}]\n")
    (tmp_path / "more.md").write_text("# Another page\n")
    more = "In short: " + "much more " * 20
    (tmp_path / "start.md").write_text(f"# A page\n\n{escape(ABOUT)} {more}.\n")
    built = site_module.build(tmp_path)
    lost = (built / "404.html").read_text(encoding="utf-8")
    assert 'href="/the/guide/start.html"' in lost
    page = (built / "start.html").read_text(encoding="utf-8")
    top = (built / "index.html").read_text(encoding="utf-8")
    for each in (page, top):
        soup = BeautifulSoup(each, "html.parser")
        tags = {tag.get("property", tag.get("name")): tag for tag in soup.find_all("meta")}
        assert tags["og:url"]["content"] == "https://example.org/the/guide/start.html"
        assert tags["og:description"]["content"] == tags["description"]["content"] == ABOUT
        assert tags["og:site_name"]["content"] == "A book"
        assert "og:image" not in tags
        assert soup.html["lang"] == "en"
        assert "A " in soup.title.text
    assert BeautifulSoup(top, "html.parser").a["href"] == "start.html"
