"""`rtc-guide build` and `serve`, on a small book of the test's own."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

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
    with pytest.raises(site.SiteError, match="errors"):
        site.build(book)
    assert not (book / site.BUILT).exists()
    assert not list(book.rglob("*.doctree"))


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C can't be sent to one process there")
def test_serve_says_where_and_stops_on_ctrl_c(book: Path):
    command = [sys.executable, "-m", "rtc_guide.cli", "serve", "--no-open"]
    serving = subprocess.Popen(
        command,
        cwd=book,
        stdout=subprocess.PIPE,
        text=True,
        # A shell's background job ignores Ctrl-C, and so would all that it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert serving.stdout
    try:
        said = (re.search(r"http://127\.0\.0\.1:\d+/", line) for line in serving.stdout)
        url = next(found[0] for found in said if found)
        assert urlopen(url).status == 200
        os.kill(serving.pid, signal.SIGINT)
        rest, _ = serving.communicate(timeout=60)
        assert "Stopped" in rest
        assert serving.returncode == 0
    finally:
        serving.kill()
        serving.wait()
        serving.stdout.close()
