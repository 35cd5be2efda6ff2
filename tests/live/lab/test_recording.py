"""`rtc-guide record --check` as a user runs it: a picture that was altered, one that is missing."""

import shutil
import subprocess
import sys

import pytest
from PIL import Image

from rtc_guide.pages.pictures import dark
from rtc_guide.pages.reading import read_page

from ..conftest import ROOT

PAGE = "book/share.md"


@pytest.fixture
def project(tmp_path):
    """Copy the page, and what it shows, into a project of its own."""
    for folder in ("book", "images"):
        (tmp_path / folder).mkdir()
    for name in (PAGE, "book/lesson.ipynb"):
        shutil.copy(ROOT / name, tmp_path / name)
    for picture in (ROOT / "images").iterdir():
        shutil.copy(picture, tmp_path / "images")
    return tmp_path


def test_a_stale_and_a_missing_figure_are_told_with_their_line(project):
    page = read_page(project / PAGE, project)
    walkthrough = page.walkthroughs[-1]
    figure = next(step.figure for step in walkthrough.steps if step.figure)
    picture = project / figure.name
    altered = Image.open(picture).convert("RGB")
    left, top = altered.width // 2, altered.height // 2
    altered.paste("red", (left, top, left + 60, top + 24))
    altered.save(picture)
    (project / dark(figure.name)).unlink()
    before = {path.name: path.read_bytes() for path in (project / "images").iterdir()}

    done = subprocess.run(
        [sys.executable, "-m", "rtc_guide.cli", "record", picture.stem, "--check"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1, done.stdout
    place = f"{PAGE}:{figure.line}: "
    assert f"{place}{figure.name} is another one (" in done.stdout
    assert f"{place}{dark(figure.name)} is missing (" in done.stdout
    assert "make figures" in done.stdout
    after = {path.name: path.read_bytes() for path in (project / "images").iterdir()}
    assert after == before
    both = Image.open(project / ".artifacts" / "figures" / f"{picture.stem}.both.png")
    assert both.width > 2 * altered.width
