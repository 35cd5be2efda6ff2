"""What the environment that builds the book must not contain, and that nothing of it stays."""

import subprocess
from importlib import metadata
from pathlib import Path

import pytest


@pytest.mark.parametrize("package", ["jupyterlab", "jupyter-collaboration", "notebook"])
def test_jupyterlab_is_kept_out(package):
    """Its extensions would end up in the book's demo; it lives in the stacks' environments."""
    with pytest.raises(metadata.PackageNotFoundError):
        metadata.version(package)


def test_make_clean_removes_each_folder_that_git_ignores_in_its_place():
    root = Path(__file__).parents[2]
    ignored = [line for line in (root / ".gitignore").read_text().split() if line.startswith("/")]
    done = subprocess.run(
        ["make", "--dry-run", "clean"], cwd=root, check=True, capture_output=True, text=True
    )
    assert {line.strip("/") for line in ignored} <= set(done.stdout.split())
