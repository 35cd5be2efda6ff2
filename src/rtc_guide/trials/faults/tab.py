"""Somebody with the notebook open in JupyterLab, in a tab of a real browser; see `Writer`.

What `client` does is tried against this: the page is the whole page, and its user does what a
person in a hurry does with a message in the way: reads it, and closes it.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import quote

from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from playwright.async_api import TimeoutError as PlaywrightTimeout

from rtc_guide.browser import launch_args, needed_browser
from rtc_guide.stacks.jupyterlab import LOADING, Lab
from rtc_guide.trials.browsing import keep_waiting
from rtc_guide.trials.faults.client import SECONDS_A_KEY
from rtc_guide.trials.faults.line import Line

_PATIENCE = 120_000
_QUICK = 3_000
# Messages about the connection say nothing about what was typed: they are closed, not counted.
_OF_CONNECTION = ("Server Connection Error", "Connection Lost", "Server unavailable or unreachable")
_RELOAD = "Session expired", "Collaboration extension updated"

_CELLS = ".jp-Notebook .jp-Cell"
_SOURCES = """() => {
  const app = window.jupyterapp ?? window.jupyterlab;
  const cells = app?.shell.currentWidget?.context?.model?.sharedModel?.cells;
  return cells ? [...cells].map(cell => cell.source ?? cell.getSource()) : null;
}"""
_HAS_CELLS = """() => {
  const app = window.jupyterapp ?? window.jupyterlab;
  return app?.shell.currentWidget?.context?.model?.sharedModel?.cells?.length > 0;
}"""


@asynccontextmanager
async def running_browser() -> AsyncIterator[Browser]:
    """Give a browser for any number of people."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=needed_browser(), args=launch_args()
        )
        try:
            yield browser
        finally:
            await browser.close()


class Tab:
    """A person at a browser of their own."""

    def __init__(self, name: str, browser: Browser, server: Callable[[], Lab], path: str) -> None:
        self.name = name
        self.dialogs: list[str] = []
        self._browser = browser
        self._server = server
        self._line = Line(lambda: server().port)
        self._path = path
        self._context: BrowserContext | None = None
        self._page: Page | None = None

    async def close(self) -> None:
        """Be gone for good."""
        await self.leave()
        if self._context:
            await self._context.close()
        await self._line.close()

    async def come(self) -> None:
        """Open the notebook."""
        await self.leave()
        if self._context is None:
            self._context = await self._browser.new_context(viewport={"width": 900, "height": 900})
        await self._line.open()
        page = await self._context.new_page()
        page.set_default_timeout(_PATIENCE)
        page.on("dialog", lambda dialog: dialog.accept())
        await keep_waiting(page)
        self._page = page
        await self._load()

    async def _load(self) -> None:
        assert self._page is not None
        lab = self._server()
        application = lab.application
        address = f"{application.file}{application.drive}{quote(self._path)}"
        # Without what the server remembers of tabs: it may be another person's.
        query = f"token={lab.token}&reset"
        await self._page.goto(f"http://127.0.0.1:{self._line.port}/{address}?{query}")
        await self._wait_for_cells()

    async def leave(self) -> None:
        """Close the tab."""
        if self._page is not None:
            await self._page.close()
            self._page = None

    async def reload(self) -> None:
        """Reload the tab."""
        if self._page is not None:
            await self._load()

    async def drop(self) -> None:
        """Lose the connection."""
        await self._line.cut()

    async def go_on(self) -> None:
        """Have it back, and close whatever message is in the way."""
        self._line.mend()
        await self._read_messages()

    async def type(self, cell: int, word: str) -> None:
        """Type a word at the end of a cell."""
        page = self._page
        if page is None:
            return
        await self._read_messages()
        cells = page.locator(_CELLS)
        editor = cells.nth(cell % max(1, await cells.count())).locator(".cm-content")
        keys = f" {word}"
        while True:
            try:
                await editor.click(timeout=_QUICK)
            except PlaywrightTimeout:
                await self._read_messages()
                await editor.click(timeout=_QUICK)
            await page.keyboard.press("Control+End")
            await page.keyboard.type(keys, delay=1000 * SECONDS_A_KEY)
            there = await editor.inner_text() if await self._read_messages() else f" {word}"
            # A message that comes up takes the keys; whoever closes it sees what is missing.
            taken = next(n for n in range(len(keys), -1, -1) if there.endswith(keys[:n]))
            keys = keys[taken:]
            if not keys:
                return

    async def add(self, word: str) -> None:
        """Add a cell at the end with this word."""
        page = self._page
        if page is None:
            return
        await self._read_messages()
        await page.locator(_CELLS).last.locator(".cm-content").click()
        await page.keyboard.press("Escape")
        await page.keyboard.press("b")
        await page.keyboard.press("Enter")
        await page.keyboard.type(word, delay=1000 * SECONDS_A_KEY)

    async def texts(self) -> list[str] | None:
        """Return the cells' texts in the page's document."""
        if self._page is None:
            return None
        texts: list[str] | None = await self._page.evaluate(_SOURCES)
        return texts

    async def is_up_to_date(self) -> bool:
        """Whether there is a page; it doesn't say more of its connection."""
        await self._read_messages()
        return self._page is not None

    async def follow_advice(self) -> None:
        """Reload, if the last message asked for it."""
        await self._read_messages()

    async def _wait_for_cells(self) -> None:
        assert self._page is not None
        await self._page.wait_for_function(_HAS_CELLS)
        await self._page.locator(_CELLS).first.wait_for()

    async def _read_messages(self) -> bool:
        """Read what covers the page, and do what it says; what is about edits is remembered.

        Returns whether there was something, and the page is still the same.
        """
        page, closed = self._page, False
        while page is not None:
            dialogs = page.locator(".jp-Dialog").filter(visible=True, has_not_text=LOADING)
            if not await dialogs.count():
                return closed
            dialog = dialogs.last
            title = (await dialog.inner_text()).strip().splitlines()[0]
            if not title.startswith(_OF_CONNECTION):
                self.dialogs.append(title)
            silence = dialog.get_by_role("checkbox")
            if title.startswith(_OF_CONNECTION) and await silence.count():
                await silence.first.check()
            if title in _RELOAD:
                await dialog.get_by_role("button", name="Reload").click()
                await self._wait_for_cells()
                return False
            # Of several buttons the last is the one that agrees.
            await dialog.get_by_role("button").last.click()
            await dialog.wait_for(state="detached")
            closed = True
        return False
