"""What the command says where it can't do what it is asked to."""

import subprocess
import sys
from pathlib import Path

import pytest

# The command in an environment that lacks a package.
WITHOUT = "import sys; sys.modules[{!r}] = None; from rtc_guide.cli import main; main()"


@pytest.mark.parametrize(
    ("arguments", "package", "extra"),
    [
        (["serve", "--no-open"], "watchfiles", "book"),
        (["build"], "jupyter_book", "book"),
        (["search"], "pycrdt_yjs", "trials"),
        (["replay", "schedule.json"], "pycrdt_yjs", "trials"),
        (["doctor", "lesson.ipynb"], "nbformat", "doctor"),
        (["doctor", "--history", "store.db"], "pycrdt", "doctor"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else value,
)
def test_a_package_that_is_missing_is_told_with_the_extra_that_brings_it(
    tmp_path: Path, arguments: list[str], package: str, extra: str
):
    for name in ("_config.yml", "schedule.json", "lesson.ipynb", "store.db"):
        (tmp_path / name).touch()
    command = [sys.executable, "-c", WITHOUT.format(package), *arguments]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    (told,) = done.stderr.splitlines()
    assert told.endswith(f"pip install 'rtc-guide[{extra}]'"), told
