"""The trial of letting somebody look on who must not change anything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rtc_guide.evidence.verdict import Case
from rtc_guide.pages.ways import HUB, RECOMMENDED
from rtc_guide.trials import accounts
from rtc_guide.trials.registry import tries
from rtc_guide.trials.sockets import Closed, Refused
from rtc_guide.trials.visits import Visit
from rtc_guide.trials.ways import OnHub, Recommended, Sharing

# An edit that is saved at all is saved about a second later.
_SECONDS_TO_SAVE = 4


@tries("read-only-role", RECOMMENDED, HUB)
async def look_on(sharing: Sharing) -> list[Case]:
    """Let a reader try to change the notebook that they may look at."""
    assert isinstance(sharing, OnHub)
    if isinstance(sharing, Recommended):
        async with _reading(sharing) as visit:
            return await _try_to_change(sharing, visit)
    # On any hub: an account whose server has the authorizer of JupyterHub's example.
    shown = _Shown(sharing.new_person, sharing.hub, sharing.driver)
    await shown.prepare()
    return await _try_to_change(shown, await shown.visit(shown.visitor, shown.account))


class _Shown(OnHub):
    """The server on which the visitor has the role of JupyterHub's read-only example."""

    account = accounts.SHOWN


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


async def _try_to_change(sharing: OnHub, visit: Visit) -> list[Case]:
    seen = await visit.read(sharing.notebook)
    if not (visit.page.is_lab and seen.ok):
        raise RuntimeError(f"the reader was to look on: page {visit.page}, notebook {seen}")
    looked = f"The reader opened JupyterLab and read the notebook ({seen})."
    saved = await visit.write(sharing.notebook, "saved by the reader")
    on_disk = await sharing.saved("saved by the reader", 0) is not None
    request = Case("by saving the file", not on_disk, f"{looked} Saving it: {saved}.")
    return [request, await _by_code(visit), await _by_typing(sharing, visit)]


async def _by_code(visit: Visit) -> Case:
    name = "by running code"
    try:
        async with visit.kernel() as kernel:
            ran = await kernel.run("print(6 * 7)")
            return Case(name, ran.output != "42", f"A kernel started and told {ran.output}.")
    except (Refused, Closed) as refused:
        return Case(name, True, f"Starting a kernel: {refused}.")


async def _by_typing(sharing: OnHub, visit: Visit) -> Case:
    name = "by typing into the open notebook"
    text = "typed by the reader"
    try:
        async with visit.notebook(sharing.notebook) as notebook:
            notebook.write(text)
            seconds = await sharing.saved(text, _SECONDS_TO_SAVE)
    except (Refused, Closed) as refused:
        return Case(name, True, f"Opening the notebook to edit it together: {refused}.")
    if seconds is None:
        proof = f"An edit was not on disk {_SECONDS_TO_SAVE} s later."
        return Case(name, True, proof)
    return Case(name, False, f"An edit was on disk after {seconds:.1f} s.")
