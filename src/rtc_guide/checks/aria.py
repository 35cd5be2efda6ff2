"""What the check does at a word whose role is an ARIA role: find it by that name, and use it."""

import re
from contextlib import suppress
from typing import Any, cast

from playwright.sync_api import Locator, TimeoutError, expect

from rtc_guide.checks.attempt import Attempt, action_of
from rtc_guide.checks.failure import instead_of, lines_of, names_of, unescaped
from rtc_guide.stacks.processes import wait_until

# A dialog of JupyterLab before 4, which has no role.
_WITHOUT_ROLE = ".jp-Dialog:not([role]):not(:has(dialog, [role=dialog]))"

_ROLE_AND_NAME = re.compile(r"""- '?(?P<role>\w+) "(?P<name>(?:[^"\\]|\\.)*)\"""")
# Milliseconds until a menu is looked at again whose item could not be clicked.
_AT_HAND = 3_000
# ARIA writes them as one word.
_FOR_READERS = {"menuitem": "menu item", "textbox": "text box"}


def find_by_role(attempt: Attempt) -> Locator:
    """Find the one element of the word's role and exact accessible name that is to be seen."""
    word, where = attempt.word, attempt.actor.surroundings
    role = cast(Any, word.role)
    found = where.get_by_role(role, name=word.text, exact=True).filter(visible=True)
    if menu := _menu_around(attempt):
        _keep_open(menu, found, attempt)
    try:
        found.first.wait_for(timeout=attempt.milliseconds)
    except TimeoutError:
        attempt.fail(instead_of(word.text, names_of(word.role, where), word.role))
    if found.count() > 1:
        attempt.fail(
            f'{found.count()} elements are a {word.role} named "{word.text}"; '
            "name the dialog or the region around it first"
        )
    return found


def _menu_around(attempt: Attempt) -> Locator | None:
    """Return what the actor clicked last, if it opens a menu and the word is an item of one."""
    return attempt.actor.menu if attempt.word.role == "menuitem" else None


def _keep_open(menu: Locator, item: Locator, attempt: Attempt) -> None:
    """Open a menu again that closed by itself, as one does when a notebook just then gets ready."""
    menus = attempt.actor.page.get_by_role("menu").filter(visible=True)

    def opened() -> bool:
        if item.count():
            return True
        if not menus.count():
            menu.click()
        return False

    wait_until(opened, attempt.seconds, every=0.3)


def _choose(menu: Locator, item: Locator, attempt: Attempt) -> None:
    """Click an item of a menu, which may close by itself before the mouse is there."""
    missed: list[TimeoutError] = []

    def chosen() -> bool:
        _keep_open(menu, item, attempt)
        try:
            item.click(timeout=_AT_HAND)
        except TimeoutError as error:
            missed.append(error)
            return False
        return True

    if not wait_until(chosen, attempt.seconds):
        raise missed[-1]


def _tell(attempt: Attempt, element: Locator) -> None:
    """Keep the element's own role and accessible name, where the step has a heading for it."""
    if attempt.stage.telling:
        read = _ROLE_AND_NAME.match(element.aria_snapshot())
        if read:
            role = _FOR_READERS.get(read["role"], read["role"])
            attempt.stage.tell(f"{role} “{unescaped(read['name'])}”")


@action_of("heading", "textbox")
def see(attempt: Attempt) -> None:
    """See the element."""
    find_by_role(attempt)


@action_of("button", "link", "menuitem")
def click(attempt: Attempt) -> None:
    """See the element, and click it."""
    element = find_by_role(attempt)
    _tell(attempt, element)
    if not attempt.looks:
        opens_menu = element.get_attribute("aria-haspopup")
        if menu := _menu_around(attempt):
            _choose(menu, element, attempt)
        else:
            element.click()
        attempt.actor.menu = element if opens_menu else None


@action_of("checkbox")
def tick(attempt: Attempt) -> None:
    """See the checkbox, and tick it."""
    element = find_by_role(attempt)
    _tell(attempt, element)
    if not attempt.looks:
        if element.is_checked():
            attempt.fail(f'the checkbox "{attempt.word.text}" is ticked already')
        element.check()


@action_of("tab")
def select(attempt: Attempt) -> None:
    """See the tab, and select it; a selected side-bar tab would close at a click."""
    element = find_by_role(attempt)
    _tell(attempt, element)
    if not attempt.looks:
        if element.get_attribute("aria-selected") != "true":
            element.click()
        expect(element).to_have_attribute("aria-selected", "true", timeout=attempt.milliseconds)


@action_of("region")
def look_into(attempt: Attempt) -> None:
    """See the region, opened if it is folded, and look in it for what follows in the step."""
    attempt.actor.region = None
    _unfold(attempt)
    attempt.actor.region = find_by_role(attempt)


def _unfold(attempt: Attempt) -> None:
    """Open a section of a side panel that is folded, as JupyterLab shows one that it restores.

    JupyterLab 4.3 to 4.5, not 4.6, came up with them folded where it had been opened before: what
    it remembers of a server's pages has as folded what nobody has looked at yet.
    """
    name, where = attempt.word.text, attempt.actor.surroundings
    folded = where.get_by_label(name, exact=True).and_(where.locator("[aria-expanded=false]"))
    there = where.get_by_role("region", name=name, exact=True).or_(folded).filter(visible=True)
    # Where neither is there, who looks for the region tells what is.
    with suppress(TimeoutError):
        there.first.wait_for(timeout=attempt.milliseconds)
        if folded.count() and not attempt.looks:
            folded.click(timeout=attempt.milliseconds)


@action_of("text")
def read(attempt: Attempt) -> None:
    """See a text, whole."""
    text, where = attempt.word.text, attempt.actor.surroundings
    try:
        where.get_by_text(text, exact=True).filter(visible=True).first.wait_for(
            timeout=attempt.milliseconds
        )
    except TimeoutError:
        attempt.fail(instead_of(text, lines_of(where), "text"))


@action_of("dialog")
def face(attempt: Attempt) -> None:
    """See the dialog of this accessible name or, where it has none, of this visible title."""
    page, title = attempt.actor.page, attempt.word.text
    dialogs = page.get_by_role("dialog").or_(page.locator(_WITHOUT_ROLE)).filter(visible=True)
    named = page.get_by_role("dialog", name=title, exact=True)
    titled = dialogs.filter(has=page.get_by_text(title, exact=True))
    try:
        named.or_(titled).first.wait_for(timeout=attempt.milliseconds)
    except TimeoutError:
        attempt.fail(instead_of(title, [_title(dialog) for dialog in dialogs.all()], "dialog"))
    there = dialogs.all()
    if not any(title in (_title(dialog), _first_line(dialog)) for dialog in there):
        attempt.fail(instead_of(title, [_title(dialog) for dialog in there], "dialog"))
    attempt.actor.dialog = named if named.count() else titled


def _title(dialog: Locator) -> str:
    """Return a dialog's accessible name, else the first line that is to be read in it."""
    named = re.match(r'- dialog "((?:[^"\\]|\\.)*)"', dialog.aria_snapshot())
    if named:
        return unescaped(named[1])
    return _first_line(dialog)


def _first_line(dialog: Locator) -> str:
    return next((line.strip() for line in dialog.inner_text().splitlines() if line.strip()), "")
