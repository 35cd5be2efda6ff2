"""The demo's notebooks as a reader starts them: from a page of the book, in a real browser."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

START_SECONDS = 120
"""How long notebooks may take to start on a busy machine."""

# What the editors of a person show, without the others' names.
SHOWN = """person => [...document.querySelectorAll(`.rtc-editor[aria-label$=" as ${person}"]`)].map(
    editor => {
        const copy = editor.querySelector(".cm-content").cloneNode(true);
        for (const more of copy.querySelectorAll("[aria-hidden], .cm-placeholder")) more.remove();
        return [...copy.querySelectorAll(".cm-line")].map(line => line.textContent).join("\\n");
    })"""

# Run a notebook's cells, or those up to or behind the first whose text starts as given.
RUN = """async ({ until, after }) => {
    const panel = jupyterapp.shell.currentWidget;
    await panel.sessionContext.ready;
    const { commands } = jupyterapp;
    const cells = panel.content.widgets;
    const found = cells.findIndex(cell => cell.model.sharedModel.source.startsWith(until ?? after));
    if ((until ?? after) && found < 0) throw new Error(`no cell starts with ${until ?? after}`);
    panel.content.activeCellIndex = until ? found : after ? found + 1 : 0;
    panel.content.deselectAll();
    await commands.execute(until ? "notebook:run-all-above" : "notebook:run-all-below");
    for (const { model } of cells) {
        const failed = model.outputs?.toJSON().find(output => output.output_type === "error");
        if (failed) throw new Error(`${failed.ename}: ${failed.evalue}`);
    }
}"""

EXECUTE = """async code => {
    const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
    const { content } = await kernel.requestExecute({ code }).done;
    if (content.status !== "ok") throw new Error(content.evalue);
}"""

UNTIL_TRUE = """async ([expression, seconds]) => {
    const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
    for (const end = Date.now() + 1000 * seconds; ;) {
        // Printed, not asserted: an error's traceback keeps a slow machine's Python from its work.
        const run = kernel.requestExecute({
            code: `print(bool(${expression}))`, store_history: false, stop_on_error: false,
        });
        let told = "";
        run.onIOPub = ({ content }) => (told += content.text ?? "");
        await run.done;
        if (told.trim() === "True") return;
        if (Date.now() > end) throw new Error(`in vain: ${expression}`);
        await new Promise(resolve => setTimeout(resolve, 50));
    }
}"""


@dataclass
class Side:
    """One person's notebook, in a frame of the page or in a tab."""

    frame: Frame
    person: str
    number: int = 0
    """Which of the person's editors in the notebook is meant."""

    @property
    def editor(self) -> Locator:
        name = f"Shared text, edited as {self.person}"
        return self.frame.get_by_role("group", name=name).nth(self.number)

    @property
    def text(self) -> Locator:
        return self.editor.get_by_role("textbox", name="Shared text")

    @property
    def people(self) -> Locator:
        return self.editor.get_by_role("list", name="People here").get_by_role("listitem")

    @property
    def offline(self) -> Locator:
        return self.editor.get_by_role("switch", name="Offline")

    @property
    def waiting(self) -> Locator:
        return self.editor.get_by_role("status")

    def button(self, name: str) -> Locator:
        return self.editor.get_by_role("button", name=name)

    def shown(self) -> str:
        texts: list[str] = self.frame.evaluate(SHOWN, self.person)
        return texts[self.number]

    def type(self, keys: str, at: str = "Control+End") -> None:
        """Press keys in the text, one after another, from where the key `at` leads."""
        self.text.click()
        self.text.press(at)
        self.text.press_sequentially(keys)

    def execute(self, code: str) -> None:
        """Have the notebook's Python run some code, as a cell would."""
        self.frame.evaluate(EXECUTE, code)

    def expect_in_python(self, expression: str) -> None:
        """Wait until an expression is true in the notebook's Python: keys take a moment to it."""
        self.frame.evaluate(UNTIL_TRUE, [expression, 20])

    def expect_text(self, *texts: str) -> None:
        """Wait until the text is one of these."""
        shown = f"([person, number, texts]) => texts.includes(({SHOWN})(person)[number])"
        try:
            self.frame.wait_for_function(shown, arg=[self.person, self.number, texts])
        except PlaywrightTimeout:
            raise AssertionError(
                f"{self.person} sees {self.shown()!r} instead of {' or '.join(map(repr, texts))}"
            ) from None

    def run_again(self) -> None:
        """Load the notebook anew and run it, as a reader does who reloads a tab."""
        # The old page is there for a moment longer, with an idle kernel.
        self.frame.evaluate("window.leaving = true; location.reload()")
        self.frame.wait_for_function(
            "!window.leaving && "
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
            ' === "idle"',
            timeout=START_SECONDS * 1000,
        )
        self.frame.evaluate(RUN, {})
        expect(self.text).to_be_editable()


@dataclass
class Try:
    """A page of the book with its notebooks started, and what happened since it was opened."""

    page: Page
    frames: list[Frame]
    requests: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def side(self, person: str, frame: int = 0, number: int = 0) -> Side:
        return Side(self.frames[frame], person, number)

    def run_cells(self, until: str | None = None, after: str | None = None) -> None:
        """Run the first notebook's cells: all, or those before or behind the one that starts so."""
        self.frames[0].evaluate(RUN, {"until": until, "after": after})


@contextmanager
def started(context: BrowserContext, site: str, name: str) -> Iterator[Try]:
    """Open a page of `book/try/` and press Start."""
    page = context.new_page()
    tried = Try(page, [])
    context.on("request", lambda request: tried.requests.append(request.url))
    page.on("pageerror", lambda error: tried.troubles.append(str(error)))
    page.on(
        "response",
        lambda answer: (
            answer.status >= 400 and tried.troubles.append(f"{answer.status} {answer.url}")
        ),
    )
    page.goto(f"{site}book/try/{name}.html")
    tried.requests.clear()  # of the page itself; what follows is the demo's
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text(
        "Ready", timeout=START_SECONDS * 1000
    )
    tried.frames = page.frames[1:]
    yield tried
    page.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser nobody has used before."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    yield context
    context.close()


@pytest.fixture(scope="module")
def open_page(context: BrowserContext, site: str):
    """Open a page of `book/try/` by its name, and press Start."""
    return partial(started, context, site)


@pytest.fixture(scope="session")
def start_page(site: str):
    """Open the page with two people in a browser that the test brings, and press Start."""
    return partial(started, site=site, name="index")


@dataclass
class PlainServer:
    """Any static server: it sends files, with their dates, and counts the bytes."""

    url: str
    sizes: list[int] = field(default_factory=list)

    @property
    def kilobytes(self) -> float:
        return sum(self.sizes) / 1000


@pytest.fixture
def plain_server(built: Path) -> Iterator[PlainServer]:
    class Files(SimpleHTTPRequestHandler):
        def copyfile(self, source, outputfile) -> None:
            data = source.read()
            # What a host would send. Kept one by one: threads that add to a sum lose each other's.
            plain.sizes.append(len(gzip.compress(data, 6)))
            outputfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=built)) as server:
        plain = PlainServer(f"http://127.0.0.1:{server.server_port}/")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield plain
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def two_people(context: BrowserContext, site: str) -> Iterator[Try]:
    """The page with two people, whose notebooks run; texts are left as the last test had them."""
    with started(context, site, "index") as tried:
        yield tried


@pytest.fixture
def ada(two_people: Try) -> Side:
    return two_people.side("Ada", 0)


@pytest.fixture
def grace(two_people: Try) -> Side:
    return two_people.side("Grace", 1)


@pytest.fixture
def empty(ada: Side, grace: Side) -> None:
    """Both are online, and the text is empty for both."""
    for side in (ada, grace):
        if side.offline.get_attribute("aria-checked") == "true":
            side.offline.click()
        expect(side.offline).not_to_be_checked()
        expect(side.waiting).to_be_empty()
    # By code: what was typed here would be part of the next test's undo.
    ada.execute("text.clear()")
    for side in (ada, grace):
        side.expect_text("")
