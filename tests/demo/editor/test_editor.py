"""The editor as two people use it: keys pressed in a real page, edits made in a real kernel.

What "a page with two editors" is, the fixture `page` alone knows; the tests ask only for what
people see. Ada's editor is shown twice, Ben's once.
"""

import json
import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from pycrdt_yjs import node
from rtc_guide.browser import find_browser, launch_args
from rtc_guide.editor import bundle
from rtc_guide.stacks.environment import Stack
from rtc_guide.stacks.jupyterlab import browser_flags, running_lab
from rtc_guide.stacks.ports import free_port

HERE = Path(__file__).parent
ROOT = HERE.parents[2]

CELLS = [
    f"""\
import sys
sys.path.insert(0, {str(ROOT / "src")!r})
from pycrdt import Text
from rtc_guide.editor import Editor
{(HERE / "rooms.py").read_text()}

ada, ben = link(("Ada", "#1565c0"), ("Ben", "#ef6c00"))
editors = [Editor(room.doc.get("text", type=Text), room) for room in (ada, ben)]""",
    "editors[0]",
    "editors[1]",
    "editors[0]",
    'ada.doc.get("text", type=Text).insert(0, "coded ")',
]


@pytest.fixture(scope="module")
def lab():
    bundle.build(node.install(ROOT / "src/rtc_guide/editor"))
    with running_lab(Stack("editor-lab", HERE / "editor-lab.txt"), free_port()) as lab:
        yield lab


@pytest.fixture(scope="module")
def browser_with_lab(lab):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=[*launch_args(), *browser_flags(lab.port)]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(lab, browser_with_lab, request):
    """A page in which Ada's, Ben's and again Ada's editor are ready."""
    name = f"{request.node.name}.ipynb".replace("[", "-").replace("]", "")
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "source": source,
            "metadata": {"jupyter": {"source_hidden": number == 0}},
            "outputs": [],
            "execution_count": None,
        }
        for number, source in enumerate(CELLS)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (lab.root / name).write_text(json.dumps(notebook))
    context = browser_with_lab.new_context(viewport={"width": 1100, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{lab.url(name)}&reset")  # without the tabs of the test before
    page.wait_for_function(
        "(name) => window.jupyterapp?.shell.currentWidget?.context?.path === name", arg=name
    )
    for number in range(4):
        run_cell(page, number)
    expect(editors(page)).to_have_count(3, timeout=30_000)
    for number in range(3):
        expect(text_of(page, number)).to_be_editable()
    yield page
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    page.evaluate("jupyterapp.shell.currentWidget.context.sessionContext.shutdown()")
    context.close()


def run_cell(page: Page, number: int) -> None:
    page.evaluate(
        """async (number) => {
            const notebook = jupyterapp.shell.currentWidget.content;
            await jupyterapp.shell.currentWidget.context.sessionContext.ready;
            notebook.activeCellIndex = number;
            notebook.deselectAll();
            await jupyterapp.commands.execute("notebook:run-cell");
        }""",
        number,
    )


def editors(page: Page):
    return page.get_by_role("group", name="Shared text, edited as")


def text_of(page: Page, number: int):
    return editors(page).nth(number).get_by_role("textbox", name="Shared text")


# What each editor shows, without the others' names.
SHOWN = """
    [...document.querySelectorAll(".rtc-editor .cm-content")].map((content) => {
        const copy = content.cloneNode(true);
        for (const more of copy.querySelectorAll("[aria-hidden], .cm-placeholder")) more.remove();
        return [...copy.querySelectorAll(".cm-line")].map((line) => line.textContent).join("\\n");
    })
"""


def shown(page: Page, number: int) -> str:
    texts: list[str] = page.evaluate(SHOWN)
    return texts[number]


def expect_all_show(page: Page, text: str) -> None:
    try:
        page.wait_for_function(f"(text) => {SHOWN}.every((one) => one === text)", arg=text)
    except PlaywrightTimeout:
        assert page.evaluate(SHOWN) == [text] * 3
        raise


def button(page: Page, number: int, name: str):
    return editors(page).nth(number).get_by_role("button", name=name)


def offline(page: Page, number: int):
    return editors(page).nth(number).get_by_role("switch", name="Offline")


def test_what_is_typed_is_seen_by_everybody(page):
    text_of(page, 0).click()
    page.keyboard.type("Hello Ben, it is me\nwith a second line")
    expect_all_show(page, "Hello Ben, it is me\nwith a second line")
    text_of(page, 1).click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("Hi! 😀é ")
    expect_all_show(page, "Hi! 😀é Hello Ben, it is me\nwith a second line")


def test_keys_that_edit_do_so_in_the_text_and_nowhere_else(page):
    cells = page.locator(".jp-Notebook .jp-Cell")
    before = cells.count()
    text_of(page, 0).click()
    page.keyboard.type("one two")
    page.keyboard.press("Home")
    page.keyboard.press("Delete")
    page.keyboard.press("End")
    page.keyboard.press("Backspace")
    page.keyboard.press("Control+Backspace")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("x")
    page.keyboard.press("ArrowUp")
    page.keyboard.type("aabbdd")  # in the notebook's command mode: new cells, deleted cells
    expect_all_show(page, "ne \naabbdd\nx")
    page.keyboard.press("Control+a")
    page.keyboard.type("b")
    expect_all_show(page, "b")
    page.keyboard.press("Escape")
    page.keyboard.type("cd")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Shift+Enter")
    expect(text_of(page, 0)).to_be_focused()
    assert cells.count() == before
    assert shown(page, 0).startswith("bcd")


def test_undo_takes_back_only_ones_own(page):
    expect(button(page, 0, "Undo")).to_be_disabled()
    text_of(page, 0).click()
    page.keyboard.type("mine")
    expect_all_show(page, "mine")
    text_of(page, 1).click()
    page.keyboard.press("End")
    page.keyboard.type(" theirs")
    expect_all_show(page, "mine theirs")
    text_of(page, 0).click()
    page.keyboard.press("Control+z")
    expect_all_show(page, " theirs")
    expect(button(page, 0, "Undo")).to_be_disabled()
    page.keyboard.press("Control+Shift+Z")
    expect_all_show(page, "mine theirs")
    page.keyboard.press("Control+z")
    expect_all_show(page, " theirs")
    page.keyboard.press("Control+y")
    expect_all_show(page, "mine theirs")
    button(page, 1, "Undo").click()
    expect_all_show(page, "mine")
    button(page, 1, "Redo").click()
    expect_all_show(page, "mine theirs")


def test_code_in_a_cell_is_seen_and_not_undone(page):
    text_of(page, 0).click()
    page.keyboard.type("typed")
    run_cell(page, 4)
    expect_all_show(page, "coded typed")
    button(page, 0, "Undo").click()
    expect_all_show(page, "coded ")


def test_offline_edits_wait_and_merge(page):
    text_of(page, 0).click()
    page.keyboard.type("both. ")
    expect_all_show(page, "both. ")
    offline(page, 0).click()
    expect(offline(page, 0)).to_be_checked()
    text_of(page, 0).click()
    page.keyboard.press("End")
    page.keyboard.type("Ada")
    expect(editors(page).nth(0).get_by_role("status")).to_have_text("3 changes waiting")
    text_of(page, 1).click()
    page.keyboard.press("Home")
    page.keyboard.type("Ben ")
    page.wait_for_function(f"{SHOWN}[1] === 'Ben both. '")
    assert shown(page, 0) == "both. Ada"
    assert shown(page, 1) == "Ben both. "
    offline(page, 0).click()
    expect_all_show(page, "Ben both. Ada")
    expect(editors(page).nth(0).get_by_role("status")).to_be_empty()


def test_people_and_cursors_have_names(page):
    people = editors(page).nth(0).get_by_role("list", name="People here").get_by_role("listitem")
    expect(people).to_have_text(["Ada (you)", "Ben"])
    text_of(page, 1).click()
    page.keyboard.type("I am Ben")
    page.keyboard.press("Shift+Control+ArrowLeft")
    expect(text_of(page, 0).locator(".rtc-caret")).to_have_text("Ben")
    expect(text_of(page, 0).locator(".rtc-selection")).to_have_text("Ben")
    expect(text_of(page, 1).locator(".rtc-caret")).to_have_count(0)
    keep_picture(page, "cursors")


def test_a_narrow_page_hides_nothing(page):
    page.evaluate("jupyterapp.commands.execute('application:toggle-left-area')")
    page.set_viewport_size({"width": 480, "height": 1000})
    text_of(page, 0).click()
    page.keyboard.type("A text that is long enough to be broken into several lines")
    offline(page, 1).click()
    text_of(page, 1).click()
    page.keyboard.type("x" * 12)
    expect(editors(page).nth(1).get_by_role("status")).to_have_text("12 changes waiting")
    keep_picture(page, "narrow")
    for number in range(3):
        hidden = (
            editors(page)
            .nth(number)
            .evaluate("(editor) => editor.scrollWidth - editor.clientWidth")
        )
        assert hidden == 0


def test_tab_goes_through_and_out(page):
    offline(page, 0).focus()
    page.keyboard.press("Tab")
    expect(text_of(page, 0)).to_be_focused()
    page.keyboard.type("x")
    page.keyboard.press("Shift+Tab")
    expect(offline(page, 0)).to_be_focused()
    page.keyboard.press("Space")
    expect(offline(page, 0)).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(text_of(page, 0)).not_to_be_focused()
    assert shown(page, 0) == "x"


def test_both_type_at_once_and_nothing_is_lost(page):
    """Keys in turns, faster than anything is confirmed."""
    for _ in range(10):
        for number, key in ((0, "a"), (1, "b"), (2, "c")):
            text_of(page, number).evaluate("(content) => content.focus()")
            page.keyboard.type(key * 3)
    page.wait_for_function(
        f"() => {{ const shown = {SHOWN};"
        " return new Set(shown).size === 1 && shown[0].length === 90; }"
    )
    final = shown(page, 0)
    assert [final.count(key) for key in "abc"] == [30, 30, 30]


def test_a_page_that_is_loaded_again_goes_on(page):
    text_of(page, 0).click()
    page.keyboard.type("kept")
    expect_all_show(page, "kept")
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    page.reload()
    expect(editors(page)).to_have_count(3, timeout=30_000)
    expect_all_show(page, "kept")
    text_of(page, 0).click()
    page.keyboard.press("End")
    page.keyboard.type(" on")
    expect_all_show(page, "kept on")


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing(page, theme):
    page.evaluate(
        "(theme) => jupyterapp.commands.execute('apputils:change-theme', { theme })", theme
    )
    page.wait_for_function("(theme) => document.body.dataset.jpThemeName === theme", arg=theme)
    text_of(page, 0).click()
    page.keyboard.type("Some words\nby Ada")
    text_of(page, 1).click()
    page.keyboard.type("and Ben, ")
    offline(page, 0).click()
    expect(offline(page, 0)).to_be_checked()
    keep_picture(page, theme)
    found = Axe().run(page, context=".rtc-editor")
    assert found.violations_count == 0, found.generate_report()


def keep_picture(page: Page, name: str) -> None:
    if folder := os.environ.get("RTC_GUIDE_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png")
