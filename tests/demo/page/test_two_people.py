"""The page on which two people edit one document, each in a notebook with a Python of its own."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("empty")


def test_each_sees_what_the_other_types(ada, grace):
    expect(ada.people).to_have_text(["Ada (you)", "Grace"])
    expect(grace.people).to_have_text(["Grace (you)", "Ada"])
    ada.type("Hello Grace, 😀 here. ")
    grace.expect_text("Hello Grace, 😀 here. ")
    expect(grace.text.locator(".rtc-caret")).to_have_text("Ada")
    grace.type("Hi!", at="Control+Home")
    ada.expect_text("Hi!Hello Grace, 😀 here. ")
    expect(ada.text.locator(".rtc-caret")).to_have_text("Grace")


def test_both_type_at_once_and_nothing_is_lost_or_doubled(ada, grace):
    for _ in range(8):
        ada.type("aaa")
        grace.type("ggg", at="Control+Home")
    ada.frame.wait_for_function(
        "document.querySelector('.rtc-editor .cm-line').textContent.length >= 48"
    )
    ada.expect_text("ggg" * 8 + "aaa" * 8)
    grace.expect_text("ggg" * 8 + "aaa" * 8)


def test_offline_edits_wait_and_merge(ada, grace):
    ada.type("both. ")
    grace.expect_text("both. ")
    for side in (ada, grace):
        side.offline.click()
        expect(side.offline).to_be_checked()
        expect(side.people).to_have_text([f"{side.person} (you)"])
    ada.type("Ada")
    grace.type("Grace ", at="Control+Home")
    expect(ada.waiting).to_have_text("3 changes waiting")
    expect(grace.waiting).to_have_text("6 changes waiting")
    assert (ada.shown(), grace.shown()) == ("both. Ada", "Grace both. ")
    for side in (grace, ada):
        side.offline.click()
    for side in (ada, grace):
        side.expect_text("Grace both. Ada")
        expect(side.waiting).to_be_empty()


def test_undo_takes_back_only_ones_own(ada, grace):
    ada.type("mine ")
    grace.expect_text("mine ")
    grace.type("theirs")
    ada.expect_text("mine theirs")
    ada.button("Undo").click()
    grace.expect_text("theirs")
    ada.button("Redo").click()
    grace.expect_text("mine theirs")
    grace.text.click()
    grace.text.press("Control+z")
    ada.expect_text("mine ")


def test_keys_for_the_whole_text_know_lines_that_are_not_drawn(ada, grace):
    ada.execute("text += ''.join(f'line {number}\\n' for number in range(2000))")
    grace.expect_in_python("str(text).endswith('1999\\n')")
    grace.type("end")
    ada.expect_in_python("str(text).endswith('1999\\nend')")
    grace.type("start ", at="Control+Home")
    ada.expect_in_python("str(text).startswith('start line 0')")
    grace.text.press("Control+a")
    grace.text.press("Delete")
    ada.expect_text("")


def test_the_editor_tells_that_its_python_was_started_anew(two_people, ada, grace):
    ada.type("kept")
    grace.expect_text("kept")
    ada.frame.evaluate(
        "jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart().then(() => null)"
    )
    expect(ada.editor.get_by_role("alert")).to_contain_text("Run the cell again")
    two_people.run_cells()
    expect(ada.text).to_be_editable()
    ada.expect_text("kept")


def test_the_notebooks_are_as_dark_as_the_page(two_people, ada, grace):
    root = two_people.page.locator("html")
    for theme, light in (("dark", "false"), ("light", "true")):
        root.evaluate("(root, theme) => (root.dataset.theme = theme)", theme)
        for side in (ada, grace):
            expect(side.frame.locator("body")).to_have_attribute("data-jp-theme-light", light)


@pytest.mark.parametrize("button", ["left", "middle"])
def test_a_tab_runs_whatever_button_opens_it(two_people, button):
    with two_people.page.context.expect_page() as opened:
        two_people.page.get_by_role("link", name="Grace’s notebook").click(button=button)
    tab = opened.value
    expect(tab.get_by_role("textbox", name="Shared text")).to_be_editable(timeout=120_000)
    tab.close()


def test_nobody_is_asked_whether_to_leave_the_page(ada):
    ada.type("changed")
    asked = ada.frame.evaluate(
        """() => {
            const leaving = document.createEvent("BeforeUnloadEvent");
            leaving.initEvent("beforeunload", false, true);
            dispatchEvent(leaving);
            return leaving.returnValue;
        }"""
    )
    assert asked == ""


def test_a_notebook_that_is_loaded_again_comes_back_to_the_text(ada, grace):
    ada.type("kept")
    grace.expect_text("kept")
    ada.run_again()
    ada.expect_text("kept")
    ada.type(" on")
    grace.expect_text("kept on")
    expect(grace.people).to_have_text(["Grace (you)", "Ada"])


def test_two_tabs_share_the_text_and_a_closed_one_leaves(two_people, ada, grace):
    ada.type("from the page ")
    with two_people.page.expect_popup() as opened:
        two_people.page.get_by_role("link", name="Grace’s notebook").click()
    tab = opened.value
    later = type(ada)(tab.main_frame, "Grace")
    expect(later.text).to_be_editable(timeout=120_000)
    later.expect_text("from the page ")
    later.type("and a tab")
    ada.expect_text("from the page and a tab")
    expect(ada.people).to_have_text(["Ada (you)", "Grace", "Grace"])
    tab.close()
    expect(ada.people).to_have_text(["Ada (you)", "Grace"])
    ada.expect_text("from the page and a tab")


def test_the_keyboard_alone_is_enough(two_people, ada, grace):
    """Tab leads from one notebook's switch to its text, on to the other's, and out."""
    page = two_people.page
    ada.offline.focus()
    page.keyboard.press("Tab")
    expect(ada.text).to_be_focused()
    page.keyboard.type("keys")
    grace.expect_text("keys")
    for _ in range(60):
        page.keyboard.press("Tab")
        if grace.text.evaluate("text => text.ownerDocument.activeElement === text"):
            break
    expect(grace.text).to_be_focused()
    page.keyboard.press("Control+End")
    page.keyboard.type(" only")
    ada.expect_text("keys only")
    page.keyboard.press("Shift+Tab")
    expect(grace.offline).to_be_focused()
    page.keyboard.press("Space")
    expect(grace.offline).to_be_checked()


def test_python_helps_without_jedi(ada):
    """Completion, documentation and tracebacks, as the kernel gives them to the notebook."""
    ask = """async () => {
        const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
        const complete = await kernel.requestComplete({ code: "text.inser", cursor_pos: 10 });
        const inspect = await kernel.requestInspect(
            { code: "join", cursor_pos: 4, detail_level: 0 });
        const failed = [];
        const run = kernel.requestExecute({ code: "1 / 0" });
        run.onIOPub = ({ header, content }) => {
            if (header.msg_type === "error") failed.push(...content.traceback);
        };
        await run.done;
        return [complete.content.matches, inspect.content.data["text/plain"], failed.join("\\n")];
    }"""
    matches, told, failed = ada.frame.evaluate(ask)
    assert [match.rpartition(".")[2] for match in matches] == ["insert", "insert_embed"]
    assert "Join a room" in told
    plain = re.sub(r"\x1b\[[\d;]*m", "", failed)  # without its colours
    assert "----> 1 1 / 0" in plain
    assert "ZeroDivisionError: division by zero" in plain


def test_axe_finds_nothing(two_people, ada, grace, barriers):
    ada.type("Some words\nby Ada")
    grace.expect_text("Some words\nby Ada")
    assert barriers(two_people.page, "light") == []
    for side in (ada, grace):
        assert barriers(side.frame, "light", ".rtc-editor") == []


def test_nothing_comes_from_elsewhere_or_fails(two_people, site):
    assert [url for url in two_people.requests if not url.startswith((site, "blob:"))] == []
    assert two_people.troubles == []
