"""Everything on a page is reached and operated by keyboard alone, and the focus is seen."""

import pytest
from playwright.sync_api import Page, expect

from .conftest import MISSED, NARROW, WIDE

# Each has what the others lack: cards; tabs, a form and figures; a table that scrolls; code to
# copy; a file to choose; notebooks to start; much that is folded away.
WALKED = {
    "book/index.html": WIDE,
    "book/share.html": WIDE,
    "book/capacity.html": NARROW,
    "book/announcement.html": NARROW,
    "book/risks/doctor.html": WIDE,
    "book/try/index.html": NARROW,
    "book/risks/revoking.html": NARROW,
}


@pytest.mark.parametrize(("name", "size"), WALKED.items(), ids=WALKED)
def test_tab_stops_at_everything_is_seen_there_and_leaves(page: Page, site, walk, name, size):
    page.set_viewport_size(size)
    page.emulate_media(reduced_motion="reduce")
    page.goto(site + name)
    hidden = [stop["what"] for stop in walk() if not stop["visible"]]
    assert hidden == []
    assert page.evaluate(MISSED) == []


def test_the_first_stop_skips_to_the_text(page: Page, site):
    page.goto(f"{site}book/share.html")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('#main-content')")


@pytest.mark.parametrize("which", ["primary", "secondary"])
def test_a_phones_sidebar_opens_by_keyboard_and_gives_the_focus_back(page: Page, site, which):
    page.set_viewport_size(NARROW)
    page.goto(f"{site}book/share.html")
    toggle = page.locator(f".{which}-toggle:visible")
    toggle.focus()
    page.keyboard.press("Enter")
    sidebar = page.locator(f"#pst-{which}-sidebar-modal")
    expect(sidebar).to_be_visible()
    page.keyboard.press("Tab")
    assert sidebar.evaluate("it => it.contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(sidebar).to_be_hidden()
    expect(toggle).to_be_focused()


def test_search_opens_closes_and_finds_by_keyboard(page: Page, site):
    page.goto(f"{site}book/share.html")
    button = page.get_by_role("button", name="Search").first
    box = page.locator("#pst-search-dialog").get_by_role("searchbox")
    button.focus()
    page.keyboard.press("Enter")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Control+k")
    expect(box).to_be_focused()
    page.keyboard.type("token")
    page.keyboard.press("Enter")
    expect(page.locator("#search-results a").first).to_be_visible()


def test_the_theme_is_switched_by_keyboard(page: Page, site):
    page.goto(f"{site}book/share.html")
    page.get_by_role("button", name="Color mode").focus()
    seen = set()
    for _ in range(3):
        page.keyboard.press("Enter")
        seen.add(page.evaluate("document.documentElement.dataset.mode"))
    assert seen == {"light", "dark", "auto"}


def test_arrow_keys_go_through_the_tabs_of_a_tab_set(page: Page, site):
    page.goto(f"{site}book/share.html")
    tabs = page.locator(".sd-tab-set").first
    tabs.locator("> input").first.focus()
    shown = []
    for _ in tabs.locator("> label").all():
        expect(tabs.locator("> .sd-tab-content:visible")).to_have_count(1)
        shown.append(tabs.locator("> .sd-tab-content:visible").inner_text())
        page.keyboard.press("ArrowRight")
    assert len(shown) > 3
    assert len(set(shown)) == len(shown)


def test_what_is_unfolded_can_be_scrolled_by_keyboard(page: Page, site):
    """Its table or code was not there to be looked at when the page was loaded."""
    page.set_viewport_size(NARROW)
    page.goto(f"{site}book/risks/doctor.html")
    page.evaluate("""() => {
        const code = document.querySelector("article pre");
        const folded = document.createElement("details");
        folded.innerHTML = "<summary>Folded</summary>";
        code.before(folded);
        folded.append(code);
        code.textContent = "wide ".repeat(99);
    }""")
    code = page.locator("details pre")
    expect(code).to_have_js_property("tabIndex", -1)
    page.locator("summary", has_text="Folded").focus()
    page.keyboard.press("Enter")
    expect(code).to_have_js_property("tabIndex", 0)
    page.keyboard.press("Tab")
    expect(code).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('details pre').scrollLeft > 0")


def test_code_is_copied_by_keyboard(page: Page, site):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{site}book/announcement.html")
    button = page.locator(".highlight").first.get_by_role("button")
    page.locator("article").get_by_role("link").last.focus()
    while not button.evaluate("it => it === document.activeElement"):
        page.keyboard.press("Shift+Tab")
    expect(button).to_have_css("opacity", "1")
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("data-tooltip", "Copied!")
    assert page.evaluate("navigator.clipboard.readText()").startswith("Subject: ")
