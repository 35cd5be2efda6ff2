"""Walkthroughs for some versions only: read, grouped into tabs, collected for their stack."""

import sys

import pytest

from rtc_guide.checks.running import RunError
from rtc_guide.checks.several import Running, RunOnStack, check_on, several_of
from rtc_guide.checks.watch import watch

STACKS = """\
newest = "lab-4.6"
[stacks]
"lab-3.6" = { requires = ["jupyterlab==3.6.*"] }
"lab-4.0" = { requires = ["jupyterlab==4.0.*"] }
"lab-4.6" = { requires = ["jupyterlab==4.6.*"] }
"""


def walkthrough(id: str, stacks: str = "") -> str:
    option = f":stacks: {stacks}\n" if stacks else ""
    return (
        f"::::{{ui:walkthrough}} {id}\n:opens: lesson.ipynb\n{option}\n"
        ":::{ui:step}\nClick {ui:button}`Share`.\n:::\n::::\n"
    )


def versions(*members: str, id: str = "share") -> str:
    return f":::::{{ui:versions}} {id}\n" + "\n".join(members) + ":::::\n"


@pytest.fixture
def three_stacks(tmp_path):
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "stacks.toml").write_text(STACKS)


def messages(page) -> list[str]:
    return [f"{problem.line}: {problem.message}" for problem in page.problems]


def test_a_walkthrough_is_for_the_stacks_that_match(three_stacks, read_text):
    (item,) = read_text(walkthrough("share", "lab-4.*")).walkthroughs
    assert item.stacks == ("lab-4.0", "lab-4.6")
    assert item.is_for("lab-4.0") and not item.is_for("lab-3.6")
    (item,) = read_text(walkthrough("share")).walkthroughs
    assert item.stacks is None and item.is_for("lab-3.6")


def test_a_stack_that_is_not_declared_is_told_with_its_line(three_stacks, read_text):
    page = read_text("\n" + walkthrough("share", "lab-5*"))
    assert messages(page) == [
        "2: :stacks: can't be read: no stack is called “lab-5*”; known: lab-3.6, lab-4.0, lab-4.6"
    ]


def test_versions_share_a_group_and_every_stack_has_one(three_stacks, read_text):
    page = read_text(versions(walkthrough("new", "lab-4.*"), walkthrough("old", "lab-3.6")))
    assert messages(page) == []
    assert {item.id: item.group for item in page.walkthroughs} == {"new": "share", "old": "share"}


def test_a_stack_without_or_with_two_variants_is_told(three_stacks, read_text):
    page = read_text(versions(walkthrough("new", "lab-4.6"), walkthrough("old", "lab-[34].6")))
    assert [message.split(": ", 1)[1].split(":")[0] for message in messages(page)] == [
        "no walkthrough of the versions “share” is for lab-4.0",
        "“old” and “new” are both for lab-4.6",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (versions(walkthrough("new"), id=""), "versions need an id"),
        (versions("Only words.\n"), "versions “share” have no walkthrough"),
    ],
)
def test_versions_without_id_or_walkthrough_are_told(three_stacks, read_text, text, told):
    assert any(told in message for message in messages(read_text(text)))


@pytest.mark.parametrize(
    ("arguments", "collected"),
    [
        (("versions.md",), {"every", "new"}),
        (("versions.md", "--stack=lab-3.6"), {"every", "old"}),
        (("versions.md::old",), {"old"}),
        (("versions.md::old[lab-4.6]",), {"old"}),
    ],
)
def test_items_are_those_for_the_stack_and_those_that_are_named(pytester, arguments, collected):
    pytester.path.joinpath("lesson.ipynb").write_text("{}")
    pytester.path.joinpath("stacks").mkdir()
    pytester.path.joinpath("stacks", "stacks.toml").write_text(STACKS)
    text = walkthrough("every") + versions(
        walkthrough("new", "lab-4.*"), walkthrough("old", "lab-3.6")
    )
    pytester.path.joinpath("versions.md").write_text(text)
    result = pytester.runpytest_inprocess("--collect-only", "-q", *arguments)
    lines = [line for line in result.outlines if "::" in line]
    assert {line.split("::")[1].split("[")[0] for line in lines} == collected


def test_all_and_wildcards_stand_for_several_stacks(three_stacks, tmp_path):
    assert several_of("all", tmp_path) == ("lab-3.6", "lab-4.0", "lab-4.6")
    assert several_of("lab-4.*", tmp_path) == ("lab-4.0", "lab-4.6")
    assert several_of("lab-4.6", tmp_path) == several_of(None, tmp_path) == ()
    with pytest.raises(RunError, match="no stack is called “lab-5\\*”"):
        several_of("lab-5*", tmp_path)


def test_a_run_on_a_stack_says_what_failed_and_where(tmp_path):
    failed = {"outcome": "failed", "page": "a.md", "line": 3, "found": "no button"}
    passed = {"outcome": "passed", "page": "a.md", "line": 9, "found": None}
    run = RunOnStack("lab-4.0", False, 61.2, [failed, passed], [], "", tmp_path / "log")
    assert list(run.lines()) == [
        "✗ lab-4.0: 1 of 2 items hold (61 s)",
        "    a.md:3: no button",
    ]


def test_what_fails_alike_is_told_once(tmp_path):
    found = "the stack lab-4.0 can't be installed:\nno connection"
    failed = [{"outcome": "failed", "page": "a.md", "line": n, "found": found} for n in (3, 9)]
    run = RunOnStack("lab-4.0", False, 1, failed, [], "", tmp_path / "log")
    assert "\n".join(list(run.lines())[1:]) == (
        "    a.md:3: the stack lab-4.0 can't be installed:\n    no connection (and 1 more alike)"
    )


def test_a_stack_that_nothing_is_for_is_no_failure(tmp_path):
    run = RunOnStack(
        "lab-4.0", False, 2, [], [], "no tests ran in 0.1s", tmp_path / "log", idle=True
    )
    assert list(run.lines()) == ["– lab-4.0: nothing there is for this version"]


def test_a_run_that_never_began_shows_the_end_of_what_it_said(tmp_path):
    run = RunOnStack("lab-4.0", False, 2, [], [], "a\nError: no connection", tmp_path / "log")
    assert list(run.lines())[-1].strip() == "Error: no connection"
    assert [each["message"] for each in run.told] == [
        "the check on lab-4.0 broke off before it had a result"
    ]


def test_nothing_is_run_any_more_once_the_runs_were_ended(tmp_path):
    running, made = Running(), tmp_path / "made"
    command = [sys.executable, "-c", f"open({str(made)!r}, 'w')"]
    assert running.run(command, tmp_path / "log") == 0
    made.unlink()
    running.end()
    assert running.run(command, tmp_path / "log") != 0
    assert not made.exists()


def test_a_folder_that_cannot_be_written_is_told_before_the_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tmp_path.joinpath(".artifacts").write_text("a file")
    with pytest.raises(RunError, match="screenshots and logs can't be kept"):
        next(check_on(["lab-4.6"], ["a.md"]))


def test_a_page_to_watch_that_does_not_exist_is_told_at_once(three_stacks, tmp_path):
    with pytest.raises(RunError, match="there is no page or folder"):
        next(watch(tmp_path, ("nowhere.md",)))
