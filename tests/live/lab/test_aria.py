"""What JupyterLab does by itself: it closes menus when something gets ready, and folds sections."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from rtc_guide.checks.aria import click, look_into
from rtc_guide.checks.attempt import Attempt
from rtc_guide.checks.failure import CheckFailure
from rtc_guide.checks.stage import Actor
from rtc_guide.pages.page import Word

MENU = """
<button role="menuitem" aria-haspopup="true" onclick="menu.hidden = false">Help</button>
<div role="menu" id="menu" hidden><button role="menuitem">About</button></div>
<script>
  let chosen = 0, closings = {closings};
  // Just when the mouse gets to the item.
  menu.addEventListener("pointermove", () => {{ if (closings-- > 0) menu.hidden = true; }});
  menu.firstChild.addEventListener("click", () => {{ chosen += 1; menu.hidden = true; }});
</script>
"""


SECTION = """
<h3 aria-label="People" aria-expanded="{expanded}"
    onclick="this.ariaExpanded = !(section.hidden = !section.hidden)">People</h3>
<div role="region" aria-label="People" id="section" {hidden}>Ada</div>
"""


def attempt(actor, role, text, *, looks=False, seconds=20):
    stage = SimpleNamespace(telling=None, lab=SimpleNamespace(redact=str))
    return Attempt(stage, actor, Word(role, text, Path("page.md"), 1), looks, seconds)


def choose(page, *, closings, seconds=20):
    """Open a menu that closes so often, and choose its item; return how often it was chosen."""
    page.set_content(MENU.format(closings=closings))
    actor = Actor("owner", page)
    for text in ("Help", "About"):
        click(attempt(actor, "menuitem", text, seconds=seconds))
    return page.evaluate("chosen")


@pytest.mark.parametrize("closings", [0, 1, 2])
def test_a_menu_that_closes_is_opened_again(page, closings):
    assert choose(page, closings=closings) == 1


def test_a_menu_that_never_stays_open_fails(page):
    with pytest.raises(PlaywrightTimeout):
        choose(page, closings=1000, seconds=5)


@pytest.mark.parametrize(("expanded", "hidden"), [("true", ""), ("false", "hidden")])
def test_a_section_is_looked_into_folded_or_not(page, expanded, hidden):
    page.set_content(SECTION.format(expanded=expanded, hidden=hidden))
    actor = Actor("owner", page)
    look_into(attempt(actor, "region", "People"))
    assert actor.region.inner_text() == "Ada"


def test_whoever_only_looks_unfolds_nothing(page):
    page.set_content(SECTION.format(expanded="false", hidden="hidden"))
    with pytest.raises(CheckFailure, match='no region named "People"'):
        look_into(attempt(Actor("owner", page), "region", "People", looks=True, seconds=1))
