"""Words that came twice on a real JupyterLab: its store tells the doctor which."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat

from rtc_guide.doctor.mending import mend
from rtc_guide.doctor.recovering import earlier_of
from rtc_guide.doctor.store import NAME
from rtc_guide.stacks.environment import find_stack
from rtc_guide.trials.faults.running import play
from rtc_guide.trials.faults.schedule import OF_SERVER, Does, Event, Schedule

ROOT = Path(__file__).parents[3]
STOP_AND_FORGET = tuple(
    Event(OF_SERVER, does) for does in (Does.STOPS, Does.FORGETS_EDITS, Does.STARTS)
)
SCHEDULE = Schedule(
    ("Ada", "Ben"),
    (
        Event("Ada", Does.TYPES, "today", cell=0),
        Event("Ben", Does.TYPES, "again", cell=2),
        Event(OF_SERVER, Does.SETTLES),
        *STOP_AND_FORGET,
    ),
)
TEXTS = ["# Tides at the bridge", "levels = read('levels.csv')", "plot(levels, by='month')"]


def begin() -> str:
    """Write a notebook of the format before 4.5, as most are: its cells have no ids."""
    cells = [nbformat.v4.new_raw_cell(text) for text in TEXTS]
    for cell in cells:
        del cell["id"]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells, nbformat_minor=4))


def test_the_doctor_takes_out_what_came_twice(monkeypatch):
    known = []

    def look_at(folder: Path) -> None:
        # There the server keeps which file has which id.
        monkeypatch.setenv("JUPYTER_DATA_DIR", str(folder.parent / "data"))
        known.append(earlier_of(folder / NAME, folder / "lesson-0.ipynb"))

    playing = play(find_stack(None, ROOT), [SCHEDULE], files=[begin()], look_at=look_at)
    with ThreadPoolExecutor(1) as thread:  # Playwright has a loop in this one
        (outcome,) = thread.submit(asyncio.run, playing).result()
    assert outcome.error is None
    assert outcome.file.count("today") == outcome.file.count("again") == 2, "the damage"
    expected = [f"{TEXTS[0]} today", TEXTS[1], f"{TEXTS[2]} again"]
    mended = mend(outcome.file, known[0])
    assert ["".join(cell["source"]) for cell in json.loads(mended.text)["cells"]] == expected
    assert mended.left == ()
    assert mend(outcome.file).text == outcome.file, "without the store nothing tells"
