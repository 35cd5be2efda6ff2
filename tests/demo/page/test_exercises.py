"""The exercises' notebooks: they run to their end, and show what their pages tell."""

import pytest
from playwright.sync_api import expect

OUTPUTS = """() => [...document.querySelectorAll(".jp-CodeCell")].map(
    cell => [...cell.querySelectorAll(".jp-OutputArea-output pre")].map(
        output => output.textContent).join("\\n"))"""


@pytest.fixture(scope="module")
def merge(open_page):
    with open_page("merge") as tried:
        yield tried


@pytest.fixture(scope="module")
def double(open_page):
    with open_page("double") as tried:
        yield tried


def printed(tried) -> str:
    """Everything that the notebook's cells have printed."""
    return "\n".join(tried.frames[0].evaluate(OUTPUTS))


def test_no_cell_runs_before_the_reader_says_so(double):
    assert printed(double).strip() == ""


def test_merging_goes_as_the_page_says(merge):
    merge.run_cells()
    told = printed(merge)
    assert "here:  ['color', 'hue']\nthere: ['color', 'hue']" in told
    assert "['plot', 'plot', 'imports', 'data']\n['plot', 'plot', 'imports', 'data']" in told
    one, other = told.split("{'colour': ")[1:3]
    assert one.split("}")[0] == other.split("}")[0]


def test_both_type_at_one_place(merge):
    ada, grace = merge.side("Ada"), merge.side("Grace")
    ada.type("The cat sat.")
    grace.expect_text("The cat sat.")
    for side in (ada, grace):
        side.offline.click()
        expect(side.offline).to_be_checked()
    for side, word in ((ada, "black "), (grace, "old ")):
        side.text.click()
        side.text.press("Control+Home")
        for _ in "The ":
            side.text.press("ArrowRight")
        side.text.press_sequentially(word)
    for side in (ada, grace):
        side.offline.click()
        expect(side.offline).not_to_be_checked()
    ada.frame.wait_for_function("document.querySelectorAll('.rtc-pending:empty').length === 4")
    grace.expect_text("The black old cat sat.", "The old black cat sat.")
    ada.expect_text(grace.shown())


def test_one_deletes_what_the_other_edits(merge):
    ada, grace = merge.side("Ada", number=1), merge.side("Grace", number=1)
    ada.type("Deadline: Friday.")
    grace.expect_text("Deadline: Friday.")
    for side in (ada, grace):
        side.offline.click()
        expect(side.offline).to_be_checked()
    ada.text.press("Control+a")
    ada.text.press("Delete")
    ada.expect_text("")
    grace.text.click()
    grace.text.press("Control+End")
    grace.text.press("ArrowLeft")
    grace.text.press_sequentially(" noon")
    grace.expect_text("Deadline: Friday noon.")
    for side in (ada, grace):
        side.offline.click()
    for side in (ada, grace):
        side.expect_text(" noon")


def test_a_notebook_doubles_and_one_history_prevents_it(double):
    """The reader types into the cell before the server restarts; then runs the rest."""
    double.run_cells(until="That is the notebook’s second cell")
    student = double.side("Student")
    student.type("  # mine")
    student.expect_text("total = 1 + 1  # mine")
    student.expect_in_python("'mine' in str(browser.ycells[1]['source'])")
    double.run_cells(after="That is the notebook’s second cell")
    told = printed(double)
    assert "On the server: 2 cells" in told
    assert "b2 | total = 1 + 1  # mine" in told
    assert "On the student’s screen: 4 cells" in told
    assert "In the file: 3 cells" in told
    assert "An old notebook with one cell, loaded twice: 2 in the file" in told
    assert "4 cells before, 4 after" in told
    assert told.strip().endswith("b2 | total = 1 + 1")


@pytest.mark.parametrize("name", ["merge", "double"])
def test_nothing_fails_or_comes_from_elsewhere(name, request, site):
    tried = request.getfixturevalue(name)
    assert tried.troubles == []
    assert [url for url in tried.requests if not url.startswith((site, "blob:"))] == []
