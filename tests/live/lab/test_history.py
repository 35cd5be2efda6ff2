"""Earlier versions of a notebook, from stores that real JupyterLab servers wrote."""

import asyncio
import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path

import nbformat
import pytest

from rtc_guide.doctor.recovering import tell_history
from rtc_guide.doctor.store import NAME, StoreError
from rtc_guide.stacks.environment import find_stack
from rtc_guide.stacks.ports import free_port
from rtc_guide.trials.people import Person
from rtc_guide.trials.standalone import Standalone
from rtc_guide.trials.visits import Visit
from rtc_guide.trials.waiting import until

ROOT = Path(__file__).parents[3]
SECONDS = 30
BEFORE = [f"# Step {n}\n\nRead the data of week {n}, then plot it." for n in range(1, 4)]
# The newest, and the last whose stores ypy-websocket wrote, where a path is a document's key.
STACKS = ["lab-4.6", "lab-4.0"]


def wrong_copy(document):
    """Add all cells once more in one edit, as a browser that comes back."""
    with document.ydoc.transaction():
        for text in BEFORE:
            document.append_cell({"cell_type": "markdown", "source": text, "metadata": {}})


async def edit(stack, home, look):
    """Edit a notebook on a server of the stack, and call `look` while the server has it open."""
    async with AsyncExitStack() as ending:
        server = Standalone(find_stack(stack, ROOT), free_port(), home)
        folder = server.folder / "course 1"
        folder.mkdir(parents=True)
        model = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_markdown_cell(text) for text in BEFORE[:2]]
        )
        (folder / "lesson.ipynb").write_text(nbformat.writes(model), "utf-8")
        ending.push_async_callback(server.stop)
        await server.start()
        person = Person("Ada")
        ending.push_async_callback(person.close)
        page = await person.open(f"{server.url}lab?token={server.token}")
        visit = Visit(person, server.url, page)
        async with visit.notebook("course 1/lesson.ipynb") as notebook:
            notebook.write(BEFORE[2])
            wrong_copy(notebook.document)
            assert await until(lambda: len(told(home)) >= 3, SECONDS) is not None, told(home)
            look()


def told(home):
    try:
        return list(tell_history(home))
    except StoreError:
        return []  # nothing is written yet


@pytest.fixture(scope="module", params=STACKS)
def home(request, tmp_path_factory):
    """The home of a server that has stopped, with its store; it was read while the server ran."""
    home = tmp_path_factory.mktemp("home")
    seen = []
    with ThreadPoolExecutor(1) as thread:  # Playwright has a loop in this one
        thread.submit(
            asyncio.run, edit(request.param, home, lambda: seen.append(told(home)))
        ).result()
    assert seen[0], "the store couldn't be read while the server used it"
    return home


def doctor(home, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "rtc_guide.cli", "doctor", *arguments],
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )


def snapshot(home):
    return {
        path.name: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in home.iterdir()
        if path.is_file() and path.name.startswith(".jupyter")
    }


def test_the_notebook_before_it_doubled_comes_back(home):
    before = snapshot(home)
    listed = doctor(home, "--history", NAME)
    assert listed.returncode == 0, listed.stderr
    first, *versions = listed.stdout.splitlines()
    assert first.startswith("course 1/lesson.ipynb: ")
    assert ["3 cells" in line for line in versions].count(True) == 1, listed.stdout
    assert "6 cells  cells 4–6 added (damage: repeated notebook)" in versions[-1]
    number = versions[-2].split()[0]
    written = doctor(
        home, "course 1/lesson.ipynb", "--history", NAME, "--version", number,
        "--output", f"before-{number}.ipynb",
    )  # fmt: skip
    assert written.returncode == 0, written.stderr
    notebook = nbformat.read(home / f"before-{number}.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert [cell.source for cell in notebook.cells] == BEFORE
    assert snapshot(home) == before


def test_a_store_cut_in_half_is_told_and_not_with_a_traceback(home, tmp_path):
    data = (home / NAME).read_bytes()
    (tmp_path / NAME).write_bytes(data[: len(data) // 2])
    done = doctor(tmp_path, "--history", NAME)
    assert done.returncode == 2
    assert "is damaged, or no store at all" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_notebook_that_the_store_has_not_is_told(home):
    done = doctor(home, "other.ipynb", "--history", NAME)
    assert done.returncode == 2
    assert "no notebook called other.ipynb. It has: course 1/lesson.ipynb" in done.stderr


def test_it_tells_what_was_typed_into_both_copies(home):
    versions = doctor(home, "--history", NAME).stdout.splitlines()
    (number,) = (line.split()[0] for line in versions if " 3 cells " in line)
    doctor(home, "--history", NAME, "--version", number, "--output", "before.ipynb")
    doubled = nbformat.read(home / "before.ipynb", as_version=4)
    doubled.cells += map(nbformat.v4.new_markdown_cell, BEFORE)
    doubled.cells[1].source += " Ada has."
    doubled.cells[4].source += " Ben will."
    (home / "course 1").mkdir(exist_ok=True)
    (home / "course 1/lesson.ipynb").write_text(nbformat.writes(doubled), "utf-8")
    done = doctor(home, "course 1/lesson.ipynb", "--fix", "--earlier", NAME)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "either copy of cell 2 is in there: an earlier version tells" in done.stdout
    mended = nbformat.read(home / "course 1/lesson.mended.ipynb", as_version=4)
    expected = [BEFORE[0], f"{BEFORE[1]} Ada has. Ben will.", BEFORE[2]]
    assert [cell.source for cell in mended.cells] == expected
