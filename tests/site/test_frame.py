"""The frame around every page: header, sidebars, search; by either theme and at either width."""

import pytest
from playwright.sync_api import Page, expect

from .conftest import NARROW, STATE, WIDE, show

# The page with the fewest words in the middle.
PLACE = "book/try/home.html"


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_bars_nobody_also_with_its_parts_open(page: Page, site, barriers, scheme, size):
    page.goto(site + PLACE)
    page.add_style_tag(content=STATE)
    show(page, scheme, size)
    found = barriers(page, scheme)
    opens = {"Search": "#pst-search-dialog"}
    if size is NARROW:  # else they stand beside the page
        opens["Toggle primary sidebar"] = "#pst-primary-sidebar-modal"
        opens["Toggle secondary sidebar"] = "#pst-secondary-sidebar-modal"
    for name, part in opens.items():
        page.get_by_role("button", name=name).first.click()
        expect(page.locator(part)).to_be_visible()
        found += barriers(page, scheme, part)
        page.keyboard.press("Escape")
        expect(page.locator(part)).to_be_hidden()
    page.get_by_role("button", name="Download this page").click()
    expect(page.locator(".dropdown-menu.show")).to_be_visible()
    found += barriers(page, scheme, "header")
    assert found == []


def test_who_wants_less_motion_gets_none(page: Page, site):
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{site}book/risks/revoking.html")
    page.get_by_role("button", name="Color mode").click()
    page.locator("summary").first.click()
    moving = page.evaluate("""() => {
        const seconds = times => Math.max(...times.split(",").map(parseFloat));
        return [...document.querySelectorAll("*")].filter(it => {
            const style = getComputedStyle(it);
            return seconds(style.transitionDuration) > 0 || style.animationName !== "none"
                || style.scrollBehavior === "smooth";
        }).map(it => it.outerHTML.slice(0, 100));
    }""")
    assert moving == []
    assert page.evaluate("document.getAnimations().length") == 0
