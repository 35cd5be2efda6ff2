"""JupyterLab's sharing dialog in a real browser on a hub: how to get there, and its trial."""

from playwright.async_api import Locator, Page

from rtc_guide.evidence.verdict import Case
from rtc_guide.trials.browsing import browser_of
from rtc_guide.trials.people import Person
from rtc_guide.trials.registry import tries
from rtc_guide.trials.ways import HubLink

# By these names the Share page's steps find them, too; a test holds these to those.
ICON = "Generate a Shared Link"
COPY = "Copy Link"
WITH_TOKEN = "Include token in URL"


@tries("dialog-link", "hub-link")
async def follow_dialogs_link(sharing: HubLink) -> list[Case]:
    """Copy the links that the dialog offers, and open them as people whom nobody let in."""
    async with browser_of(sharing.hub, sharing.owner.name) as page:
        await page.goto(sharing.address)
        links = {
            "the link": await copy_link(page, with_token=False),
            "the link with the token": await copy_link(page, with_token=True),
        }
    for name, link in links.items():
        seen = await sharing.new_person(sharing.owner.name).open(link)
        assert seen.is_lab, f"the owner gets in by it, or nothing is proven ({name}): {seen}"
    return [
        await _follow(name, link, person, who)
        for name, link in links.items()
        for person, who in (
            (sharing.stranger, "a stranger with an account"),
            (sharing.new_person(None), "somebody without an account"),
        )
    ]


async def open_dialog(page: Page) -> Locator:
    """Open the dialog on a JupyterLab page, and return it."""
    await page.get_by_role("button", name=ICON).click()
    # Other messages may come up beside it.
    dialog = page.get_by_role("dialog").filter(has=page.get_by_role("button", name=COPY))
    await dialog.wait_for()
    return dialog


async def copy_link(page: Page, with_token: bool) -> str:
    """Copy the link from the sharing dialog of a JupyterLab page; return it."""
    dialog = await open_dialog(page)
    if with_token:
        await dialog.get_by_role("checkbox", name=WITH_TOKEN).check()
    await dialog.get_by_role("button", name=COPY).click()
    await dialog.wait_for(state="detached")
    link: str = await page.evaluate("navigator.clipboard.readText()")
    assert ("token=" in link) == with_token, "the dialog's checkbox decides about the token"
    return link


async def _follow(name: str, link: str, person: Person, who: str) -> Case:
    page = await person.open(link)
    assert page.is_lab or page.is_no, f"neither let in nor refused, which proves nothing: {page}"
    return Case(f"{name}, to {who}", page.is_lab, f"They opened it and saw {page}.")
