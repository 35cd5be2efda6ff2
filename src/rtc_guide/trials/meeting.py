"""The trial of meeting at a group's address: what members of a group do in their browsers."""

from playwright.async_api import Page, expect

from rtc_guide.evidence.verdict import Case
from rtc_guide.stacks.jupyterlab import FILE_NAME
from rtc_guide.trials.browsing import browser_of
from rtc_guide.trials.faults.notebook import notebook
from rtc_guide.trials.registry import tries
from rtc_guide.trials.ways import Recommended

AGREE = "Authorize"
"""The button of the page on which JupyterHub asks whether a server may know who somebody is."""

_SECONDS_TO_SEE = 30
_EDITOR = ".jp-Notebook .cm-content"


@tries("group-address", Recommended.way)
async def meet_at_address(sharing: Recommended) -> list[Case]:
    """Let two members and a stranger open a group's address while its server is stopped."""
    await sharing.stop()
    sharing.put_file(sharing.notebook, notebook())
    address = f"{sharing.hub.url}/hub/spawn/{sharing.account}"
    # Before the server runs: who may not enter may not start it either.
    refused = await sharing.stranger.open(address)
    hub = sharing.hub
    async with (
        browser_of(hub, sharing.visitor.name) as one,
        browser_of(hub, sharing.other.name) as two,
    ):
        for page in (one, two):
            await page.goto(address)
            await page.get_by_role("button", name=AGREE).click()
            await page.locator(FILE_NAME).get_by_text(sharing.notebook, exact=True).dblclick()
            await page.locator(_EDITOR).first.wait_for()
        seen = [
            await _typed_and_seen(writer, reader, words)
            for writer, reader, words in ((one, two, "from one "), (two, one, "from the other "))
        ]
    shut_out = await sharing.stranger.open(address)
    for each in (refused, shut_out):
        # JupyterHub tells nobody of servers that they may not know.
        refuses = each.is_no or each.status == 404
        assert each.is_lab or refuses, f"neither let in nor refused, which proves nothing: {each}"
    told = [
        "the other one saw it" if each else f"it did not come in {_SECONDS_TO_SEE} s"
        for each in seen
    ]
    return [
        Case(
            "two members",
            all(seen),
            "The server was stopped. Each logged in, opened the address in a browser, clicked "
            f"“{AGREE}” and double-clicked the notebook in the list of files. The first typed into "
            f"its cell: {told[0]}. The second typed: {told[1]}.",
        ),
        Case(
            "somebody who is in no group stays out",
            not (refused.is_lab or shut_out.is_lab),
            f"They opened the same address and saw {refused}; with the server running, {shut_out}.",
        ),
    ]


async def _typed_and_seen(writer: Page, reader: Page, words: str) -> bool:
    """Type into the first cell on one screen; tell whether the other one shows it."""
    await writer.locator(_EDITOR).first.click()
    await writer.keyboard.type(words)
    try:
        await expect(reader.locator(_EDITOR).first).to_contain_text(
            words.strip(), timeout=_SECONDS_TO_SEE * 1000
        )
    except AssertionError:
        return False
    return True
