"""A tab of a real browser, in which a person is logged in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Page, async_playwright

from rtc_guide.browser import find_browser, launch_args
from rtc_guide.trials.people import Person


@asynccontextmanager
async def open_tab(person: Person, url: str) -> AsyncIterator[Page]:
    """Open an address in a browser that has the person's cookies, and close it at the end.

    Raises `rtc_guide.browser.BrowserMissing` where a browser was named that isn't there.
    """
    executable = await asyncio.to_thread(find_browser)
    async with (
        async_playwright() as playwright,
        await playwright.chromium.launch(executable_path=executable, args=launch_args()) as browser,
    ):
        context = await browser.new_context()
        await context.add_cookies(_cookies_of(person))
        page = await context.new_page()
        await page.goto(url)
        yield page


def _cookies_of(person: Person) -> list[Any]:
    return [
        {
            "name": cookie.name,
            "value": cookie.value or "",
            "domain": cookie.domain,
            "path": cookie.path,
        }
        for cookie in person.http.cookies.jar
    ]
