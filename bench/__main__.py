"""`python bench [ROUNDS]`: how long a reader waits for the demo, and what comes over the network.

In turns, so that whatever else the machine does slows both: the book's page with two notebooks,
and a stock JupyterLite page with one (`stock.py`), each in a new profile (cold) and in one that has
been there once (warm). Told are medians over the rounds, with the ranges, of the times and of each
round's ratio. Writes `results.json` beside this file; fails if a goal isn't reached.
"""

import gzip
import json
import os
import platform
import sys
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

import stock
from browsing import Visit, visit
from playwright.sync_api import Playwright, sync_playwright

from rtc_guide import site
from rtc_guide.serving import serving

HERE = Path(__file__).resolve().parent
BOOK = HERE.parent / site.BUILT
PAGE = "book/try/index.html"
UNDER = "/guide/"
RESULTS = HERE / "results.json"

ROUNDS = 5
KEYS = 40
"""How many keys are typed in each round's warm visit, …"""
BETWEEN_KEYS = 150
"""… and how many milliseconds apart: 80 words a minute."""

GOAL_RATIO = 1.2
GOAL_MILLISECONDS = 50
GOAL_FIRST_BYTES = 12_000_000
GOAL_SECOND_BYTES = 200_000

Times = dict[str, float]
"""Seconds from the beginning to the end of each stage, by its name, in their order."""


@dataclass
class Found:
    """All that was measured."""

    demo: dict[str, list[Times]] = field(default_factory=lambda: {"cold": [], "warm": []})
    stock: dict[str, list[Times]] = field(default_factory=lambda: {"cold": [], "warm": []})
    keys: list[float] = field(default_factory=list)
    """Milliseconds from a key in one editor to its character in the other."""
    first_bytes: list[int] = field(default_factory=list)
    second_bytes: list[int] = field(default_factory=list)
    loads: list[float] = field(default_factory=list)
    """The machine's load average at the beginning of each round, and at the end."""
    versions: dict[str, str] = field(default_factory=dict)


def seconds(told: dict[str, float]) -> Times:
    """Return how long after `began` each other time was."""
    return {
        name: round((at - told["began"]) / 1000, 3) for name, at in told.items() if name != "began"
    }


def start_demo(opened: Visit) -> Times:
    """Press Start, then a key as soon as both can be typed in; return when what was reached."""
    opened.page.wait_for_load_state("load")
    opened.requests.clear()
    told = opened.call("start")
    opened.page.keyboard.press("x")
    told["key"] = opened.call("keys", 1)["seen"][0]
    return seconds(told)


def print_word(opened: Visit) -> Times:
    """Run the stock page's cell as soon as that can be done; return when what was reached."""
    return seconds(opened.call("print", stock.WORD))


def type_keys(opened: Visit) -> list[float]:
    """Type at a person's speed; return how long each key took to be seen by the other, in ms."""
    for _ in range(KEYS):
        opened.page.wait_for_timeout(BETWEEN_KEYS)
        opened.page.keyboard.press("x")
    told = opened.call("keys", KEYS + 1)
    pairs = list(zip(told["pressed"], told["seen"], strict=True))
    return [round(seen - pressed, 1) for pressed, seen in pairs[1:]]


def compressed_bytes(opened: Visit) -> int:
    """Return the size of every file that was asked for, as a host that compresses would send it."""
    paths = {unquote(urlsplit(request.url).path) for request in opened.requests}
    files = (BOOK / path.removeprefix(UNDER) for path in paths if path.startswith(UNDER))
    return sum(len(gzip.compress(file.read_bytes(), 6)) for file in files if file.is_file())


def network_bytes(opened: Visit) -> int:
    """Return what came over the network, headers and all: little where the browser kept a file."""
    sizes = [request.sizes() for request in opened.requests if request.url.startswith("http")]
    return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)


def measure(playwright: Playwright, rounds: int, book: str, peer: str) -> Found:
    """Measure in turns."""
    found = Found()
    with TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as profiles:
        kept, peers_kept = Path(profiles, "demo"), Path(profiles, "stock")
        with visit(playwright, book, kept) as opened:
            start_demo(opened)
            found.versions = versions(opened)
        with visit(playwright, peer, peers_kept) as opened:
            print_word(opened)
        for number in range(rounds):
            print(f"round {number + 1} of {rounds} …", file=sys.stderr, flush=True)
            found.loads.append(os.getloadavg()[0])
            with visit(playwright, book) as opened:
                found.demo["cold"].append(start_demo(opened))
                found.first_bytes.append(compressed_bytes(opened))
            with visit(playwright, peer) as opened:
                found.stock["cold"].append(print_word(opened))
            with visit(playwright, book, kept) as opened:
                found.demo["warm"].append(start_demo(opened))
                found.second_bytes.append(network_bytes(opened))
                found.keys += type_keys(opened)
            with visit(playwright, peer, peers_kept) as opened:
                found.stock["warm"].append(print_word(opened))
    found.loads.append(os.getloadavg()[0])
    return found


def versions(opened: Visit) -> dict[str, str]:
    """Return the versions of what was measured, and on what."""
    browser = opened.page.context.new_cdp_session(opened.page).send("Browser.getVersion")
    packages = ("jupyterlite-core", "jupyterlite-pyodide-kernel", "pycrdt")
    pyodide = next(BOOK.glob("lite/runtime/pyodide-*")).name.removeprefix("pyodide-")
    return {
        "date": date.today().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "browser": browser["product"],
        "pyodide": pyodide,
        **{name: version(name) for name in packages},
    }


def told(values: list[float], form: str = "6.2f") -> str:
    """Return the median and the range."""
    return f"{median(values):{form}} ({min(values):{form}} …{max(values):{form}})"


def report(found: Found) -> list[str]:
    """Print the table and return which goals were missed."""
    missed = []
    print(" · ".join(f"{name} {value}" for name, value in found.versions.items()))
    print("load average: " + ", ".join(f"{load:.1f}" for load in found.loads))
    for visit_ in ("cold", "warm"):
        print(f"\n{visit_}: seconds until …, median (range)")
        demo, peer = found.demo[visit_], found.stock[visit_]
        for name in demo[0]:
            beside = told([times[name] for times in peer]) if name in peer[0] else ""
            print(f"  {name:10}{told([times[name] for times in demo])}   {beside}")
        print(f"  {'word':10}{'':26}{told([times['word'] for times in peer])}")
        ratios = [ours["key"] / its["word"] for ours, its in zip(demo, peer, strict=True)]
        print(f"  {'key / word':10}{told(ratios)}   goal {GOAL_RATIO}")
        if median(ratios) > GOAL_RATIO:
            missed.append(f"{visit_} start: {median(ratios):.2f} times the stock page")
    middle, p95 = median(found.keys), quantiles(found.keys, n=20)[-1]
    print(
        f"\nedit to sight, {len(found.keys)} keys: median {middle:.0f} ms, p95 {p95:.0f} ms", end=""
    )
    print(f" (goal: median below {GOAL_MILLISECONDS} ms)")
    first, second = max(found.first_bytes), max(found.second_bytes)
    print(f"first Start: {first / 1e6:.2f} MB compressed (goal {GOAL_FIRST_BYTES / 1e6:.0f} MB)")
    print(f"second visit: {second / 1e3:.0f} kB (goal {GOAL_SECOND_BYTES / 1e3:.0f} kB)")
    if middle >= GOAL_MILLISECONDS:
        missed.append(f"edit to sight: {middle:.0f} ms")
    if first >= GOAL_FIRST_BYTES:
        missed.append(f"first Start: {first / 1e6:.2f} MB")
    if second >= GOAL_SECOND_BYTES:
        missed.append(f"second visit: {second / 1e3:.0f} kB")
    return missed


def main() -> None:
    """Measure, tell, write the results."""
    if not (BOOK / PAGE).is_file():
        sys.exit(f"No built book in {site.BUILT}. Run: make build")
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with (
        serving(BOOK, under=UNDER) as book,
        serving(stock.site(), under="/stock/") as peer,
        sync_playwright() as playwright,
    ):
        notebook = f"{peer}notebooks/index.html?path={stock.NOTEBOOK.name}"
        found = measure(playwright, rounds, f"{book}{PAGE}", notebook)
    missed = report(found)
    RESULTS.write_text(json.dumps(vars(found) | {"missed": missed}, indent=1) + "\n", "utf-8")
    sys.exit("missed: " + "; ".join(missed) if missed else 0)


if __name__ == "__main__":
    main()
