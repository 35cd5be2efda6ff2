"""What a build makes of a change: the same as a build from nothing, with no more work than needed."""

import json
import os
from pathlib import Path

import pytest

from rtc_guide import site
from rtc_guide.building import record

CONFIG = """\
title: A book
execute: {execute_notebooks: "off"}
sphinx:
  config:
    include_patterns: ["*.md", "sub/**"]
    templates_path: [_templates]
  extra_extensions: [rtc_guide.pages, rtc_guide.page_weight.extension]
"""
TOC = "format: jb-book\nroot: index\nchapters:\n- file: one\n- file: sub/two\n"
ONE = "# One\n\n(here)=\n## Here\n\nText of one.\n\n```{image} picture.png\n:alt: A dot\n```\n"
TWO = "# Two\n\n{ref}`here`\n\n```{include} ../part.txt\n```\n\n{download}`../lesson.ipynb`\n"
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63"
    "60606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    files = {
        "_config.yml": CONFIG,
        "_toc.yml": TOC,
        "index.md": "# A page\n\nWords.\n",
        "one.md": ONE,
        "sub/two.md": TWO,
        "part.txt": "A part.\n",
        "lesson.ipynb": json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}),
        "_static/own.css": "p { color: black }\n",
        "_templates/nothing.html": "",
    }
    for name, text in files.items():
        (tmp_path / "book" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "book" / name).write_text(text, "utf-8")
    (tmp_path / "book" / "picture.png").write_bytes(DOT)
    return tmp_path / "book"


def contents(book: Path) -> dict[str, bytes]:
    """Return the built site's files."""
    built = book / site.BUILT
    return {
        path.relative_to(built).as_posix(): without_words_of_none(path)
        for path in built.rglob("*")
        if path.is_file()
    }


def without_words_of_none(path: Path) -> bytes:
    """Return a file; of the search's index without words for which Sphinx lists no page any more."""
    content = path.read_bytes()
    if path.name != "searchindex.js":
        return content
    index = json.loads(content.removeprefix(b"Search.setIndex(").removesuffix(b")"))
    for kind in ("terms", "titleterms"):
        index[kind] = {word: pages for word, pages in index[kind].items() if pages != []}
    return json.dumps(index, sort_keys=True).encode()


def replace(old: str, new: str):
    def change(path: Path) -> None:
        before = path.read_text("utf-8")
        path.write_text(before.replace(old, new), "utf-8")
        # Content counts: as after a checkout or an unpacking, the file is no newer.
        os.utime(path, ns=(0, 0))

    return change


CHANGES = {
    "text": ("one.md", replace("Text of one", "Other text"), "Other text", "one.html"),
    "lines": ("one.md", replace("Text of one", "Text\n\nof one"), "of one", "one.html"),
    "title": ("one.md", replace("# One", "# First"), "First", "index.html"),
    "heading": ("one.md", replace("## Here", "## There"), "There", "sub/two.html"),
    "included": ("part.txt", replace("A part", "Another"), "Another", "sub/two.html"),
    "config": ("_config.yml", replace("A book", "Another"), "Another", "sub/two.html"),
    "contents": ("_toc.yml", replace("- file: sub/two", "- file: sub/two\n  title: Second"),
                 "Second", "one.html"),
    "style": ("_static/own.css", replace("black", "blue"), "blue", "_static/own.css"),
}  # fmt: skip


@pytest.mark.parametrize("changed", CHANGES)
def test_a_changed_book_is_as_if_built_from_nothing(book: Path, changed: str):
    name, change, word, page = CHANGES[changed]
    site.build(book)
    assert word.encode() not in contents(book)[page]
    change(book / name)
    site.build(book)
    rebuilt = contents(book)
    assert word.encode() in rebuilt[page]
    (book / site.BUILT.parent / record.FILE).unlink()
    site.build(book)
    assert differing(rebuilt, contents(book)) == []


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def test_nothing_is_built_where_nothing_has_changed(book: Path, capfd):
    site.build(book)
    before = (book / site.BUILT / "index.html").stat().st_mtime_ns
    capfd.readouterr()
    os.utime(book / "one.md")
    site.build(book)
    assert (book / site.BUILT / "index.html").stat().st_mtime_ns == before
    assert "Nothing has changed" in capfd.readouterr().out


def test_a_changed_text_has_its_own_page_written_and_no_other(book: Path):
    site.build(book)
    pages = [book / site.BUILT / name for name in ("one.html", "sub/two.html")]
    before = [path.stat().st_mtime_ns for path in pages]
    replace("Text of one", "Other text")(book / "one.md")
    site.build(book)
    one, two = (path.stat().st_mtime_ns for path in pages)
    assert one != before[0]
    assert two == before[1]


def test_a_replaced_picture_is_in_the_site(book: Path):
    site.build(book)
    (book / "picture.png").write_bytes(DOT + b"\0")
    site.build(book)
    assert contents(book)["_images/picture.png"] == DOT + b"\0"


def test_what_no_page_uses_any_more_is_not_left_in_the_site(book: Path):
    site.build(book)
    replace(ONE[ONE.index("```") :], "")(book / "one.md")
    site.build(book)
    assert "_images/picture.png" not in contents(book)


@pytest.mark.parametrize("touched", ["one.html", "_images/picture.png"])
def test_what_is_missing_in_the_site_is_built_again(book: Path, touched: str):
    site.build(book)
    (book / site.BUILT / touched).unlink()
    site.build(book)
    assert touched in contents(book)


def test_a_link_that_another_page_breaks_is_an_error_each_time(book: Path):
    site.build(book)
    replace("(here)=\n", "")(book / "one.md")
    for _ in range(2):
        with pytest.raises(site.BookFailed) as failed:
            site.build(book)
        assert "here" in failed.value.said
        assert not (book / site.BUILT).exists()
    replace("## Here", "(here)=\n## Here")(book / "one.md")
    site.build(book)
    assert "one.html" in contents(book)


def test_an_interrupted_build_is_not_taken_for_whole(book: Path):
    site.build(book)
    (book / site.BUILT.parent / record.FILE).write_text("{", "utf-8")
    assert not site.is_current(book)
    site.build(book)
    assert site.is_current(book)
