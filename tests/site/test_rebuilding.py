"""What a build makes of a change: what a build from nothing makes, with less work."""

import json
import os
import socket
from contextlib import closing
from pathlib import Path
from typing import Any

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
TWO = (
    "# Two\n\n{ref}`here`\n\n```{include} ../part.txt\n```\n\n{download}`../lesson.ipynb`\n\n"
    "```{glossary}\nword\n  What it means.\n```\n"
)
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63"
    "60606060000000050001a5f645400000000049454e44ae426082"
)
FILES = {
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


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built book, which each test leaves built, so that a few builds do for all."""
    folder = tmp_path_factory.mktemp("book")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    (folder / "picture.png").write_bytes(DOT)
    site.build(folder)
    return folder


def contents(book: Path) -> dict[str, bytes]:
    """Return the built site's files."""
    built = book / site.BUILT
    return {
        path.relative_to(built).as_posix(): without_words_of_none(path)
        for path in built.rglob("*")
        if path.is_file()
    }


def read_search_index(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return json.loads(content.removeprefix(b"Search.setIndex(").removesuffix(b")"))


def without_words_of_none(path: Path) -> bytes:
    """Return a file; the search's index without words that Sphinx lists though no page has them."""
    if path.name != "searchindex.js":
        return path.read_bytes()
    index = read_search_index(path)
    for kind in ("terms", "titleterms"):
        index[kind] = {word: pages for word, pages in index[kind].items() if pages != []}
    return json.dumps(index, sort_keys=True).encode()


def replace(path: Path, old: str, new: str) -> None:
    """Change a text, as a checkout or an unpacking does: the file is no newer than it was."""
    before = path.read_text("utf-8")
    assert old in before
    path.write_text(before.replace(old, new), "utf-8")
    os.utime(path, ns=(0, 0))


def from_nothing(book: Path) -> dict[str, bytes]:
    """Build all, whatever is there, and return the site's files."""
    (book / site.BUILT.parent / record.FILE).unlink()
    site.build(book)
    return contents(book)


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


# What is saved: in which file what becomes what, and where it is seen.
TEXTS = {
    "text": ("one.md", "Text of one", "Words elsewhere", "one.html"),
    "lines": ("one.md", "Words elsewhere", "Some\n\n\nlines apart", "one.html"),
    "title": ("one.md", "# One", "# First", "index.html"),
    "heading": ("one.md", "## Here", "## There", "sub/two.html"),
}
OTHERS = {
    "included": ("part.txt", "A part", "A piece", "sub/two.html"),
    "config": ("_config.yml", "A book", "The guide", "sub/two.html"),
    "contents": ("_toc.yml", "- file: sub/two", "- file: sub/two\n  title: Second", "one.html"),
    "style": ("_static/own.css", "black", "blue", "_static/own.css"),
}


def test_changed_texts_make_the_site_that_a_build_from_nothing_makes(book: Path):
    for name, old, new, page in TEXTS.values():
        word = new.split()[-1].encode()
        assert word not in contents(book)[page]
        replace(book / name, old, new)
        site.build(book)
        assert word in contents(book)[page]
    rebuilt = contents(book)
    assert differing(rebuilt, from_nothing(book)) == []


@pytest.mark.parametrize("changed", OTHERS)
def test_whatever_else_is_changed_is_in_the_site(book: Path, changed: str):
    name, old, new, page = OTHERS[changed]
    word = new.split()[-1].encode()
    assert word not in contents(book)[page]
    replace(book / name, old, new)
    site.build(book)
    assert word in contents(book)[page]


def test_a_changed_text_has_its_own_page_written_and_no_other(book: Path):
    pages = [book / site.BUILT / name for name in ("one.html", "sub/two.html")]
    before = [path.stat().st_mtime_ns for path in pages]
    replace(book / "one.md", "lines apart", "lines aside")
    site.build(book)
    one, two = (path.stat().st_mtime_ns for path in pages)
    assert one != before[0]
    assert two == before[1]


def test_a_changed_text_takes_no_terms_of_other_pages_out_of_the_search(book: Path):
    """Sphinx forgets them: https://github.com/sphinx-doc/sphinx/issues/12599."""
    index = book / site.BUILT / "searchindex.js"
    for old, new in (("lines aside", "lines away"), ("lines away", "lines aside")):
        replace(book / "one.md", old, new)
        site.build(book)
        assert list(read_search_index(index)["indexentries"]) == ["word"]


def test_nothing_is_built_where_nothing_has_changed(book: Path, capfd):
    before = (book / site.BUILT / "index.html").stat().st_mtime_ns
    os.utime(book / "one.md")
    site.build(book)
    assert (book / site.BUILT / "index.html").stat().st_mtime_ns == before
    assert "Nothing has changed" in capfd.readouterr().out


def test_a_replaced_picture_is_in_the_site(book: Path):
    (book / "picture.png").write_bytes(DOT + b"\0")
    site.build(book)
    assert contents(book)["_images/picture.png"] == DOT + b"\0"


def test_what_is_missing_in_the_site_is_built_again(book: Path):
    (book / site.BUILT / "_images" / "picture.png").unlink()
    site.build(book)
    assert "_images/picture.png" in contents(book)


def test_what_no_page_uses_any_more_is_not_left_in_the_site(book: Path):
    replace(book / "one.md", ONE[ONE.index("```") :], "")
    site.build(book)
    assert "_images/picture.png" not in contents(book)


def test_a_link_that_another_page_breaks_is_an_error_each_time(book: Path):
    replace(book / "one.md", "(here)=\n", "")
    for _ in range(2):
        with pytest.raises(site.BookFailed) as failed:
            site.build(book)
        assert "here" in failed.value.said
        assert not (book / site.BUILT).exists()
    replace(book / "one.md", "## There", "(here)=\n## There")
    site.build(book)
    assert "one.html" in contents(book)


def test_a_record_that_is_cut_off_is_none(book: Path):
    kept = book / site.BUILT.parent / record.FILE
    whole = kept.read_text("utf-8")
    kept.write_text(whole[:-20], "utf-8")
    with closing(site.Builder(book)) as builder:
        assert builder.build()
        assert not builder.build()


OWN = """\
import socket

socket.create_connection(("127.0.0.1", {port})).close()


def setup(app):
    app.connect("source-read", lambda app, name, source: source.append(source.pop() + "{word}"))
"""


@pytest.mark.parametrize("built", [True, False], ids=["after-a-build", "after-none"])
def test_a_process_that_was_ready_before_its_code_changed_builds_nothing(
    tmp_path: Path, built: bool
):
    """It has imported the code as it was."""
    toc = "format: jb-book\nroot: index\nchapters:\n- file: other\n"
    (tmp_path / "_toc.yml").write_text(toc, "utf-8")
    (tmp_path / "other.md").write_text("# Another page\n", "utf-8")
    (tmp_path / "_config.yml").write_text("sphinx: {extra_extensions: [own]}\n", "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as importing:
        importing.settimeout(60)
        port = importing.getsockname()[1]
        (tmp_path / "own.py").write_text(OWN.format(port=port, word="as it was"), "utf-8")
        for text in ("Words.", "A change, by which is known what a small build needs."):
            (tmp_path / "index.md").write_text(f"# A page\n\n{text}\n", "utf-8")
            site.build(tmp_path)
            importing.accept()
        with closing(site.Builder(tmp_path)) as builder:
            if built:
                (tmp_path / "index.md").write_text("# A page\n\nAnother change.\n", "utf-8")
            assert builder.build() == built
            importing.accept()
            builder.get_ready()
            if built:
                importing.accept()
            assert b"as it was" in contents(tmp_path)["index.html"]
            (tmp_path / "own.py").write_text(OWN.format(port=port, word="as it is"), "utf-8")
            assert builder.build()
            assert b"as it is" in contents(tmp_path)["index.html"]
            assert b"as it was" not in contents(tmp_path)["index.html"]
