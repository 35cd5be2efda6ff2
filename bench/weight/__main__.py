"""`python bench/weight [LOADS]`: what a reader loads with the Share page, or with a plain page.

Both are served in the same way, and loaded in turns with nothing kept. Writes `weight.json` beside
this file; fails if a goal isn't reached.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, Request, sync_playwright

from rtc_guide import site
from rtc_guide.browser import ensure_browser, launch_args
from rtc_guide.serving import serving

HERE = Path(__file__).resolve().parent
BOOK = HERE.parents[1] / site.BUILT
PAGE, PLAIN_PAGE = "book/share.html", "guide.html"
RESULTS = HERE / "weight.json"

LOADS = 7
VIEWPORT = {"width": 1280, "height": 900}

GOALS = {"bytes": 0.4, "largest_paint": 1.0}
"""At most so many times what the plain page takes."""

LARGEST_PAINT = """() => new Promise(told => new PerformanceObserver(
  list => told(list.getEntries().at(-1).startTime)
).observe({ type: 'largest-contentful-paint', buffered: true }))"""
TO_THE_END = """async () => {
  for (const picture of document.images) picture.scrollIntoView()
  scrollTo(0, document.documentElement.scrollHeight)
}"""


@dataclass(frozen=True)
class Load:
    """What one load took: sizes in bytes, the time in milliseconds from the navigation."""

    bytes: int
    compressed: int
    requests: int
    read_to_the_end: int
    largest_paint: float


def load(browser: Browser, url: str) -> Load:
    """Load a page in a browser that has nothing of it."""
    context = browser.new_context(viewport=VIEWPORT)
    try:
        page = context.new_page()
        requests: list[Request] = []
        page.on("requestfinished", lambda request: requests.append(request))
        page.goto(url)
        settle(page)
        at_first = list(requests)
        paint = page.evaluate(LARGEST_PAINT)
        page.evaluate(TO_THE_END)
        settle(page)
        return Load(
            bytes=sum(map(size, at_first)),
            compressed=sum(len(gzip.compress(body(each), 6)) for each in at_first),
            requests=len(at_first),
            read_to_the_end=sum(map(size, requests)),
            largest_paint=round(paint, 1),
        )
    finally:
        context.close()


def settle(page: Page) -> None:
    """Wait until nothing more is loaded."""
    page.wait_for_load_state("networkidle")


def size(request: Request) -> int:
    """Return how many bytes the answer's body had on its way."""
    return int(request.sizes()["responseBodySize"])


def body(request: Request) -> bytes:
    """Return the answer's body, where it had one."""
    answer = request.response()
    return answer.body() if answer and size(request) else b""


def build_plain(folder: Path) -> Path:
    """Build the plain book in `folder`, and return its site."""
    book = folder / "plain"
    shutil.copytree(HERE / "plain", book)
    run = "from jupyter_book.cli.main import main; main()"
    subprocess.run(
        [sys.executable, "-c", run, "build", "."], cwd=book, check=True, stdout=subprocess.DEVNULL
    )
    return book / site.BUILT


def report(ours: list[Load], plain: list[Load]) -> list[str]:
    """Print the table and return which goals were missed."""
    missed = []
    print(f"{'medians':18}{'Share':>12}{'plain':>12}{'ratio':>8}")
    for name in asdict(ours[0]):
        one, other = (median(getattr(each, name) for each in loads) for loads in (ours, plain))
        goal = GOALS.get(name)
        print(
            f"{name.replace('_', ' '):18}{one:12,.0f}{other:12,.0f}{one / other:8.2f}"
            + (f"   goal {goal}" if goal else "")
        )
        if goal and one / other > goal:
            missed.append(f"{name.replace('_', ' ')}: {one / other:.2f} times the plain page's")
    return missed


def main() -> None:
    """Measure, tell, write the results."""
    if not (BOOK / PAGE).is_file():
        sys.exit(f"No built book in {site.BUILT}. Run: make build")
    loads = int(sys.argv[1]) if len(sys.argv) > 1 else LOADS
    ours: list[Load] = []
    plain: list[Load] = []
    with (
        tempfile.TemporaryDirectory() as work,
        serving(BOOK) as book,
        serving(build_plain(Path(work))) as peer,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=str(ensure_browser()), args=launch_args()
        )
        print(f"Chromium {browser.version}, load average {os.getloadavg()[0]:.1f}")
        load(browser, book + PAGE)  # the first load of a browser takes longer
        for _ in range(loads):
            ours.append(load(browser, book + PAGE))
            plain.append(load(browser, peer + PLAIN_PAGE))
        browser.close()
    missed = report(ours, plain)
    told = {"share": [asdict(each) for each in ours], "plain": [asdict(each) for each in plain]}
    RESULTS.write_text(json.dumps(told | {"missed": missed}, indent=1) + "\n", "utf-8")
    sys.exit("missed: " + "; ".join(missed) if missed else 0)


if __name__ == "__main__":
    main()
