"""`rtc-guide doctor`: what it says, what it writes, its status."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from rtc_guide import cli

HEALTHY = (
    "import numpy as np\nimport pandas as pd",
    "data = pd.read_csv('levels.csv')\ndata.info()",
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "week1").mkdir()
    (tmp_path / "week1" / ".ipynb_checkpoints").mkdir()
    write(tmp_path / "week1/healthy.ipynb", HEALTHY)
    write(tmp_path / "week1/twice.ipynb", HEALTHY * 2)
    write(tmp_path / "week1/.ipynb_checkpoints/twice-checkpoint.ipynb", HEALTHY * 2)
    return tmp_path


def write(path, texts, different=2):
    cells = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"id{number % different}",
            "metadata": {},
            "outputs": [],
            "source": text,
        }
        for number, text in enumerate(texts)
    ]
    parts = {"metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps({"cells": cells} | parts), "utf-8")


def doctor(*arguments):
    return CliRunner().invoke(cli.main, ["doctor", *map(str, arguments)])


def count(path):
    return len(json.loads(path.read_text("utf-8"))["cells"])


def test_a_healthy_notebook(folder):
    told = doctor("week1/healthy.ipynb")
    assert told.exit_code == 0
    assert told.output == "week1/healthy.ipynb: healthy (2 cells)\n"


@pytest.mark.parametrize("names", [["."], ["week1/*.ipynb"], ["week1", "week1/twice.ipynb"]])
def test_folders_and_patterns_without_checkpoints(folder, names):
    told = doctor(*names)
    assert told.exit_code == 1
    assert told.output.count("healthy (2 cells)") == 1
    assert told.output.count("repeated notebook") == 1
    assert "cells 3 and 4 repeat cells 1 and 2" in told.output
    assert "checkpoint" not in told.output


def test_nothing_is_written_unless_asked(folder):
    before = {path: path.read_bytes() for path in folder.rglob("*.ipynb")}
    doctor(".", "--diff")
    assert {path: path.read_bytes() for path in folder.rglob("*.ipynb")} == before


def test_fix_writes_beside_the_file(folder):
    before = (folder / "week1/twice.ipynb").read_bytes()
    assert doctor("--fix", "week1/twice.ipynb").exit_code == 0
    assert count(folder / "week1/twice.mended.ipynb") == 2
    assert (folder / "week1/twice.ipynb").read_bytes() == before
    assert doctor("week1/twice.mended.ipynb").exit_code == 0


def test_a_mended_file_is_never_overwritten(folder):
    doctor("--fix", "week1/twice.ipynb")
    again = doctor("--fix", "week1/twice.ipynb")
    assert again.exit_code == 2
    assert "is there already" in again.output


def test_output_says_where(folder):
    assert doctor("--fix", "week1/twice.ipynb", "--output", "sound.ipynb").exit_code == 0
    assert count(folder / "sound.ipynb") == 2
    assert doctor("--output", "sound.ipynb", "week1").exit_code == 2


def test_in_place_keeps_the_file_as_it_was_and_never_loses_that(folder):
    path, backup = folder / "week1/twice.ipynb", folder / "week1/twice.ipynb.before-mending"
    before = path.read_bytes()
    assert doctor("--in-place", path).exit_code == 0
    assert (count(path), backup.read_bytes()) == (2, before)
    write(path, HEALTHY * 3)
    assert doctor("--in-place", path).exit_code == 2
    assert (count(path), backup.read_bytes()) == (6, before)
    assert sorted(file.name for file in path.parent.iterdir() if file.is_file()) == [
        "healthy.ipynb",
        "twice.ipynb",
        "twice.ipynb.before-mending",
    ]


def test_an_unreadable_file_is_told_and_the_rest_goes_on(folder):
    (folder / "week1/empty.ipynb").write_text("")
    told = doctor("missing.ipynb", "week1")
    assert told.exit_code == 2
    assert "missing.ipynb: there is no such file" in told.output
    assert "The file is empty" in told.output
    assert "healthy (2 cells)" in told.output


def test_json(folder):
    told = json.loads(doctor("--json", "week1").output)
    by_path = {report["path"]: report for report in told}
    assert by_path["week1/healthy.ipynb"]["status"] == "healthy"
    twice = by_path["week1/twice.ipynb"]
    assert (twice["status"], twice["cells"]) == ("found", 4)
    assert twice["findings"][0]["cells"] == [3, 4]


def test_diff(folder):
    pytest.importorskip("nbdime")
    told = doctor("--diff", "week1/twice.ipynb").output
    assert "deleted" in told
    assert "-      import numpy as np" in told


def test_bytes_that_are_no_text(folder):
    path = folder / "week1/healthy.ipynb"
    path.write_bytes(path.read_bytes().replace(b"levels", b"lev\xffls"))
    told = doctor(path)
    assert told.exit_code == 1
    assert "1 place in the file is no text" in told.output


def test_the_core_needs_nothing_that_a_browsers_python_does_not_have():
    code = """if True:
        import sys
        import rtc_guide.doctor.diagnosis, rtc_guide.doctor.mending
        ours = {name for name in sys.modules if name.startswith("rtc_guide.")}
        print({name for name in ours if not name.startswith("rtc_guide.doctor")})
        print({"nbdime", "pycrdt", "pycrdt_store", "playwright", "click"} & set(sys.modules))
    """
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["set()", "set()"]


def test_bad_use(folder):
    assert doctor().exit_code == 2
    assert doctor("week1/twice.ipynb", "--output", "a.ipynb", "--in-place").exit_code == 2


LINE = "Write your answer here:"
EARLIER = ("# Tide tables", LINE, "plot(levels)")


@pytest.fixture
def typed_into_both(folder):
    """A notebook that stands in its file twice, its answer typed into each copy."""
    ada, grace = (f"{LINE} high", f"{LINE} low")
    copies = [(EARLIER[0], answer, EARLIER[2]) for answer in (ada, grace)]
    write(folder / "tides.ipynb", copies[0] + copies[1], len(EARLIER))
    return folder / "tides.ipynb"


def sources(path):
    return ["".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]]


def test_without_an_earlier_version_both_answers_are_kept(typed_into_both, folder):
    doctor(typed_into_both, "--fix")
    mended = sources(folder / "tides.mended.ipynb")
    assert len(mended) == len(EARLIER) + 1
    assert {f"{LINE} high", f"{LINE} low"} < set(mended)


@pytest.mark.parametrize("is_named", [True, False])
def test_an_earlier_version_tells_that_both_were_typed(typed_into_both, folder, is_named):
    before = folder / ("before.ipynb" if is_named else ".ipynb_checkpoints/tides-checkpoint.ipynb")
    before.parent.mkdir(exist_ok=True)
    write(before, EARLIER, len(EARLIER))
    told = doctor(typed_into_both, "--fix", *(["--earlier", before] if is_named else []))
    assert told.exit_code == 0
    assert "either copy of cell 2 is in there: an earlier version tells" in told.output
    assert sources(folder / "tides.mended.ipynb") == [EARLIER[0], f"{LINE} high low", EARLIER[2]]


@pytest.mark.parametrize(
    "earlier",
    [
        ("# Tide tables", f"{LINE} high", "plot(levels)"),
        ("# Tide tables", "Write", "plot(levels)"),
        ("# Tide tables", "", "plot(levels)"),
        ("# Tide tables", f"{LINE} none", "plot(levels)"),
    ],
    ids=["after one typed", "before the line was written", "empty", "replaced in both"],
)
def test_a_version_of_another_time_tells_nothing(typed_into_both, folder, earlier):
    write(folder / "before.ipynb", earlier, len(EARLIER))
    doctor(typed_into_both, "--fix", "--earlier", folder / "before.ipynb")
    mended = sources(folder / "tides.mended.ipynb")
    assert {f"{LINE} high", f"{LINE} low"} < set(mended)


JOINED = ("# Tide tables", "plot(levels, tides, mean)")


@pytest.mark.parametrize(
    ("earlier", "first", "second"),
    [
        # What is there beside it is another cell's.
        (("speed = 3.5", "speed"), "speed = 4", "speed = 5"),
        (
            ("Write your answer here", "-"),
            "Write your answer here: high",
            "Write your answer here: low",
        ),
        (("y = f(x", "-"), "y = f(x) + a", "y = f(x) * b"),
    ],
)
def test_what_both_copies_had_before_is_not_typed_into_both(folder, earlier, first, second):
    title, plot = JOINED
    tides = folder / "tides.ipynb"
    write(tides, (title, first, plot, title, second, plot), 3)
    write(folder / "before.ipynb", (title, earlier[0], plot, earlier[1]), 4)
    doctor(tides, "--fix", "--earlier", folder / "before.ipynb")
    assert {first, second} < set(sources(folder / "tides.mended.ipynb"))


def test_an_earlier_version_is_of_one_file(typed_into_both, folder):
    write(folder / "before.ipynb", EARLIER, len(EARLIER))
    told = doctor(str(folder / "*.ipynb"), "--fix", "--earlier", folder / "before.ipynb")
    assert told.exit_code == 2
    assert "--earlier takes one file" in told.output
    assert not (folder / "tides.mended.ipynb").exists()


def test_an_earlier_version_that_is_none_is_refused(typed_into_both, folder):
    (folder / "notes.txt").write_text("no notebook")
    told = doctor(typed_into_both, "--fix", "--earlier", folder / "notes.txt")
    assert told.exit_code == 2
    assert "is no notebook, and no store of edits; name an earlier version of" in told.output
    assert not (folder / "tides.mended.ipynb").exists()
    assert doctor(".", "--fix", "--earlier", folder / "notes.txt").exit_code == 2


@pytest.mark.parametrize("checkpoint", ["no notebook", "", "{"])
def test_a_broken_checkpoint_is_left_aside(typed_into_both, folder, checkpoint):
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints/tides-checkpoint.ipynb").write_text(checkpoint)
    doctor(typed_into_both, "--fix")
    assert (folder / "tides.mended.ipynb").exists()
