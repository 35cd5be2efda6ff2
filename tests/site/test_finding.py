"""What an instructor in a hurry asks is answered within two clicks from the start page."""

import re

import pytest
from playwright.sync_api import Page, expect

# Words that somebody would look for on the page, one list for each click; and words of the answer.
WALKS = {
    "how do I share": (["how do i share"], "Generate a Shared Link"),
    "what do I risk": (["what do i risk"], "can change every file"),
    "how do my files get damaged": (["can happen to your files"], "close the notebook"),
    "what do I ask my admin for": (["ask my hub.s admin"], "Accounts for collaboration"),
    "how is a hub set up": (["ask my hub.s admin", "recommended set-up"], "load_subconfig"),
    "who gets into my files": (["what do i risk", "can change every file"], "account per group"),
    "what do I tell my class": (["tell your class"], "HOW TO STOP"),
    "what do I hand out": (["tell your class", "people in one notebook"], "To print"),
    "my notebook is damaged": (["notebook is damaged"], "Drop a notebook here"),
}


@pytest.mark.parametrize(("clicks", "answer"), WALKS.values(), ids=WALKS)
def test_it_is_found_within_two_clicks(page: Page, site, clicks, answer):
    page.goto(site)
    text = page.locator("article")
    assert len(clicks) <= 2
    for words in clicks:
        named = re.compile(words, re.IGNORECASE)
        link = text.get_by_role("link", name=named)
        in_its_row = text.get_by_role("row", name=named).get_by_role("link")
        link.or_(in_its_row).first.click()
        page.wait_for_load_state()
    expect(text.get_by_text(answer).first).to_be_visible()


def test_the_three_first_questions_are_seen_without_scrolling(page: Page, site, pages):
    page.goto(site + pages[0])
    links = page.locator("article").get_by_role("link", name=re.compile(r"\?$"))
    for link in links.all()[:3]:
        expect(link).to_be_in_viewport()
    assert links.count() >= 3
