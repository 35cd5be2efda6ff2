"""A person's real browser, where what counts is what JupyterLab's page itself does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Locator, Page, async_playwright

from rtc_guide.browser import launch_args, needed_browser
from rtc_guide.stacks.jupyterhub import Hub
from rtc_guide.stacks.jupyterlab import KEEP_WAITING, LOADING

# Until something counts as missing: a busy machine takes long to load JupyterLab.
_SECONDS_OF_PATIENCE = 90


@asynccontextmanager
async def browser_of(hub: Hub, name: str) -> AsyncIterator[Page]:
    """Give a page of a browser in which a person has logged in to the hub.

    The browser is a process of its own, as the clipboard is the browser's.
    """
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=needed_browser(), args=launch_args()
        )
        try:
            context = await browser.new_context(permissions=["clipboard-read", "clipboard-write"])
            page = await context.new_page()
            page.set_default_timeout(_SECONDS_OF_PATIENCE * 1000)
            await keep_waiting(page)
            await log_in(page, hub, name)
            yield page
        finally:
            await browser.close()


async def keep_waiting(page: Page) -> None:
    """From now on, close the message that lies over a page which takes long to load."""

    async def close(shown: Locator) -> None:
        await shown.get_by_role("button", name=KEEP_WAITING).click()

    await page.add_locator_handler(page.get_by_role("dialog").filter(has_text=LOADING), close)


async def log_in(page: Page, hub: Hub, name: str) -> None:
    """Log in to the hub as a person would; whoever was logged in before is so no longer."""
    await page.context.clear_cookies()
    await page.goto(f"{hub.url}/hub/login?next=/hub/home")
    await page.get_by_label("Username:").fill(name)
    await page.get_by_label("Password:").fill(hub.password)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/hub/home")
