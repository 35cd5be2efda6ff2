"""What is in the packages, and that the source archives make the same wheels."""

import re
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
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


def test_what_is_packed_into_the_wheel_comes_with_its_licences(packages):
    (built,) = packages.glob("rtc_guide-*.whl")
    with zipfile.ZipFile(built) as wheel:
        names = wheel.namelist()
        (metadata,) = (each for each in names if each.endswith(".dist-info/METADATA"))
        told = message_from_bytes(wheel.read(metadata))
        info = metadata.removesuffix("METADATA")
        licences = {
            file: wheel.read(f"{info}licenses/{file}").decode()
            for file in told.get_all("License-File")
        }
    assert told["License-Expression"] == "BSD-3-Clause AND MIT"
    assert set(licences) == {"LICENSE", "src/rtc_guide/editor/static/editor.js.LICENSE.txt"}
    assert "@codemirror/view" in licences["src/rtc_guide/editor/static/editor.js.LICENSE.txt"]


@pytest.mark.parametrize("name", SOURCES)
def test_what_pypi_shows_of_a_package_is_whole(name, packages):
    """Its page there has no other files beside it, and knows of no Python that isn't named."""
    (built,) = packages.glob(f"{name}-*.whl")
    with zipfile.ZipFile(built) as wheel:
        (metadata,) = (each for each in wheel.namelist() if each.endswith(".dist-info/METADATA"))
        told = message_from_bytes(wheel.read(metadata))
    assert told["Author"] == "The RTC guide's contributors"
    assert told["Keywords"] and told["Summary"]
    versions = {f"Programming Language :: Python :: 3.{minor}" for minor in (11, 12, 13)}
    assert versions <= set(told.get_all("Classifier"))
    page = told.get_payload()
    assert f"pip install {name.replace('_', '-')}" in page
    targets = re.findall(r"\]\(([^)]*)\)|^\[[^\]]+\]: (\S+)", page, re.MULTILINE)
    assert [
        one or other for one, other in targets if not (one or other).startswith("https://")
    ] == []


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
