"""Printing a built page as a PDF, by the browser that the checks drive.

``python -m rtc_guide.handout.printing`` does it in a process of its own, since Playwright allows
one session in a thread, and whoever builds the book may have one.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from rtc_guide.browser import BrowserMissing, find_browser, launch_args

PAPERS = {"A4": "A4", "US Letter": "Letter"}
"""What the page is printed on: the name a reader knows, and the browser's."""

SECONDS = 120
"""How long a printing may take; it takes about three."""

# Where the site is while it is printed, if it has no address: nothing is there (RFC 6761).
_NOWHERE = "https://guide.invalid/"

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


def print_page(built: Path, page: str, address: str | None) -> None:
    """Print a page of a built site once for each paper, beside the page.

    With the site's address, links to other pages lead there; without, they are words. Raises
    `PrintingError` where there is no browser, or it fails.
    """
    command = [sys.executable, "-m", "rtc_guide.handout.printing", str(built), page]
    try:
        done = subprocess.run(
            [*command, *(["--address", address] if address else [])],
            capture_output=True, text=True, check=False, timeout=SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise PrintingError(f"the browser took more than {SECONDS} seconds") from error
    if done.returncode:
        raise PrintingError(done.stderr.strip().splitlines()[-1] if done.stderr else "it failed")


def _print(built: Path, page: str, address: str | None, browser: Path) -> None:
    from playwright.sync_api import Route, sync_playwright

    site = address or _NOWHERE

    def answer(route: Route) -> None:
        asked = unquote(urlsplit(route.request.url).path).removeprefix(urlsplit(site).path)
        file = built / asked
        if route.request.url.startswith(site) and file.is_file():
            route.fulfill(path=file)
        else:
            route.abort()

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=launch_args())
        tab = chromium.new_page(color_scheme="light", reduced_motion="reduce")
        tab.route("**/*", answer)
        tab.goto(site + page)
        tab.emulate_media(media="print", color_scheme="light")
        tab.evaluate(_PREPARE, _NOWHERE)
        for name, paper in PAPERS.items():
            tab.pdf(
                path=built / pdf_of(page, name), format=paper, tagged=True, print_background=True
            )
        chromium.close()


def main() -> int:
    """Print the page that the command line names; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("built", type=Path, help="the built site's folder")
    parser.add_argument("page", help="the page's address in it")
    parser.add_argument("--address", help="the site's address, with a slash at its end")
    asked = parser.parse_args()
    try:
        browser = find_browser()
        if browser is None:
            raise BrowserMissing("there is no Chromium or Chrome on this machine")
    except BrowserMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    _print(asked.built, asked.page, asked.address, browser)
    return 0


if __name__ == "__main__":
    sys.exit(main())
