"""Trials of letting somebody look on who must not change anything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rtc_guide.evidence.verdict import Case
from rtc_guide.pages.ways import RECOMMENDED
from rtc_guide.trials import accounts
from rtc_guide.trials.notebooks import find_room, open_notebook
from rtc_guide.trials.registry import tries
from rtc_guide.trials.sockets import Closed, Refused
from rtc_guide.trials.visits import Visit
from rtc_guide.trials.ways import GroupAccount, OnHub, Recommended

# An edit that is saved at all is saved about a second later.
_SECONDS_TO_SAVE = 4

_SETTINGS = "@jupyterlab/apputils-extension:themes"


@tries("read-only-role", RECOMMENDED, "group-account")
async def look_on(sharing: GroupAccount) -> list[Case]:
    """Let a reader try to change the notebook that they may look at."""
    async with _looking(sharing) as (shown, reader, writer):
        return await _try_to_change(shown, reader, writer)


@tries("read-only-settings", RECOMMENDED, "group-account")
async def change_settings(sharing: GroupAccount) -> list[Case]:
    """Let a reader try to change what JupyterLab keeps for all who use the account."""
    path = f"lab/api/settings/{_SETTINGS}"
    async with _looking(sharing) as (_, reader, writer):
        found = await reader.ask("PUT", path, {"raw": "{}"})
        allowed = await writer.ask("PUT", path, {"raw": "{}"})
    assert allowed.ok, f"a writer may, or nothing is proven: {allowed}"
    assert found.is_no or found.ok, f"{found}, which proves nothing"
    return [Case("the theme", found.is_no, f"Saving JupyterLab’s settings of the theme: {found}.")]


@asynccontextmanager
async def _looking(sharing: GroupAccount) -> AsyncIterator[tuple[OnHub, Visit, Visit]]:
    """Give a server on which the visitor only looks on: it, their visit, and a writer's."""
    if isinstance(sharing, Recommended):
        async with _reading(sharing) as visit:
            yield sharing, visit, await sharing.enter(sharing.other)
    else:
        # An account like that, whose server has the authorizer of JupyterHub's example.
        shown = _Shown(sharing.new_person, sharing.hub, sharing.driver)
        await shown.prepare()
        reader, writer = [
            await shown.visit(who, shown.account) for who in (shown.visitor, shown.owner)
        ]
        yield shown, reader, writer


class _Shown(OnHub):
    """The server on which the visitor has the role of JupyterHub's read-only example."""

    account = accounts.SHOWN
    _owner_name = accounts.SHOWN


@asynccontextmanager
async def _reading(sharing: Recommended) -> AsyncIterator[Visit]:
    """Make the visitor a reader instead of a member, for as long as they look."""
    readers = f"{sharing.group}-readers"
    await sharing.put_out(sharing.visitor)
    await sharing.driver.add(readers, accounts.VISITOR)
    try:
        yield await sharing.visit(sharing.visitor, sharing.account)
    finally:
        await sharing.driver.remove(readers, accounts.VISITOR)


async def _try_to_change(sharing: OnHub, visit: Visit, writer: Visit) -> list[Case]:
    seen = await visit.read(sharing.notebook)
    if not (visit.page.is_lab and seen.ok):
        raise RuntimeError(f"the reader was to look on: page {visit.page}, notebook {seen}")
    looked = f"The reader opened JupyterLab and read the notebook ({seen})."
    # While somebody who may has it open, so that its room is there.
    async with writer.notebook(sharing.notebook) as notebook:
        room = await find_room(writer, sharing.notebook)
        cases = [
            await _by_saving(sharing, visit, looked),
            await _by_code(visit),
            await _by_typing(sharing, visit, "by opening it to edit it", None),
            await _by_typing(sharing, visit, "through its connection (websocket)", room),
        ]
        # Whoever may can do all of it on this server, and what the reader sent came before.
        allowed = [await _by_saving(sharing, writer, ""), await _by_code(writer)]
        notebook.write("typed by a writer")
        saved = await sharing.saved("typed by a writer")
    assert saved is not None, "a writer's edit must be saved, or nothing is proven"
    for case in allowed:
        assert not case.holds, f"a writer may, or nothing is proven ({case.name}): {case.proof}"
    on_disk = sharing.on_disk.read_text(encoding="utf-8")
    for case in cases:
        assert not case.holds or f"typed {case.name}" not in on_disk, "the edit was only late"
    return cases


def _decided(denied: Refused | Closed) -> None:
    """Break the trial off where the reader failed for another reason than that they may not."""
    if isinstance(denied, Refused) and not denied.is_no:
        raise RuntimeError(f"not refused, but failed, which proves nothing: {denied}") from denied


async def _by_saving(sharing: OnHub, visit: Visit, looked: str) -> Case:
    # A file beside it: a notebook that is open takes in what is saved over it.
    beside = sharing.put_file("beside.txt", "by a member")
    answer = await visit.write(beside.name, "by the reader")
    kept = beside.read_text(encoding="utf-8") == "by a member"
    assert answer.is_no if kept else answer.ok, f"{answer}, which proves nothing"
    return Case("by saving a file", kept, f"{looked} Saving a file: {answer}.")


async def _by_code(visit: Visit) -> Case:
    name = "by running code"
    try:
        async with visit.kernel() as kernel:
            ran = await kernel.run("print(6 * 7)")
            return Case(name, ran.output != "42", f"A kernel started and told {ran.output}.")
    except (Refused, Closed) as refused:
        _decided(refused)
        return Case(name, True, f"Starting a kernel: {refused}.")


async def _by_typing(sharing: OnHub, visit: Visit, name: str, room: str | None) -> Case:
    """Edit by real-time collaboration: as JupyterLab's page does, or the room's websocket only."""
    what = "Connecting to the open notebook" if room else "Opening the notebook to edit it"
    text = f"typed {name}"
    try:
        async with open_notebook(visit, sharing.notebook, room) as notebook:
            notebook.write(text)
            seconds = await sharing.saved(text, _SECONDS_TO_SAVE)
    except (Refused, Closed) as refused:
        _decided(refused)
        return Case(name, True, f"{what}: {refused}.")
    if seconds is None:
        return Case(name, True, f"{what}: an edit was not on disk {_SECONDS_TO_SAVE} s later.")
    return Case(name, False, f"{what}: an edit was on disk after {seconds:.1f} s.")
