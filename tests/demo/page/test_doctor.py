"""The doctor's page as a reader uses it: real Pyodide, real files, and nothing sent."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from rtc_guide.doctor.mending import mend

SECONDS = 60
SECRET = "a-sentence-that-nobody-else-may-read"

# What dragging a file from the desktop does, in the place of a mouse that can't leave the page.
DROP = """([name, text]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], name));
    const where = document.querySelector(".doctor-drop");
    for (const type of ["dragenter", "dragover", "drop"]) {
        const how = { dataTransfer: transfer, bubbles: true, cancelable: true };
        const taken = !where.dispatchEvent(new DragEvent(type, how));
        if (type === "drop" && !taken) throw new Error("the browser would open the file");
    }
}"""


def notebook(*cells):
    """Write a notebook as the server does, also one whose cells share ids."""
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    made = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(made, indent=1)


SOURCES = ["import math", f"text = '{SECRET}'", "print(math.pi * 2)", "print(text)"]
CELLS = [nbformat.v4.new_code_cell(source) for source in SOURCES]
HEALTHY = notebook(*CELLS)
DOUBLED = notebook(*CELLS, *CELLS)


@pytest.fixture(scope="module")
def context(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    yield context
    context.close()


@pytest.fixture
def opened(context: BrowserContext, site: str):
    """The page, and all requests since it was loaded."""
    page = context.new_page()
    page.goto(f"{site}book/risks/doctor.html", wait_until="networkidle")
    asked = []

    def note(request):
        asked.append(request)

    context.on("request", note)
    yield page, asked
    context.remove_listener("request", note)
    page.close()


@pytest.fixture(scope="module")
def called(context: BrowserContext, site: str):
    """The page with a doctor who has come; each test chooses a file of its own."""
    page = context.new_page()
    page.goto(f"{site}book/risks/doctor.html")
    choose(page, "first.ipynb", HEALTHY)
    expect_status(page, "first.ipynb looks healthy: 4 cells")
    yield page
    page.close()


def status(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("status")


def report(page: Page) -> Locator:
    return page.locator(".doctor-report")


def choose(page: Page, name: str, content: bytes | str) -> None:
    data = content if isinstance(content, bytes) else content.encode()
    file = {"name": name, "mimeType": "application/json", "buffer": data}
    page.get_by_label("Drop a notebook here, or choose one").set_input_files(file)


def expect_status(page: Page, told: str | re.Pattern[str]) -> None:
    expect(status(page)).to_contain_text(told, timeout=SECONDS * 1000)


def test_a_doubled_notebook_is_told_and_its_mended_copy_is_the_doctors(opened, tmp_path):
    page, _ = opened
    page.evaluate(DROP, ["lesson.ipynb", DOUBLED])
    expect_status(page, "lesson.ipynb: 1 finding. A mended copy is ready to download.")
    expect(report(page).get_by_role("heading", name="What the doctor found")).to_be_visible()
    expect(report(page).get_by_role("listitem").first).to_contain_text(re.compile(r"cells? 5"))
    with page.expect_download() as download:
        report(page).get_by_role("link", name="Download lesson.mended.ipynb").click()
    assert download.value.suggested_filename == "lesson.mended.ipynb"
    mended = Path(download.value.path()).read_text("utf-8")
    assert mended == mend(DOUBLED).text
    assert [cell.source for cell in nbformat.reads(mended, as_version=4).cells] == SOURCES


def test_nothing_is_asked_before_a_file_comes_and_nothing_once_it_is_read(opened, site):
    page, asked = opened
    assert asked == []
    choose(page, "first.ipynb", HEALTHY)
    expect_status(page, "first.ipynb looks healthy")
    assert asked, "Python came from nowhere: this test sees no requests"
    for request in asked:
        assert request.url.startswith(site)
        # Whether Pyodide's own file is there is asked before.
        head = request.method == "HEAD" and request.url.endswith("/pyodide.asm.wasm")
        assert (head or request.method == "GET") and request.post_data is None
        assert SECRET not in request.url and "first.ipynb" not in request.url
    # The first file was read when all was there; for the second nothing is asked at all.
    asked.clear()
    choose(page, "second.ipynb", DOUBLED)
    expect_status(page, "second.ipynb: 1 finding")
    assert asked == []


READ = "the file was read"
# Tells when a file is read, before it is.
NOTE_READING = """() => {
    const read = Blob.prototype.arrayBuffer;
    File.prototype.arrayBuffer = async function () {
        await noteReading();
        return read.call(this);
    };
}"""


def test_a_file_is_read_only_when_everything_is_loaded(opened):
    """So that no request can carry it: what is asked is asked before."""
    page, asked = opened
    page.expose_function("noteReading", lambda: asked.append(READ))
    page.evaluate(NOTE_READING)
    choose(page, "lesson.ipynb", HEALTHY)
    expect_status(page, "looks healthy")
    assert len(asked) > 3
    assert asked[-1] == READ
    page.context.set_offline(True)
    try:
        choose(page, "again.ipynb", DOUBLED)
        expect_status(page, "again.ipynb: 1 finding")
    finally:
        page.context.set_offline(False)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "picture.png is no notebook: it isn’t text."),
        ("Dear all,\n", "picture.png is no notebook"),
        ("", "picture.png is no notebook"),
        (json.dumps({"a": 1}), "picture.png is no notebook"),
    ],
    ids=["binary", "a letter", "empty", "other JSON"],
)
def test_a_file_that_is_no_notebook_is_told(called, content, told):
    choose(called, "picture.png", content)
    expect_status(called, told)
    expect(report(called).get_by_role("link")).to_have_count(0)
    # And the next one is seen as if nothing had been.
    choose(called, "lesson.ipynb", HEALTHY)
    expect_status(called, "lesson.ipynb looks healthy: 4 cells")


def test_a_notebook_that_was_cut_off_is_told(called):
    choose(called, "cut.ipynb", HEALTHY[:-200])
    expect_status(called, re.compile(r"cut\.ipynb: \d findings?\. A mended copy is ready"))
    expect(report(called).get_by_role("listitem").first).to_be_visible()


def test_by_keyboard_alone(called):
    page = called
    file = {"name": "l.ipynb", "mimeType": "application/json", "buffer": DOUBLED.encode()}
    page.once("filechooser", lambda chooser: chooser.set_files(file))
    page.get_by_label("Drop a notebook here, or choose one").focus()
    page.keyboard.press("Enter")
    expect_status(page, "l.ipynb: 1 finding. A mended copy is ready")
    page.keyboard.press("Tab")
    link = report(page).get_by_role("link", name="Download l.mended.ipynb")
    expect(link).to_be_focused()
    with page.expect_download():
        page.keyboard.press("Enter")


def test_the_report_can_be_used_by_everybody_and_fits_a_phone(called, barriers):
    page = called
    page.set_viewport_size({"width": 360, "height": 740})
    choose(page, f"{'a-very-long-name' * 6}.ipynb", DOUBLED)
    expect_status(page, "1 finding")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function("it => document.documentElement.dataset.theme == it", arg=scheme)
        assert barriers(page, scheme, ".doctor") == []  # tests/site looks at the whole page


@pytest.mark.parametrize("file", ["**/doctor.zip*", "**/pyodide.asm.wasm", "**/doctor-worker.js*"])
def test_a_doctor_that_does_not_load_is_told_and_may_be_called_again(opened, file):
    page, _ = opened

    def fail(route):
        route.abort()

    page.context.route(file, fail)
    try:
        choose(page, "lesson.ipynb", HEALTHY)
        expect_status(page, "The doctor could not be loaded.")
    finally:
        page.context.unroute(file, fail)
    choose(page, "lesson.ipynb", HEALTHY)
    expect_status(page, "lesson.ipynb looks healthy")


@pytest.mark.parametrize(
    ("lacking", "called"), [("WebAssembly", "WebAssembly"), ("Worker", "web workers")]
)
def test_a_browser_that_cannot_run_it_shows_the_command_line(page: Page, site, lacking, called):
    page.add_init_script(f"delete globalThis.{lacking}")
    page.goto(f"{site}book/risks/doctor.html")
    expect(status(page)).to_contain_text(f"This browser has no {called}")
    expect(page.locator(".doctor code")).to_contain_text("rtc-guide doctor")
    expect(page.locator(".doctor input")).to_have_count(0)


def test_without_scripts_there_is_the_command_line(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}book/risks/doctor.html")
    expect(page.locator(".doctor code")).to_contain_text("rtc-guide doctor")
    context.close()
