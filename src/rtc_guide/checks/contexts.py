"""Browser contexts that are emptied and used again, so that JupyterLab's scripts stay cached."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext

# All that tells one person from another. Not the HTTP cache: what is in there is the software,
# which takes a browser seconds to load and to compile.
_PERSONAL = "cookies,local_storage,indexeddb,websql,service_workers,cache_storage,file_systems"


class UsedAgain:
    """A browser's contexts, each for one actor at a time and empty when it is handed out."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[BrowserContext]] = {}
        self._taken: list[tuple[str, BrowserContext]] = []

    def take(self, **options: Any) -> BrowserContext:
        """Hand out a context with these options, as `Browser.new_context` does."""
        kind = repr(sorted(options.items()))
        free = self._free.setdefault(kind, [])
        context = free.pop() if free else self._browser.new_context(**options)
        self._taken.append((kind, context))
        return context

    def give_back(self) -> None:
        """Take all back that were handed out, and empty them."""
        for kind, context in self._taken:
            _empty(context)
            self._free[kind].append(context)
        self._taken.clear()


def _empty(context: BrowserContext) -> None:
    """Close the pages, and forget cookies, permissions and whatever the pages stored."""
    urls = [urlsplit(frame.url) for page in context.pages for frame in page.frames]
    origins = {f"{url.scheme}://{url.netloc}" for url in urls if url.netloc}
    for page in context.pages:
        page.close()
    context.clear_cookies()
    context.clear_permissions()
    page = context.new_page()
    session = context.new_cdp_session(page)
    for origin in origins:
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": _PERSONAL})
    page.close()
