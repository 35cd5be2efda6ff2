"""Every page of the built book, as a browser meets it: on a screen, a phone, and paper."""

import pytest
from playwright.sync_api import Page, expect

from .conftest import NOT_ON_PAPER, PAPER

KINDS = ["console", "errors", "failed", "foreign", "barriers", "unreachable", "off_paper"]


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_has(visits, kind):
    """What a `Visit` notes: errors, failed and foreign requests, and what keeps people out.

    Barriers are serious or critical violations of WCAG AA; unreachable is what scrolls and can't
    be scrolled by keyboard; off paper is what is cut or left out in print.
    """
    assert {name: found for name, seen in visits.items() if (found := getattr(seen, kind))} == {}


def test_no_page_is_wider_than_its_window(visits):
    """On a phone, at a zoom of 200 per cent, on a wide screen."""
    wider = {
        (name, width): pixels
        for name, seen in visits.items()
        for width, pixels in seen.overflow.items()
        if pixels > 0
    }
    assert wider == {}


def test_root_leads_to_the_start_page(page: Page, site, pages):
    page.goto(site)
    expect(page).to_have_url(site + pages[0])


def test_search_finds_a_button_and_shows_where_to_click_it(page: Page, site, root):
    from rtc_guide.pages.reading import read_page

    share = read_page(root / "book" / "share.md", root)
    word = next(w.text for item in share.walkthroughs for w in item.words if w.role == "button")
    page.goto(site)
    page.get_by_role("button", name="Search").first.click()
    page.get_by_role("searchbox").first.fill(word)
    page.keyboard.press("Enter")
    hit = page.locator("#search-results a[href*='book/share.html']").first
    expect(hit).to_be_visible()
    hit.click()
    expect(page.get_by_role("main").get_by_text(word, exact=True).first).to_be_visible()


MORE_VERSIONS = """() => document.querySelectorAll(".evidence-walkthroughs tr").forEach(row => {
  while (row.children.length < 21) row.append(row.lastElementChild.cloneNode(true));
})"""


def test_the_table_of_steps_fits_on_paper_with_twenty_versions(page: Page, site):
    page.set_viewport_size(PAPER)
    page.goto(f"{site}book/evidence.html")
    page.evaluate(MORE_VERSIONS)
    page.emulate_media(media="print")
    assert page.evaluate(NOT_ON_PAPER) == []
