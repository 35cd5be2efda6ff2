"""The demo's notebooks outside the browser: CPython, real kernels, a real server."""

from collections import Counter
from pathlib import Path

import pytest
from nbclient.exceptions import CellExecutionError

pytestmark = pytest.mark.anyio

FOLDER = Path(__file__).parents[3] / "book" / "try" / "notebooks"
NOTEBOOKS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))


def test_all_notebooks_are_here():
    assert {"ada", "grace", "merge", "double", "home"} <= set(NOTEBOOKS)


@pytest.mark.parametrize("name", NOTEBOOKS)
async def test_a_notebook_runs_from_start_to_end(name, execute, server):
    done = await execute(name, server.url)
    codes = [cell for cell in done.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in codes)
    shown = Counter(
        kind
        for cell in codes
        for output in cell.outputs
        for kind in (output.get("data", {}) if output.output_type != "stream" else [output.name])
    )
    assert shown["application/vnd.jupyter.widget-view+json"], "no editor"
    assert not shown["stderr"]


async def test_what_one_writes_the_other_reads(start, mortal_server):
    ada = await start("ada", mortal_server.url)
    grace = await start("grace", mortal_server.url)
    await ada.run(0)
    await grace.run(0)
    await ada.say('text += "from Ada "')
    await grace.until('"Ada" in str(text)')
    await grace.say('text += "from Grace"')
    await ada.until('"Grace" in str(text)')
    assert await ada.run(1) == await grace.run(1) == "4 words\n"
    assert await ada.say("print(text)") == "from Ada from Grace\n"
    for person in (ada, grace):
        await person.until("len(room.people) == 2")
        names = await person.say("print(*sorted(p.name for p in room.people))")
        assert names == "Ada Grace\n"


async def test_edits_made_offline_meet_on_return(start, mortal_server):
    ada = await start("ada", mortal_server.url)
    grace = await start("grace", mortal_server.url)
    await ada.run(0)
    await grace.run(0)
    await grace.say("await room.disconnect()")
    await grace.say('text += "later"')
    await ada.say('text += "sooner"')
    assert await grace.say("print(text)") == "later\n"
    await grace.say("await room.connect()")
    for person in (ada, grace):
        await person.until("len(str(text)) == 11")
    assert await ada.say("print(text)") == await grace.say("print(text)")


async def test_the_notebook_to_take_home_joins_the_two(start, mortal_server):
    ada = await start("ada", mortal_server.url)
    home = await start("home", mortal_server.url)
    await ada.run(0)
    await ada.say('text += "Ada began.\\n"')
    await home.run(0)
    await home.until('"began" in str(text)')
    await home.run(1)
    await ada.until('"Edsger was here" in str(text)')
    await home.until("len(room.people) == 2")
    *people, began, here = (await home.run(2)).split("\n")[:4]
    assert sorted(people) == ["Ada", "Edsger"]
    assert (began, here) == ("Ada began.", "Edsger was here.")
    await home.run(3)
    await ada.say("from pycrdt import Map")
    await ada.until('room.doc.get("progress", type=Map).to_py() == {"Edsger": "exercise 1"}')
    assert await home.run(4) == "Ada began.\nEdsger was here.\n\n"
    await ada.until("len(room.people) == 1")


@pytest.mark.parametrize("name", ["ada", "home"])
async def test_a_server_that_is_down_is_named(name, execute, mortal_server):
    mortal_server.kill()
    with pytest.raises(CellExecutionError) as failed:
        await execute(name, mortal_server.url)
    assert failed.value.ename == "ChannelClosed"
    assert f"No server took the connection at {mortal_server.url}" in failed.value.evalue
    assert "Is the server running" in failed.value.evalue


async def test_a_server_that_was_not_named_is_asked_for(execute):
    with pytest.raises(CellExecutionError) as failed:
        await execute("ada", None)
    assert failed.value.ename == "ServerUnknown"
    assert "Set RTC_SERVER" in failed.value.evalue
