"""What a build says of a book: what is wrong comes last, and what it left out is told."""

from pathlib import Path

import pytest

from rtc_guide.building.running import problem_in
from rtc_guide.building.unlisted import find_unlisted
from rtc_guide.site import BookFailed


def test_what_is_wrong_is_repeated_without_all_else_that_was_said(tmp_path: Path):
    said = (
        f"\x1b[91m{tmp_path}/book/a.md:3: WARNING: unknown document: 'gone'\x1b[39;49;00m\n"
        "  what docutils quotes of the page\n"
        "WARNING: while setting up an extension\n"
        "It says WARNING: in the midst of a line.\n"
        f"{tmp_path}/book/a.md:3: WARNING: unknown document: 'gone'\n"
        f"{tmp_path}/_config.yml:7: ERROR: mapping values are not allowed here\n"
    )
    assert str(BookFailed(said, tmp_path)) == (
        "The book has errors:\n"
        "book/a.md:3: WARNING: unknown document: 'gone'\n"
        "WARNING: while setting up an extension\n"
        "_config.yml:7: ERROR: mapping values are not allowed here\n"
        "Mend them, then build again."
    )


def test_where_nothing_can_be_repeated_the_message_points_to_what_was_said(tmp_path: Path):
    told = "The book has errors (see above). Mend them, then build again."
    assert str(BookFailed("Theme error:\nno theme named 'x'\n", tmp_path)) == told


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("title: A book\n", None),
        ("title: A\nlogo: b: c\n", 2),
        ("a: [\n", 2),
        ("", 1),
        ("- a\n", 1),
    ],
)
def test_settings_that_cannot_be_read_are_told_with_their_file_and_line(
    tmp_path: Path, text: str, line: int | None
):
    config = tmp_path / "_config.yml"
    config.write_text(text)
    told = problem_in(config)
    assert told is None if line is None else told.startswith(f"{config}:{line}: ERROR: ")


LISTED = {"index", "book/share", "book/risks/data"}


@pytest.mark.parametrize("name", ["book/new.md", "book/more/new.md", "new.md"])
def test_a_page_beside_or_below_listed_ones_is_told(tmp_path: Path, name: str):
    assert list(find_unlisted(tmp_path, [name, "index.md"], LISTED, [])) == [name]


@pytest.mark.parametrize(
    "name",
    [
        "book/share.md",  # listed
        "book/part.md",  # used
        "book/README.md",
        "book/lesson.ipynb",
        "notes/new.md",
        "book/_build/new.md",
    ],
)
def test_what_is_no_page_or_is_in_the_book_is_not_told(tmp_path: Path, name: str):
    assert list(find_unlisted(tmp_path, [name], LISTED, ["book/part.md"])) == []
