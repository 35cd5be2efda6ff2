"""What is in the packages, and that the source archives make the same wheels."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from uv import find_uv_bin

ROOT = Path(__file__).parents[2]
SOURCES = {"rtc_guide": ROOT, "pycrdt_yjs": ROOT / "src" / "pycrdt_yjs"}


@pytest.mark.parametrize("name", SOURCES)
def test_the_source_archive_makes_the_wheel_that_the_source_makes(name, packages, tmp_path):
    (built,) = packages.glob(f"{name}-*.whl")
    (archive,) = packages.glob(f"{name}-*.tar.gz")
    with tarfile.open(archive) as sources:
        sources.extractall(tmp_path, filter="data")
    (unpacked,) = (path for path in tmp_path.iterdir() if path.is_dir())
    for source, place in ((unpacked, "from-archive"), (SOURCES[name], "from-source")):
        subprocess.run(
            [find_uv_bin(), "build", "--quiet", "--wheel", "--no-build-isolation", "--no-sources",
             "--python", sys.executable, "--out-dir", tmp_path / place, source],
            check=True,
        )  # fmt: skip
        (wheel,) = (tmp_path / place).glob("*.whl")
        assert wheel.name == built.name
        # Byte for byte: names, contents, order and dates.
        assert wheel.read_bytes() == built.read_bytes(), place


@pytest.mark.parametrize("name", SOURCES)
def test_nothing_is_in_a_wheel_that_is_for_us_only(name, packages):
    (built,) = packages.glob(f"{name}-*.whl")
    with zipfile.ZipFile(built) as wheel:
        names = wheel.namelist()
    tops = {Path(each).parts[0] for each in names}
    assert tops == {name, next(each for each in tops if each.endswith(".dist-info"))}
    strange = {"__pycache__", "node_modules", "tests", "test", "bench", ".venv", ".git"}
    assert [each for each in names if strange & set(Path(each).parts)] == []
    assert [each for each in names if Path(each).name.startswith((".", "test_"))] == []
