"""Earlier versions from a server's store: stores are made by pycrdt-store itself."""

import asyncio
import hashlib
import os
import sqlite3
import subprocess
import sys
import textwrap
from itertools import pairwise

import nbformat
import pytest
from click.testing import CliRunner
from jupyter_ydoc import YNotebook
from pycrdt.store import SQLiteYStore

from rtc_guide.cli import main
from rtc_guide.doctor import store as stores
from rtc_guide.doctor.history import AT_MOST, PAUSE, list_versions, tell_change, write_version
from rtc_guide.doctor.recovering import earlier_of, recover, tell_history
from rtc_guide.doctor.store import StoreError, open_store

ID = "5b3f0f9e-1c1c-4f43-9b5d-6b1c5e1d2a77"
BEGIN = 1_790_000_000.0


def cell(text, id_=None, **more):
    return {"cell_type": "markdown", "source": text, "metadata": {}, **more} | (
        {"id": id_} if id_ else {}
    )


def opened(*texts):
    """What the server writes first: the document as it was on disk."""

    def open_(document):
        document.path = "course/lesson.ipynb"
        document.source = {
            "cells": [cell(text, f"cell-{number}") for number, text in enumerate(texts)],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        }

    return open_


def add(text):
    return lambda document: document.append_cell(cell(text))


def add_many(*texts):
    def add_(document):
        with document.ydoc.transaction():
            for text in texts:
                document.append_cell(cell(text))

    return add_


def change(index, text):
    def change_(document):
        document.set_cell(index, source=text)

    return change_


@pytest.fixture
def make_store(tmp_path, monkeypatch):
    """Write a store: `make_store((0, opened("# A")), (60, add("# B")))`, with seconds and edits."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    path = tmp_path / stores.NAME

    def make(*steps, key=f".notebook:{ID}.y"):
        asyncio.run(_write(path, key, [edit for _, edit in steps]))
        with sqlite3.connect(path) as database:
            rows = database.execute("SELECT rowid FROM yupdates WHERE path = ?", (key,)).fetchall()
            for (row,), (when, _) in zip(rows, steps, strict=True):
                query = "UPDATE yupdates SET timestamp = ? WHERE rowid = ?"
                database.execute(query, (BEGIN + when, row))
        database.close()
        return path

    return make


async def _write(path, key, edits):
    class Store(SQLiteYStore):
        db_path = str(path)

    document = YNotebook()
    # One transaction an edit, as what a browser sends.
    async with Store(key) as store:
        for edit in edits:
            before = document.ydoc.get_state()
            edit(document)
            await store.write(document.ydoc.get_update(before))


def read(path):
    with open_store(path) as store:
        (key,) = store.documents()
        return store.edits(key)


def changes(path):
    return [version.change for version in list_versions(read(path)).versions]


def texts(text):
    return [cell.source for cell in nbformat.reads(text, as_version=4).cells]


def test_a_pause_ends_a_version_and_single_edits_do_not(make_store):
    path = make_store(
        (0, opened("# A")),
        (PAUSE + 1, add("# B")),
        (PAUSE + 2, change(1, "# B, and")),
        (PAUSE + 3, change(1, "# B, and more")),
        (2 * PAUSE + 5, add("# C")),
    )
    versions = list_versions(read(path)).versions
    assert [(v.number, v.cells, v.when.timestamp() - BEGIN) for v in versions] == [
        (1, 1, 0),
        (2, 2, PAUSE + 3),
        (3, 3, 2 * PAUSE + 5),
    ]
    assert texts(write_version(read(path), versions[1])) == ["# A", "# B, and more"]


def test_the_notebook_before_it_doubled_is_a_version_though_nobody_paused(make_store):
    path = make_store(
        (0, opened("# A", "# B", "# C")),
        (1, change(0, "# A, edited")),
        (2, add_many("# A, edited", "# B", "# C")),
        (3, change(0, "# A, edited again")),
    )
    versions = list_versions(read(path)).versions
    assert [version.cells for version in versions] == [3, 6]
    assert texts(write_version(read(path), versions[0])) == ["# A, edited", "# B", "# C"]
    assert versions[1].change == "cells 4–6 added; cell 1 changed"


def test_a_version_says_what_the_doctor_finds_in_it(make_store):
    lesson = [f"# Step {n}\n\nRead the data of week {n}, then plot it." for n in range(1, 5)]
    path = make_store((0, opened(*lesson)), (1, add_many(*lesson)))
    _, whole, doubled = tell_history(path)
    assert whole.endswith("as it was opened")
    assert doubled.endswith("cells 5–8 added (damage: repeated notebook)")


def test_work_without_a_pause_has_versions_too(make_store):
    steps = [(number * (PAUSE - 1), change(0, f"# {number}")) for number in range(1, 60)]
    versions = list_versions(read(make_store((0, opened("# A")), *steps))).versions
    lasted = [
        after.when.timestamp() - before.when.timestamp() for before, after in pairwise(versions)
    ]
    assert len(versions) == 3
    assert max(lasted) <= AT_MOST + PAUSE


def test_what_differs_in_nothing_is_no_version(make_store):
    path = make_store(
        (0, opened("# A")),
        (100, lambda document: setattr(document, "dirty", True)),
        (200, add("# B")),
    )
    assert changes(path) == ["as it was opened", "cell 2 added"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("a b", "a b c d", "cells 3–4 added"),
        ("a b c", "b", "cells 1, 3 removed"),
        ("a b", "a b a", "cell 3 added"),
        ("a b c", "c a b", "cells 1–3 in another order"),
        ("a b", "x a", "cell 1 added; cell 2 removed"),
        ("a", "a", "metadata changed"),
    ],
)
def test_a_change_is_told_in_a_line(before, after, told):
    assert tell_change(*([cell(t, t) for t in names.split()] for names in (before, after))) == told


def test_changed_texts_and_outputs_are_told_apart():
    was = [cell("a", "1"), cell("b", "2", outputs=[]), cell("c", "3")]
    now = [cell("a!", "1"), cell("b", "2", outputs=[{"output_type": "stream"}]), cell("c", "3")]
    assert tell_change(was, now) == "cell 1 changed; cell 2 with other outputs"


def test_cells_without_ids_are_known_by_their_texts():
    was, now = ([cell(text) for text in names] for names in ("aab", "aaab"))
    assert tell_change(was, now) == "cell 3 added"


def test_versions_are_valid_and_cells_have_ids_of_their_own(make_store):
    path = make_store((0, opened("# A")), (100, lambda d: d.append_cell(cell("# B", "cell-0"))))
    edits = read(path)
    text = write_version(edits, list_versions(edits).versions[-1])
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert len({cell.id for cell in notebook.cells}) == 2


def test_a_damaged_edit_is_told_and_the_others_are_used(make_store):
    path = make_store((0, opened("# A")), (100, add("# B")), (200, change(0, "# A!")))
    with sqlite3.connect(path) as database:
        database.execute("UPDATE yupdates SET yupdate = x'ff00ff' WHERE rowid = 2")
    database.close()
    history = list_versions(read(path))
    assert history.unreadable == 1
    assert "1 edit can’t be read: versions may lack something." in "\n".join(tell_history(path))
    assert history.versions[0].cells == 1


def test_a_listing_tells_path_versions_and_files_of_other_kinds(make_store):
    make_store((0, opened("notes")), key=".file:" + ID[::-1] + ".y")
    path = make_store((0, opened("# A")), (100, add("# B")))
    told = list(tell_history(path))
    assert told[0] == "course/lesson.ipynb: 2 versions, 2 edits"
    assert told[1].endswith("1 cell  as it was opened")
    assert told[2].endswith("2 cells  cell 2 added")
    assert told[3:] == ["It also has 1 file of other kinds."]


def test_the_path_is_the_one_that_the_file_has_today(make_store, tmp_path):
    path = make_store((0, opened("# A")))
    (tmp_path / "data").mkdir()
    with sqlite3.connect(tmp_path / "data" / "file_id_manager.db") as database:
        database.execute("CREATE TABLE Files (id TEXT PRIMARY KEY, path TEXT)")
        database.execute("INSERT INTO Files VALUES (?, ?)", (ID, "course/renamed.ipynb"))
    database.close()
    assert next(tell_history(path)).startswith("course/renamed.ipynb: ")
    # By its former name it is still found.
    assert list(tell_history(path, ["course/lesson.ipynb"])) == list(tell_history(path))


def test_a_store_of_before_jupyterlab_4_1_tells_paths_itself(make_store):
    path = make_store(
        (0, lambda document: opened("# A")(document) or document.ystate.pop("path")),
        key="course/.notebook:old lesson.ipynb.y",
    )
    assert next(tell_history(path)).startswith("course/old lesson.ipynb: ")


@pytest.mark.parametrize("name", ["course/lesson.ipynb", "lesson.ipynb", ID])
def test_a_version_is_written_to_a_new_file_and_to_no_other(make_store, tmp_path, name):
    path = make_store((0, opened("# A")), (100, add("# B")))
    output = tmp_path / "recovered.ipynb"
    told = recover(path, [name], 1, output)
    assert told.endswith("1 cell") and "course/lesson.ipynb" in told
    assert texts(output.read_text("utf-8")) == ["# A"]
    with pytest.raises(StoreError, match="is there already"):
        recover(path, [name], 2, output)
    assert texts(output.read_text("utf-8")) == ["# A"]


def test_what_cannot_be_had_is_told_with_what_can(make_store, tmp_path):
    path = make_store((0, opened("# A")))
    with pytest.raises(StoreError, match=r"no notebook called x\.ipynb.*course/lesson\.ipynb"):
        list(tell_history(path, ["x.ipynb"]))
    with pytest.raises(StoreError, match="has versions 1 to 1, but no version 2"):
        recover(path, [], 2, tmp_path / "out.ipynb")
    make_store((0, opened("# B")), key=f".notebook:{ID[::-1]}.y")
    with pytest.raises(StoreError, match="Which notebook"):
        recover(path, [], 1, tmp_path / "out.ipynb")
    with pytest.raises(StoreError, match=r"several notebooks called lesson\.ipynb"):
        recover(path, ["lesson.ipynb"], 1, tmp_path / "out.ipynb")
    assert not (tmp_path / "out.ipynb").exists()


def test_no_store_is_told(tmp_path):
    for path in (tmp_path, tmp_path / "nowhere.db"):
        with pytest.raises(StoreError, match=r"there is no such file.*\.jupyter_ystore\.db"):
            list(tell_history(path))


def test_another_database_is_told(tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE other (x)")
    database.close()
    with pytest.raises(StoreError, match="no store of shared documents"):
        list(tell_history(path))


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data[:50],
        lambda data: b"# not a database\n" * 200,
        lambda data: data[:4096] + os.urandom(len(data) - 4096),
    ],
    ids=["half", "its beginning", "text", "garbled"],
)
def test_a_damaged_store_is_told(make_store, damage):
    path = make_store(*((number, change_or_open(number)) for number in range(40)))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(StoreError, match="is damaged, or no store at all"):
        list(tell_history(path))


def change_or_open(number):
    return change(0, f"# {number} " * 100) if number else opened("# A")


def test_an_empty_file_is_no_store(tmp_path):
    path = tmp_path / stores.NAME
    path.touch()
    with pytest.raises(StoreError, match="no store of shared documents"):
        list(tell_history(tmp_path))


def snapshot(folder):
    return {
        path.name: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in folder.iterdir()
    }


def test_reading_changes_nothing(make_store, tmp_path):
    path = make_store((0, opened("# A")), (100, add("# B")))
    before = snapshot(tmp_path)
    list(tell_history(path))
    assert snapshot(tmp_path) == before


# Fill SQLite's small cache, so that a half-done transaction is on disk, and be killed.
KILLED = """
import os, signal, sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("PRAGMA cache_size = 2")
database.execute("BEGIN IMMEDIATE")
database.execute("UPDATE yupdates SET timestamp = timestamp + 1000, yupdate = zeroblob(5000)")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_server_left_that_was_killed_while_writing_is_undone_in_a_copy(make_store, tmp_path):
    path = make_store(*((number, change_or_open(number)) for number in range(40)))
    whole = list(tell_history(path))
    subprocess.run([sys.executable, "-c", textwrap.dedent(KILLED), path], check=False)
    journal = path.with_name(f"{path.name}-journal")
    assert journal.stat().st_size > 0, "nothing was left unfinished: this proves nothing"
    before = snapshot(tmp_path)
    assert list(tell_history(path)) == whole
    assert snapshot(tmp_path) == before


def run(*arguments):
    return CliRunner().invoke(main, ["doctor", *map(str, arguments)])


def test_the_command_lists_and_writes(make_store, tmp_path):
    path = make_store((0, opened("# A")), (100, add("# B")))
    assert run("--history", path).output.splitlines() == list(tell_history(path))
    output = tmp_path / "out.ipynb"
    done = run("lesson.ipynb", "--history", path, "--version", 1, "--output", output)
    assert (done.exit_code, texts(output.read_text("utf-8"))) == (0, ["# A"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--history", "x", "--version", 1], "--version and --output go together"),
        (["--history", "x", "--fix"], "--history goes with --version and --output only"),
        (["a.ipynb", "--version", 1], "--version needs --history"),
        (["--history", "x.db"], "there is no such file"),
        ([], "Name a notebook"),
    ],
)
def test_bad_use_of_the_command_is_told_with_status_2(arguments, told):
    done = run(*arguments)
    assert done.exit_code == 2
    assert told in done.output


def test_the_record_is_the_one_of_the_files_own_path(make_store, tmp_path):
    store = make_store((0, opened("# A", "# B", "# C")), (1, add("# D")))
    (tmp_path / "course").mkdir()
    earlier = earlier_of(store, tmp_path / "course" / "lesson.ipynb")
    assert [cell.text for cell in earlier.versions[0]] == ["# A", "# B", "# C", "# D"]
    # Somewhere else it may be a copy, and is known by its name.
    assert earlier_of(store, tmp_path.parent / "lesson.ipynb").versions
    with pytest.raises(StoreError, match=r"no notebook called other/lesson.ipynb.*--history"):
        earlier_of(store, tmp_path / "other" / "lesson.ipynb")


def test_a_version_that_is_no_whole_notebook_is_passed_over(make_store, tmp_path):
    def break_(document):
        document.ycells[0]["cell_type"] = "none"

    store = make_store((0, opened("# A", "# B")), (PAUSE + 1, add("# C")), (3 * PAUSE, break_))
    (good,) = earlier_of(store, tmp_path / "course" / "lesson.ipynb").versions[-1:]
    assert [cell.text for cell in good] == ["# A", "# B"]
