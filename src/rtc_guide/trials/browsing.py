"""A person's real browser, where what counts is what JupyterLab's page itself does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page, async_playwright

from rtc_guide.browser import find_browser, launch_args
from rtc_guide.stacks.jupyterhub import Hub


@asynccontextmanager
async def browser_of(hub: Hub, name: str) -> AsyncIterator[Page]:
    """Give a page of a browser in which a person has logged in to the hub.

    The browser is a process of its own, as the clipboard is the browser's.
    """
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_browser(), args=launch_args()
        )
        try:
            context = await browser.new_context(permissions=["clipboard-read", "clipboard-write"])
            page = await context.new_page()
            await page.goto(f"{hub.url}/hub/login?next=/hub/home")
            await page.get_by_label("Username:").fill(name)
            await page.get_by_label("Password:").fill(hub.password)
            await page.get_by_role("button", name="Sign in").click()
            await page.wait_for_url("**/hub/home")
            yield page
        finally:
            await browser.close()
