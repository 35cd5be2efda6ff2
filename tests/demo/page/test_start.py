"""Starting the notebooks: what it loads, what it costs, and what a browser that can't is told."""

import os

import pytest
from playwright.sync_api import Browser, expect

STARTS = int(os.environ.get("STARTS", "1"))  # ten in the nightly
KILOBYTES_AT_FIRST = 12_000
KILOBYTES_AFTERWARDS = 200


@pytest.mark.parametrize("_", range(STARTS))
def test_both_start_in_a_browser_nobody_has_used(_, browser: Browser, start_page):
    context = browser.new_context()
    with start_page(context) as tried:
        for person, frame in (("Ada", 0), ("Grace", 1)):
            expect(tried.side(person, frame).text).to_be_editable()
        assert tried.troubles == []
    context.close()


def test_nothing_heavy_loads_before_start(page, site):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}book/try/index.html", wait_until="networkidle")
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    assert [url for url in asked if "/lite/" in url] == []


def test_it_is_light_and_lighter_the_second_time(
    playwright, browser_type_launch_args, start_page, plain_server, tmp_path
):
    """What a host sends that compresses, to a browser that keeps what it was sent."""
    sizes = []
    for _ in range(2):
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "profile", **browser_type_launch_args
        )
        with start_page(context, site=plain_server.url):
            sizes.append(plain_server.kilobytes)
        plain_server.sizes.clear()
        context.close()
    first, second = sizes
    assert 5_000 < first < KILOBYTES_AT_FIRST
    assert second < KILOBYTES_AFTERWARDS


@pytest.mark.parametrize("lacking", ["WebAssembly", "Worker", "BroadcastChannel"])
def test_a_browser_that_cannot_run_it_says_so(page, site, lacking):
    page.add_init_script(f"delete globalThis.{lacking}")
    page.goto(f"{site}book/try/index.html")
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("This browser has no")
    expect(page.get_by_role("button", name="Start")).to_have_count(0)


def test_without_javascript_a_sentence_tells_why(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}book/try/index.html")
    expect(page.get_by_text("Starting the notebooks needs JavaScript")).to_be_visible()
    context.close()


@pytest.mark.parametrize("file", ["pyodide-lock-*", "pycrdt-*"])
def test_a_file_that_cannot_be_had_is_told(page, site, file):
    """The kernel would wait for ever, without a word."""
    page.route(f"**/runtime/packages/{file}", lambda route: route.abort())
    page.goto(f"{site}book/try/index.html")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text(
        "Starting failed", timeout=60_000
    )
