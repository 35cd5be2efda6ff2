"""Printing a built page as a PDF, by the browser that the checks drive.

``python -m rtc_guide.handout.printing`` does it in a process of its own, since Playwright allows
one session in a thread, and whoever builds the book may have one.
"""

import json
import subprocess
import sys
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from rtc_guide.browser import BrowserMissing, find_browser, launch_args

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

PAPERS = {"A4": "A4", "US Letter": "Letter"}
"""What the page is printed on: the name a reader knows, and the browser's."""

SECONDS = 120
"""How long a printing may take; it takes about three."""

# Where the site is while it is printed, if it has no address: nothing is there (RFC 6761).
_NOWHERE = "https://guide.invalid/"

# In the margin; the page's own style doesn't reach there.
_BELOW = "width: 100%; margin: 0; font: 7px sans-serif; text-align: center"

# Pictures wait to be seen, and a link to nowhere helps nobody.
_PREPARE = """async nowhere => {
    document.querySelectorAll(".headerlink").forEach(it => it.remove());
    for (const link of document.querySelectorAll("a[href]")) {
        if (link.href.startsWith(nowhere)) link.replaceWith(...link.childNodes);
    }
    const pictures = [...document.images].filter(it => it.checkVisibility());
    for (const picture of pictures) picture.loading = "eager";
    await Promise.all(pictures.map(it => it.decode()));
}"""


class PrintingError(Exception):
    """The page can't be printed; the message says why."""


def pdf_of(page: str, paper: str) -> str:
    """Return the address of the PDF of a page on a paper, both below the site's own."""
    return f"{page.removesuffix('.html')}-{paper.lower().replace(' ', '-')}.pdf"


class Printing:
    """A process that prints one page once it is built; its browser is started ahead of that."""

    def __init__(self) -> None:
        """Start it; it waits for `print_page` or `dismiss`."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "rtc_guide.handout.printing"],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        )

    def print_page(self, built: Path, page: str, address: str | None) -> None:
        """Print a page of a built site once for each paper, beside the page.

        With the site's address, links to other pages lead there; without, they are words. Raises
        `PrintingError` where there is no browser, or it fails.
        """
        self._end(json.dumps([str(built), page, address]))

    def dismiss(self) -> None:
        """End it without anything printed."""
        with suppress(PrintingError):
            self._end("")

    def _end(self, told: str) -> None:
        with self._process as process:
            try:
                _, said = process.communicate(told, timeout=SECONDS)
            except subprocess.TimeoutExpired as error:
                process.kill()
                raise PrintingError(f"the browser took more than {SECONDS} seconds") from error
        if process.returncode:
            raise PrintingError(said.strip().splitlines()[-1] if said else "it failed")


def _print(browser: "Browser", built: Path, page: str, address: str | None) -> None:
    site = address or _NOWHERE

    def answer(route: "Route") -> None:
        asked = unquote(urlsplit(route.request.url).path).removeprefix(urlsplit(site).path)
        file = built / asked
        if route.request.url.startswith(site) and file.is_file():
            route.fulfill(path=file)
        else:
            route.abort()

    tab = browser.new_page(color_scheme="light", reduced_motion="reduce")
    tab.route("**/*", answer)
    tab.goto(site + page)
    tab.emulate_media(media="print", color_scheme="light")
    tab.evaluate(_PREPARE, _NOWHERE)
    # On paper nobody can follow a link: below the text stands where it is from.
    below = f'<p style="{_BELOW}">{escape(address + page)}</p>' if address else ""
    for name, paper in PAPERS.items():
        tab.pdf(
            path=built / pdf_of(page, name), format=paper, tagged=True, print_background=True,
            display_header_footer=bool(below), header_template="<p></p>", footer_template=below,
        )  # fmt: skip


def main() -> int:
    """Print the page that standard input names, if it names one; return the exit status."""
    try:
        found = find_browser()
        if found is None:
            raise BrowserMissing("there is no Chromium or Chrome on this machine")
    except BrowserMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=launch_args())
        if told := sys.stdin.read():
            built, page, address = json.loads(told)
            _print(browser, Path(built), page, address)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
