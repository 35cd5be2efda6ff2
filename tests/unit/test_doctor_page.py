"""The directive of the doctor's page in a Sphinx build, and what goes into the site with it."""

import re
import subprocess
import sys
import zipfile
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.console import nocolor

from rtc_guide.doctor_page import archive

PAGE = """\
# Damaged

:::{doctor}
On the command line: `rtc-guide doctor`.
:::
"""
OTHER = "---\norphan: true\n---\n# Other\n\nWords.\n"


@pytest.fixture
def build(write_page, tmp_path: Path):
    def build(builder="html", **pages):
        """Build pages given by name (`a__b` is `a/b`); return each as built, and the warnings."""
        names = [name.replace("__", "/") for name in pages]
        for name, text in zip(names, pages.values(), strict=True):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            write_page(text, f"{name}.md")
        warnings = StringIO()
        nocolor()
        app = Sphinx(
            tmp_path, None, tmp_path / "_out", tmp_path / "_trees", builder,
            confoverrides={
                "extensions": ["myst_parser", "rtc_guide.doctor_page.extension"],
                "myst_enable_extensions": ["colon_fence"],
                "exclude_patterns": ["_*"],
                "root_doc": names[0],
            },
            status=None,
            warning=warnings,
        )  # fmt: skip
        app.build()
        # Several applications in one process share docutils' registry.
        told = [line for line in warnings.getvalue().splitlines() if "registered" not in line]
        ending = {"html": "html", "text": "txt"}[builder]
        return [(tmp_path / "_out" / f"{name}.{ending}").read_text("utf-8") for name in names], told

    return build


def test_the_page_tells_its_script_where_the_rest_is(build, tmp_path):
    (_, html), told = build(index="# Book\n", book__risks__doctor=f"---\norphan: true\n---\n{PAGE}")
    assert told == []
    found = dict(re.findall(r'data-(worker|python|lite)="([^"]*)"', html))
    assert found["lite"] == "../../lite/jupyter-lite.json"
    folder = tmp_path / "_out" / "book" / "risks"
    for name in ("worker", "python"):
        path, _, version = found[name].partition("?v=")
        assert (folder / path).is_file()
        assert re.fullmatch("[0-9a-f]{8}", version)


def test_who_runs_no_script_reads_the_command_line(build):
    for builder in ("html", "text"):
        (page,), told = build(builder, index=PAGE)
        assert told == []
        assert "On the command line" in page


def test_script_and_style_are_on_pages_that_use_them_alone(build):
    (html, without), told = build(index=PAGE, other=OTHER)
    assert told == []
    assert re.search(r'<script type="module" src="_static/doctor.js\?v=\w+">', html)
    assert re.search(r'href="_static/doctor.css\?v=\w+"', html)
    assert "doctor" not in without


def test_a_page_without_words_for_others_is_told_with_its_line(build):
    _, told = build(index="# Damaged\n\n:::{doctor}\n:::\n")
    assert "index.md:3: ERROR" in "\n".join(told)


# What only the command needs, and the browser hasn't.
OF_THE_COMMAND = {"click", "jupyter_core", "jupyter_ydoc", "nbdime", "pycrdt", "sqlite3"}
IMPORTED = """
import sys
sys.path.insert(0, sys.argv[1])
from rtc_guide.doctor_page import consultation
print(consultation.__file__)
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_what_goes_into_the_site_is_whole_and_needs_nothing_of_the_command(tmp_path):
    path = tmp_path / "doctor.zip"
    path.write_bytes(archive.pack())
    done = subprocess.run(
        [sys.executable, "-I", "-c", IMPORTED, path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    file, imported = done.stdout.splitlines()
    assert file.startswith(str(path))
    assert "nbformat" in imported.split()
    assert set(imported.split()) & OF_THE_COMMAND == set()


def test_the_same_files_make_the_same_archive():
    assert archive.pack() == archive.pack()
    with zipfile.ZipFile(BytesIO(archive.pack())) as packed:
        names = packed.namelist()
    assert len(names) == len(set(names))
