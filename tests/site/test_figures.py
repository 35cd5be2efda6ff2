"""Figures in the built book: one still for each theme, animations at their reader's wish."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

OTHER = {"light": "dark", "dark": "light"}


def scroll_through(page: Page) -> None:
    """Have every figure come into view, and wait until those that are shown have loaded."""
    for image in page.locator(".recorded img:visible").all():
        image.scroll_into_view_if_needed()
        image.evaluate(
            "it => it.complete || new Promise(done => it.addEventListener('load', done))"
        )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_only_the_still_of_the_theme_is_fetched(browser: Browser, site, scheme):
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    fetched: list[str] = []
    page.on("request", lambda asked: "_images/" in asked.url and fetched.append(asked.url))
    page.goto(f"{site}book/risks/data.html")
    scroll_through(page)
    shown = page.locator(f".recorded img.only-{scheme}")
    expect(shown.first).to_be_visible()
    assert page.locator(f".recorded img.only-{OTHER[scheme]}:visible").count() == 0
    assert sorted(fetched) == sorted({image.evaluate("it => it.src") for image in shown.all()})
    context.close()


def test_a_page_does_not_jump_while_figures_load(page: Page, site):
    page.goto(f"{site}book/share.html")
    height = "document.documentElement.scrollHeight"
    before = page.evaluate(height)
    scroll_through(page)
    assert page.evaluate(height) == before


def test_on_paper_figures_are_light_and_nothing_is_to_be_pressed(page: Page, site):
    page.emulate_media(color_scheme="dark", media="print")
    page.goto(f"{site}book/share.html")
    expect(page.locator(".recorded img.only-light").first).to_be_visible()
    assert page.locator(".recorded img.only-dark:visible").count() == 0
    assert page.locator(".animation:visible").count() == 0


def test_an_animation_plays_when_it_is_asked_for_and_goes_back(page: Page, site):
    moving: list[str] = []
    page.on("request", lambda asked: ".webp" in asked.url and moving.append(asked.url))
    page.goto(f"{site}book/share.html")
    figure = page.locator("figure.animated")
    scroll_through(page)
    assert moving == []
    figure.get_by_role("button", name="Play the animation").click()
    expect(figure.locator("img")).to_have_attribute("src", re.compile(r"\.webp"))
    assert len(moving) == 1
    figure.get_by_role("button", name="Back to the still picture").click()
    expect(figure.locator("img")).to_have_attribute("src", re.compile(r"\.png$"))


def test_without_scripts_an_animation_is_a_link_and_a_still_is_shown_once(browser: Browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}book/share.html")
    expect(page.get_by_role("link", name="Play the animation")).to_be_visible()
    assert page.locator(".recorded img.only-dark:visible").count() == 0
    context.close()
