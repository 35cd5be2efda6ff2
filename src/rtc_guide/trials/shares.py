"""Trials of JupyterHub's shares: how they end, and what the sharing dialog needs and gives away."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

from playwright.async_api import Locator, Page
from playwright.async_api import TimeoutError as NotInTime

from rtc_guide.evidence.verdict import Case
from rtc_guide.stacks.jupyterhub import Hub
from rtc_guide.trials import accounts
from rtc_guide.trials.browsing import browser_of, log_in
from rtc_guide.trials.dialog import open_dialog
from rtc_guide.trials.registry import tries
from rtc_guide.trials.ways import Share

_YEAR = timedelta(days=365)
# JupyterLab loads slowly on a busy machine.
_MILLISECONDS_TO_FIND = 10_000

# What each sharer's server is an example of, for readers.
_SETTINGS = dict(
    zip(
        accounts.SEARCH_SCOPES,
        (
            "default settings",
            "settings of JupyterHub’s tutorial",
            "settings that the dialog asks for",
            "those settings, limited to the server",
        ),
        strict=True,
    )
)
_SEARCH = "Type to search for a user or a group to share your server with..."


@tries("code-expires", "share")
async def use_code_after_its_end(share: Share) -> list[Case]:
    """Use a share code before and after its end."""
    code = await share.new_code()
    before = await share.stranger.open(code)
    assert before.is_lab, f"a new share code must let somebody in, or nothing is proven: {before}"
    await share.put_out(share.other)
    hours = await asyncio.to_thread(_end_codes, share.hub)
    after = await share.other.open(code)
    new = await share.other.open(await share.new_code())
    assert new.is_lab, f"the same person must get in by a new code, or nothing is proven: {new}"
    proof = (
        f"A code made with the default settings lasts {hours:.0f} hours. Before its end, somebody "
        f"opened its address and saw {before}. Its end was then brought forward in the hub’s "
        f"database; somebody else saw {after}."
    )
    return [Case("a new visitor", not after.is_lab, proof)]


@tries("share-expires", "share")
async def use_share_later(share: Share) -> list[Case]:
    """Accept a share, by name and by a code, and use it when the code has ended, a year later."""
    code = await share.new_code()
    accepted = await share.stranger.open(code)
    assert accepted.is_lab, f"a new share code must let somebody in: {accepted}"
    await asyncio.to_thread(_end_codes, share.hub)
    aged, ending = await asyncio.to_thread(_age_shares, share.hub)
    assert aged, "there must be shares to age, or nothing is proven"
    cases = []
    for name, person in (("given by name", share.visitor), ("given by a code", share.stranger)):
        # A new log-in, about which the server asks the hub.
        page = await share.new_person(person.name).open(share.address)
        proof = (
            f"In the hub’s database {ending} of the {aged} shares had an end. They were made a "
            f"year older there, and the share codes ended. In a new browser, the person saw {page}."
        )
        cases.append(Case(name, not page.is_lab, proof))
    return cases


@tries("code-for-many", "share")
async def use_code_by_many(share: Share) -> list[Case]:
    """Let three people, who have nothing else, use one share code."""
    code = await share.new_code()
    people = (share.visitor, share.other, share.stranger)
    for person in people[:2]:
        await share.put_out(person)
    before = [await share.new_person(person.name).open(share.address) for person in people]
    assert not any(page.is_lab for page in before), "nobody may get in without the code"
    pages = [await person.open(code) for person in people]
    proof = "One after another, three people who had no access opened one code’s address. They saw "
    proof += ", ".join(map(str, pages)) + "."
    return [Case("three people", all(page.is_lab for page in pages[1:]), proof)]


def _end_codes(hub: Hub) -> float:
    """Let all share codes have ended; return how many hours the newest was to last."""
    with closing(sqlite3.connect(hub.database)) as database, database:
        made, ends = database.execute(
            "SELECT created_at, expires_at FROM share_codes ORDER BY id DESC"
        ).fetchone()
        lasts = datetime.fromisoformat(ends) - datetime.fromisoformat(made)
        past = datetime.fromisoformat(made) - timedelta(seconds=1)
        database.execute("UPDATE share_codes SET expires_at = ?", (str(past),))
    return lasts.total_seconds() / 3600


def _age_shares(hub: Hub) -> tuple[int, int]:
    """Make all shares a year older; return how many there are, and how many have an end."""
    with closing(sqlite3.connect(hub.database)) as database, database:
        shares = database.execute("SELECT id, created_at, expires_at FROM shares").fetchall()
        for id_, made, ends in shares:
            older = [ends and str(datetime.fromisoformat(ends) - _YEAR)]
            older.insert(0, str(datetime.fromisoformat(made) - _YEAR))
            database.execute(
                "UPDATE shares SET created_at = ?, expires_at = ? WHERE id = ?", (*older, id_)
            )
    return len(shares), sum(ends is not None for *_, ends in shares)


@tries("user-search", "share")
async def search_in_dialog(share: Share) -> list[Case]:
    """Look for another user in the sharing dialog, in a real browser, with each server's settings.

    It is the dialog of the owner, on their own server.
    """
    async with browser_of(share.hub, share.account) as page:
        return [await _search(share, page, account, name) for account, name in _SETTINGS.items()]


async def _search(share: Share, page: Page, account: str, name: str) -> Case:
    await share.driver.start(account)
    await log_in(page, share.hub, account)
    await page.goto(f"{share.server_of(account)}lab")
    found, seen = await _find(await open_dialog(page), accounts.VISITOR)
    scopes = accounts.SEARCH_SCOPES[account]
    setting = ", ".join(f"“{scope}”" for scope in scopes) or "nothing"
    return Case(name, found, f"Pages of the server may ask the hub for {setting}. {seen}")


async def _find(dialog: Locator, name: str) -> tuple[bool, str]:
    search = dialog.get_by_role("textbox", name=_SEARCH, exact=True)
    # The dialog is complete when it opens; only the list of users comes later.
    if not await search.is_visible():
        return False, "The dialog offered a link only, and nothing to search for users."
    await search.fill(name)
    try:
        await dialog.get_by_text(name, exact=True).wait_for(timeout=_MILLISECONDS_TO_FIND)
    except NotInTime:
        return False, "The dialog offered a search, which didn’t find another user."
    return True, "The dialog’s search found another user."


@tries("visitor-token", "share")
async def use_visitors_token(share: Share) -> list[Case]:
    """Take the token that a visitor's pages have on the owner's server, and ask the hub with it.

    The owner's server itself hands that token to the page, so it has it as well.
    """
    # What isn't there can't be shared.
    await share.driver.start(accounts.VISITOR)
    return [await _use_token(share, account, name) for account, name in _SETTINGS.items()]


async def _use_token(share: Share, account: str, name: str) -> Case:
    await share.driver.start(account)
    await share.driver.ask("POST", f"shares/{account}/", {"user": accounts.VISITOR})
    visit = await share.visit(share.new_person(accounts.VISITOR), account)
    assert visit.page.is_lab and visit.token, f"the visitor must get in: {visit.page}"
    headers = {"Authorization": f"token {visit.token}"}

    async def ask(method: str, path: str, body: object = None) -> int:
        url = f"{share.hub.url}/hub/api/{path}"
        return (await share.anonymous.ask(method, url, body, headers)).status

    who = await ask("GET", "user")
    assert who == 200, f"the token must tell at least who the visitor is: status {who}"
    shares = f"shares/{accounts.VISITOR}/"
    try:
        told = {
            "listing the hub’s users": await ask("GET", "users"),
            "listing whom the visitor shares with": await ask("GET", shares),
            "giving a stranger access to the visitor’s own server": await ask(
                "POST", shares, {"user": accounts.STRANGER}
            ),
        }
    finally:
        await share.driver.ask("DELETE", shares)
        await share.driver.ask("DELETE", f"shares/{account}/")
    seen = "; ".join(f"{what}: status {status}" for what, status in told.items())
    return Case(name, any(status < 300 for status in told.values()), f"With the token, {seen}.")
