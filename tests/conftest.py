"""What tests of the built book share: the book itself, served below a path as on a shared host."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page, expect

from pycrdt_yjs import node
from rtc_guide import nbgitpuller_form
from rtc_guide import site as site_module
from rtc_guide.serving import serving

ROOT = Path(__file__).parents[1]
# https://github.com/dequelabs/axe-core/blob/develop/doc/API.md: WCAG 2.1, levels A and AA
AXE_RULES = {
    "light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    "dark": ["color-contrast"],  # all that another colour scheme can change
}
# Preloading would fetch the style sheets again, from wrong addresses.
AXE_OPTIONS = {"preload": False, "resultTypes": ["violations"]}

# Answers, line by line, what a function of the form's script makes of an argument.
LINKS_IN_NODE = """
require(process.argv[1]);
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const [name, argument] = JSON.parse(line);
  console.log(JSON.stringify(nbgitpullerLinks[name](argument)));
});
"""

expect.set_options(timeout=20_000)  # a busy machine needs more than the default 5 s


@pytest.fixture(scope="session")
def root() -> Path:
    """The guide's folder."""
    return ROOT


@pytest.fixture(scope="session")
def built() -> Path:
    """The folder of the built book, built anew if anything has changed."""
    return site_module.build(ROOT)


@pytest.fixture(scope="session")
def site(built: Path) -> Iterator[str]:
    """The address of the book, below a path to catch links that start at the host's root."""
    with serving(built, under="/guide/") as url:
        yield url


@pytest.fixture(scope="session")
def barriers() -> Callable[..., list[str]]:
    """Find what keeps people from using a page, or the part of it that a selector names."""
    return find_barriers


@pytest.fixture(scope="session")
def nbgitpuller_links() -> Iterator[Callable[[str, object], dict]]:
    """Call a function of the script by which the book makes and reads nbgitpuller links."""
    with subprocess.Popen(
        [*node.find().node, "-e", LINKS_IN_NODE, str(nbgitpuller_form.LINKS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:

        def call(name: str, argument: object) -> dict:
            process.stdin.write(json.dumps([name, argument]) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
            assert answer, "the script has failed; its error is above"
            return json.loads(answer)

        yield call
        process.stdin.close()


def find_barriers(page: Page | Frame, scheme: str, part: str | None = None) -> list[str]:
    options = {**AXE_OPTIONS, "runOnly": AXE_RULES[scheme]}
    found = Axe().run(page, context=part, options=options).response["violations"]
    return [
        f"{scheme}: {rule['id']}: {rule['help']}: {node['html'][:120]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]
