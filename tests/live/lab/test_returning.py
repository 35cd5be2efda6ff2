"""Words that came twice, and a text that went, on a real JupyterLab: its store tells which."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rtc_guide.doctor.mending import mend
from rtc_guide.doctor.recovering import earlier_of
from rtc_guide.doctor.store import NAME
from rtc_guide.stacks.environment import find_stack
from rtc_guide.trials.faults.notebook import notebook, texts_of
from rtc_guide.trials.faults.running import play
from rtc_guide.trials.faults.schedule import OF_SERVER, Does, Event, Schedule

ROOT = Path(__file__).parents[3]
STOP_AND_FORGET = tuple(
    Event(OF_SERVER, does) for does in (Does.STOPS, Does.FORGETS_EDITS, Does.STARTS)
)
# One person alone, so that it is sure who comes back.
SCHEDULE = Schedule(
    ("Ada",),
    (
        Event("Ada", Does.TYPES, "today", cell=0),
        Event("Ada", Does.TYPES, "again", cell=1),
        Event(OF_SERVER, Does.SETTLES),
        *STOP_AND_FORGET,
    ),
)


def test_the_doctor_undoes_what_came_of_coming_back(monkeypatch):
    known = []

    def look_at(folder: Path) -> None:
        # There the server keeps which file has which id.
        monkeypatch.setenv("JUPYTER_DATA_DIR", str(folder.parent / "data"))
        known.append(earlier_of(folder / NAME, "lesson-0.ipynb"))

    begun = notebook()
    playing = play(find_stack(None, ROOT), [SCHEDULE], files=[begun], look_at=look_at)
    with ThreadPoolExecutor(1) as thread:  # Playwright has a loop in this one
        (outcome,) = thread.submit(asyncio.run, playing).result()
    assert outcome.error is None
    assert outcome.file.count("today") == 2, "the damage"
    expected = texts_of(begun)
    expected[0] += " today"
    expected[1] += " again"
    mended = mend(outcome.file, known[0])
    assert ["".join(cell["source"]) for cell in json.loads(mended.text)["cells"]] == expected
    assert mended.left == ()
    assert mend(outcome.file).text == outcome.file, "without the store nothing tells"
