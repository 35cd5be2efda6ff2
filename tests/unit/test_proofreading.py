"""Pages read without a browser: what is wrong with them is told by page and line."""

import subprocess
import sys
from pathlib import Path

import pytest

from rtc_guide.checks.proofreading import proofread
from rtc_guide.checks.running import RunError

GOOD = """\
::::{ui:walkthrough} share
:opens: lesson.ipynb

:::{ui:step}
Click {ui:button}`Share`.
:::
::::
"""
CLAIM = ":::{claim} nobody-tries-this\n:share: holds\nIt holds.\n:::\n"


@pytest.fixture
def book(write_page, tmp_path: Path):
    (tmp_path / "book").mkdir()
    (tmp_path / "lesson.ipynb").rename(tmp_path / "book" / "lesson.ipynb")
    write_page(GOOD, "book/share.md")
    write_page("# Only words\n", "book/words.md")
    return write_page


def test_nothing_is_told_of_good_pages_and_of_words(book, tmp_path: Path):
    assert list(proofread([], tmp_path)) == []
    assert list(proofread(["book/words.md"], tmp_path)) == []


def test_a_wrong_word_is_told_with_its_line(book, tmp_path: Path):
    book(GOOD.replace("ui:button", "ui:buton"), "book/share.md")
    told = list(proofread(["book/share.md"], tmp_path))
    assert any(each.startswith("book/share.md:5: ") and "buton" in each for each in told)


def test_an_id_of_another_page_is_told_at_the_page_that_was_asked_for(book, tmp_path: Path):
    book(GOOD, "book/then.md")
    (told,) = proofread(["book/then.md"], tmp_path)
    assert told.startswith("book/then.md:1: the id “share” names another walkthrough")
    assert list(proofread(["book/share.md"], tmp_path)) == []


def test_a_claim_that_nothing_tries_is_told(book, tmp_path: Path):
    book(CLAIM, "book/risk.md")
    (told,) = proofread(["book/risk.md"], tmp_path)
    assert told.startswith("book/risk.md:1: nothing tries the claim “nobody-tries-this”")


def test_a_page_that_is_not_there_is_refused(book, tmp_path: Path):
    with pytest.raises(RunError, match=r"no page or folder “missing\.md” here"):
        list(proofread(["missing.md"], tmp_path))


def test_a_file_that_is_no_page_is_refused_as_such(book, tmp_path: Path):
    with pytest.raises(RunError, match=r"^“book/lesson\.ipynb” is no Markdown page"):
        list(proofread(["book/lesson.ipynb"], tmp_path))


def test_a_folder_without_a_page_is_refused(tmp_path: Path):
    with pytest.raises(RunError, match=r"no Markdown page in “\.”"):
        list(proofread([], tmp_path))


def test_of_an_item_the_page_is_read(book, tmp_path: Path):
    book(GOOD.replace("ui:button", "ui:buton"), "book/share.md")
    told = list(proofread(["book/share.md::share"], tmp_path))
    assert any(each.startswith("book/share.md:5: ") for each in told)


def test_stacks_that_cannot_be_read_are_told_without_a_traceback(book, tmp_path: Path):
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "stacks.toml").write_text("[[[")
    book(f"{GOOD}\n```{{survey}} .\n```\n", "book/share.md")
    command = [sys.executable, "-m", "rtc_guide.cli", "proofread"]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "stacks.toml can't be read" in done.stderr


def test_the_command_fails_where_something_is_wrong(book, tmp_path: Path):
    command = [sys.executable, "-m", "rtc_guide.cli", "proofread", "book/share.md"]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0
    book(GOOD.replace("lesson", "lost"), "book/share.md")
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "book/share.md:1: walkthrough “share” uses" in done.stdout
