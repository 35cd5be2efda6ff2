"""What no longer holds, told as an issue: once for each line, and nothing where all is well."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rtc_guide.checks.drift import CHECKED, WATCHED, DriftUnknown, told_as_issue
from rtc_guide.checks.several import RunOnStack
from rtc_guide.checks.watch import Release, write_releases

GONE = 'no button named "Share"; visible buttons: "Copy Link"'


def result(line: int, found: str | None = None, **other: object) -> dict:
    outcome = "failed" if found else "passed"
    whole = {"page": "book/share.md", "line": line, "outcome": outcome, "found": found}
    return whole | {"stack": "lab-4.6"} | other


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What a run in which all holds leaves, on a day without a new release."""
    check(tmp_path, result(3))
    write_releases([], tmp_path / WATCHED)
    return tmp_path


def check(folder: Path, *results: dict, problems: tuple[dict, ...] = ()) -> None:
    told = {"results": results, "problems": problems}
    (folder / CHECKED).write_text(json.dumps(told))


def release(folder: Path, *results: dict) -> Release:
    log = folder / "log"
    good = not any(each["found"] for each in results)
    run = RunOnStack("lab-4.6", good, 9.1, list(results), [], "", log)
    return Release({"JupyterLab": "4.7.0"}, run)


def test_nothing_is_told_where_all_holds(folder):
    assert told_as_issue(folder) == ""


def test_each_failing_line_is_told_once(folder):
    """A claim that fails on several ways of sharing fails at one line."""
    check(folder, result(27, GONE, id="b"), result(3), result(27, GONE, id="a"), result(5, "no x"))
    told = told_as_issue(folder)
    assert told.count(f"book/share.md:27: {GONE}") == 1
    assert told.index("share.md:5: no x") < told.index("share.md:27:")
    assert "share.md:3" not in told


def test_a_line_is_told_with_the_stacks_on_which_it_fails(folder):
    """Once, with what the newest of them shows: what else is on a screen differs."""
    on = [result(27, f"{GONE}, {each}", stack=f"lab-4.{each}") for each in (3, 2)]
    check(folder, *on, result(27, stack="lab-4.6"), result(27, "no x", stack="lab-4.2"))
    told = told_as_issue(folder)
    assert f"book/share.md:27: {GONE}, 3 [lab-4.2, lab-4.3]\n" in told
    assert "book/share.md:27: no x [lab-4.2]\n" in told
    assert told.count(GONE) == 1


def test_a_page_that_can_not_be_read_is_told(folder):
    check(folder, problems=({"page": "book/join.md", "line": 4, "message": "no such option"},))
    assert "book/join.md:4: no such option" in told_as_issue(folder)


def test_a_release_that_no_stack_has_is_told_also_where_all_holds_on_it(folder):
    write_releases([release(folder, result(3))], folder / WATCHED)
    assert "JupyterLab 4.7.0: everything holds (1 of 1); make it a stack" in told_as_issue(folder)


def test_what_fails_on_a_release_is_told_with_its_lines(folder):
    write_releases([release(folder, result(27, GONE), result(3))], folder / WATCHED)
    told = told_as_issue(folder)
    assert "JupyterLab 4.7.0: 1 of 2 items fail:\n" in told
    assert f"book/share.md:27: {GONE}" in told


def test_the_same_findings_give_the_same_text(folder):
    first, second = result(27, GONE, seconds=3.2), result(5, "no x", seconds=1.0)
    check(folder, first, second)
    before = told_as_issue(folder)
    check(folder, {**second, "seconds": 8.0}, {**first, "seconds": 0.1})
    assert told_as_issue(folder) == before


@pytest.mark.parametrize("broken", ["missing", "empty"])
@pytest.mark.parametrize("name", [CHECKED, WATCHED])
def test_a_run_that_broke_off_is_not_taken_for_a_good_one(folder, name, broken):
    (folder / name).unlink()
    if broken == "empty":
        (folder / name).touch()
    assert "broke off" in told_as_issue(folder)


def test_a_run_that_checked_nothing_is_not_taken_for_a_good_one(folder):
    check(folder)
    assert "nothing to check" in told_as_issue(folder)


def test_what_the_screen_shows_stays_a_quotation(folder):
    check(folder, result(27, "a button named “```” and @everybody"))
    told = told_as_issue(folder)
    assert (
        "\n````text\nbook/share.md:27: a button named “```” and @everybody [lab-4.6]\n````\n"
        in told
    )


def test_more_than_an_issue_holds_is_cut(folder):
    check(folder, *(result(line, "x" * 500) for line in range(1, 201)))
    told = told_as_issue(folder)
    assert len(told) < 65_536
    assert "lines more: see the log" in told


@pytest.mark.parametrize("text", ["Nothing new", "[]", "{}", '{"releases": [1]}'])
def test_a_file_of_something_else_is_named(folder, text):
    (folder / WATCHED).write_text(text)
    with pytest.raises(DriftUnknown, match=r"watch\.json is not what"):
        told_as_issue(folder)


def test_the_command_prints_the_text(folder):
    check(folder, result(27, GONE))
    command = [sys.executable, "-m", "rtc_guide.cli", "drift", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == told_as_issue(folder)
