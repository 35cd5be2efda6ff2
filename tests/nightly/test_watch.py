"""A release that is no stack yet is tried, and what fails on it is told by page and line."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# As if nothing newer than JupyterLab 4.5 were known.
OLD = """\
newest = "lab-4.5"
[stacks]
"lab-4.5" = { requires = ["jupyterlab==4.5.*", "jupyter-collaboration==4.2.*"] }
"""
PAGE = """\
::::{ui:walkthrough} share
:finds: lesson.ipynb

:::{ui:step}
Choose {ui:menu-of}`lesson.ipynb` and {ui:menuitem}`LABEL`.
:::
::::
"""


@pytest.fixture
def watch(tmp_path):
    """Run the command in a project with one old stack and one page."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "stacks.toml").write_text(OLD)
    shutil.copy(ROOT / "stacks" / "lab-4.5.txt", tmp_path / "stacks")
    shutil.copy(ROOT / "book" / "lesson.ipynb", tmp_path)

    def run(label: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "page.md").write_text(PAGE.replace("LABEL", label))
        return subprocess.run(
            [sys.executable, "-m", "rtc_guide.cli", "watch", "page.md"],
            cwd=tmp_path,
            env=os.environ,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_a_release_on_which_all_holds(watch):
    done = watch("Copy Shareable Link")
    assert re.match(
        r"JupyterLab \S+, jupyter-collaboration \S+: everything holds \(1 of 1\)", done.stdout
    )
    assert done.returncode == 0, done.stderr


def test_a_release_on_which_a_step_fails(watch):
    done = watch("Copy Link")
    first, second, *_ = done.stdout.splitlines()
    assert re.fullmatch(r"JupyterLab \S+, jupyter-collaboration \S+: 1 of 1 items fail:", first)
    assert second.strip().startswith('page.md:5: no menuitem named "Copy Link"; visible')
    assert done.returncode == 1
