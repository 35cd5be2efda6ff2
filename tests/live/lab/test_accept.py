"""`rtc-guide check --accept`: what a check saw on the live software becomes evidence."""

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

from rtc_guide.evidence.stack import Evidence, path_of, read, write
from rtc_guide.evidence.walked import Walked
from rtc_guide.pages.reading import read_page

from ..conftest import ROOT


def test_what_was_seen_is_kept_also_where_it_failed(tmp_path: Path):
    book = tmp_path / "book"
    book.mkdir()
    for name in ("share.md", "join.md", "lesson.ipynb"):
        shutil.copy(ROOT / "book" / name, book)
    page = read_page(book / "share.md", tmp_path)
    failing = next(item for item in page.walkthroughs if item.id == "share-link")
    copied = next(word for word in failing.words if word.role == "copied")
    lines = page.path.read_text("utf-8").split("\n")
    lines[copied.line - 1] = lines[copied.line - 1].replace(copied.text, f"{copied.text}?no")
    page.path.write_text("\n".join(lines), "utf-8")
    before = [
        Walked(id, 1.0, date(2026, 1, 1), "abc", {"JupyterLab": "4"})
        for id in ("who-is-online", "declared-no-more")
    ]
    path = path_of("lab-4.6", tmp_path)
    write(Evidence("lab-4.6").with_walked(before, [each.walkthrough for each in before]), path)

    done = subprocess.run(
        [sys.executable, "-m", "rtc_guide.cli", "check", "--accept",
         "book/share.md::share-link", "book/join.md::join-link"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1, done.stdout
    seen = read(path).walkthroughs
    assert sorted(seen) == ["join-link", "share-link", "who-is-online"]
    assert seen["who-is-online"] == before[0]

    failed = seen["share-link"]
    step = next(
        number for number, each in enumerate(failing.steps, 1) if copied in each.words
    )  # fmt: skip
    assert failed.failure is not None
    assert failed.failure.page == "book/share.md"
    assert (failed.failure.line, failed.failure.step) == (copied.line, step)
    assert "the clipboard has" in failed.failure.found
    # The step before told what it saw; of this one, the button was seen.
    assert [heading for heading, _ in failed.saw] == [
        each.tells for each in failing.steps[:step] if each.tells
    ]

    joined = seen["join-link"]
    assert joined.failure is None
    typed = [
        word.text
        for item in read_page(book / "join.md", tmp_path).walkthroughs
        if item.id == "join-link"
        for word in item.words
        if word.role == "type"
    ]
    assert joined.latency is not None
    assert 0 < len(joined.latency) <= sum(map(len, typed))
    assert joined.versions["JupyterLab"].startswith("4.6.")
