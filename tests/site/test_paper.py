"""Pages on paper: light whatever their reader's theme is, with the addresses of their links.

That nothing is cut or folded away is looked for on every page: `test_pages.py`.
"""

from playwright.sync_api import Page


def test_a_page_read_in_dark_is_printed_in_light_and_is_dark_again(page: Page, site):
    page.emulate_media(color_scheme="dark")
    page.goto(f"{site}book/history.html")
    theme = "document.documentElement.dataset.theme"
    page.wait_for_function(f"{theme} == 'dark'")
    page.emulate_media(color_scheme="dark", media="print")
    page.wait_for_function(f"{theme} == 'light'")
    page.emulate_media(color_scheme="dark", media="screen")
    page.wait_for_function(f"{theme} == 'dark'")


def test_a_link_to_elsewhere_shows_its_address(page: Page, site):
    page.emulate_media(media="print")
    page.goto(f"{site}book/history.html")
    address = "it => getComputedStyle(it, '::after').content"
    links = page.locator("article a.external").all()
    assert links
    assert all(link.get_attribute("href") in link.evaluate(address) for link in links)
    inside = page.locator("article p a.internal").first
    assert inside.evaluate(address) in ("none", "normal")
