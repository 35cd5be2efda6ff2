"""A real Chromium with a profile on disk: a new one, as on a first visit, or one that is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Page, Playwright, Request

from rtc_guide.browser import ensure_browser, launch_args

WATCH = Path(__file__).with_name("watch.js").read_text("utf-8")
PATIENCE = 90
"""Seconds that anything may take before the bench gives up."""


@dataclass
class Visit:
    """A page opened in a browser that was started for it."""

    page: Page
    requests: list[Request]
    """Those that ended, of the page, its frames and their workers."""

    def call(self, name: str, *args: Any) -> Any:
        """Call a function of `watch.js` in the page and return what it tells."""
        self.page.set_default_timeout(1000 * PATIENCE)
        return self.page.evaluate(
            f"([args, seconds]) => Promise.race([({WATCH}).{name}(...args), "
            "new Promise((_, reject) => setTimeout(reject, 1000 * seconds, "
            f"Error('{name}: nothing after ' + seconds + ' s')))])",
            [list(args), PATIENCE],
        )


@contextmanager
def visit(playwright: Playwright, url: str, profile: Path | None = None) -> Iterator[Visit]:
    """Start a browser, with a `profile` or a new one, and open a page; the browser ends after."""
    with TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as new:
        context = playwright.chromium.launch_persistent_context(
            str(profile or new),
            executable_path=str(ensure_browser()),
            args=launch_args(),
            viewport={"width": 1280, "height": 1000},
        )
        try:
            requests: list[Request] = []
            context.on("requestfinished", lambda request: requests.append(request))
            page = context.pages[0]
            page.goto(url, wait_until="commit")
            yield Visit(page, requests)
        finally:
            context.close()
