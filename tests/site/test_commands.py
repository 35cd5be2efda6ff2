"""`rtc-guide build` and `serve`, on a small book of the test's own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from rtc_guide import site


@pytest.fixture
def book(tmp_path: Path) -> Path:
    (tmp_path / "_config.yml").write_text("title: A book\nexecute: {execute_notebooks: 'off'}\n")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    (tmp_path / "index.md").write_text("# A page\n")
    return tmp_path


def test_a_book_with_a_warning_leaves_nothing(book: Path):
    """Neither a site that looks whole, nor read pages whose warnings would not be told again."""
    (book / "index.md").write_text("# A page\n\n{doc}`missing`\n")
    with pytest.raises(site.BookFailed, match=r"errors:\nindex\.md:3: WARNING: .*missing"):
        site.build(book)
    assert not (book / site.BUILT).exists()
    assert not list(book.rglob("*.doctree"))


def test_a_page_that_is_not_listed_is_told_at_the_end(book: Path, capfd):
    """Unless its author says so, or another page includes it."""
    (book / "_config.yml").write_text(
        "only_build_toc_files: true\nexclude_patterns: [draft.md]\n"
        "execute: {execute_notebooks: 'off'}\n"
    )
    for name in ("draft", "new", "part"):
        (book / f"{name}.md").write_text("# Another page\n")
    (book / "index.md").write_text("# A page\n\n```{include} part.md\n```\n")
    site.build(book)
    told = capfd.readouterr().out.splitlines()[-10:]
    assert [line.split()[0] for line in told if "is not in the book" in line] == ["new.md"]


def test_settings_that_cannot_be_read_are_told_in_one_line(book: Path, capfd):
    (book / "_config.yml").write_text("title: A book: of mine\n")
    with pytest.raises(site.BookFailed, match=r"errors:\n_config\.yml:1: ERROR: "):
        site.build(book)
    assert "Traceback" not in capfd.readouterr().err


@contextmanager
def serving(book: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `serve` in a process of its own; give the process and the address that it says."""
    command = [sys.executable, "-m", "rtc_guide.cli", "serve", "--no-open"]
    process = subprocess.Popen(
        command,
        cwd=book,
        stdout=subprocess.PIPE,
        text=True,
        # A shell's background job ignores Ctrl-C, and so would all that it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout
    try:
        said = (re.search(r"http://127\.0\.0\.1:\d+/", line) for line in process.stdout)
        yield process, next(found[0] for found in said if found)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C can't be sent to one process there")
def test_serve_says_where_and_stops_on_ctrl_c(book: Path):
    with serving(book) as (process, url):
        assert urlopen(url).status == 200
        os.kill(process.pid, signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
        assert "Stopped" in rest
        assert process.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="it is ended by a signal")
def test_what_is_saved_shows_in_an_open_page(book: Path, page: Page):
    heading = page.get_by_role("heading", level=1)
    with serving(book) as (_, url):
        page.goto(f"{url}index.html")
        expect(heading).to_contain_text("A page")
        (book / "index.md").write_text("# Another page\n", "utf-8")
        expect(heading).to_contain_text("Another page", timeout=120_000)
        (book / "index.md").write_text("# A page\n\n{doc}`missing`\n", "utf-8")
        expect(heading).to_have_text("The book has errors", timeout=120_000)
        expect(page.get_by_text("missing")).to_be_visible()
        (book / "index.md").write_text("# A mended page\n", "utf-8")
        expect(heading).to_contain_text("A mended page", timeout=120_000)


def test_serve_begins_with_a_broken_book(book: Path, page: Page):
    (book / "index.md").write_text("# A page\n\n{doc}`missing`\n", "utf-8")
    with serving(book) as (_, url):
        page.goto(url)
        expect(page.get_by_role("heading", level=1)).to_have_text("The book has errors")
