"""Carrying a walkthrough out, step by step and word by word."""

from collections.abc import Callable
from typing import Protocol

from playwright.sync_api import Error, Page

# Importing these registers their actions.
from rtc_guide.checks import aria, verbs  # noqa: F401
from rtc_guide.checks.attempt import ACTIONS, Attempt
from rtc_guide.checks.stage import SELECT_KERNEL, Actor, Stage
from rtc_guide.pages.page import Step

Before = Callable[[Attempt], None]


class Onlooker(Protocol):
    """Somebody who is there while a walkthrough is carried out, and may take pictures of it."""

    def begin(self, step: Step, actor: Actor) -> None:
        """Be told of a step that is about to begin."""

    def try_out(self, attempt: Attempt) -> None:
        """Have a word tried, as `try_out` does, and look on."""

    def end(self) -> None:
        """Be told that the step that began last is done."""


# What Playwright says of a page whose process has ended; it has no kind of error for that.
_CRASHED = "crashed"
_COVERED = "intercepts pointer events"


def carry_out(
    stage: Stage, *, before: Before | None = None, onlooker: Onlooker | None = None
) -> None:
    """Let the actors carry out the stage's walkthrough.

    `before` is told of each attempt just before it is made, `onlooker` of steps and attempts.

    Raises `CheckFailure` at the first word that the live software does not bear out.
    """
    stage.set_up()
    try_word = onlooker.try_out if onlooker else try_out
    for step in stage.walkthrough.steps:
        actor = stage.actors[step.actor]
        actor.region = None
        stage.telling = step.tells
        if onlooker:
            onlooker.begin(step, actor)
        for word in step.words:
            attempt = Attempt(stage, actor, word, step.looks, actor.patience)
            if before:
                before(attempt)
            # Unless this word opens another page.
            actor.arriving = False
            try_word(attempt)
        if onlooker:
            onlooker.end()


def try_out(attempt: Attempt) -> None:
    """Do what the word's role means.

    Raises `CheckFailure` where that can't be done, and Playwright's own error where the page or
    the browser is gone: that says nothing of the software.
    """
    word = attempt.word
    try:
        ACTIONS[word.role](attempt)
    except (Error, AssertionError) as error:
        if attempt.actor.page.is_closed() or _CRASHED in str(error):
            raise
        # It is there, but does not let itself be used: covered, disabled, gone again.
        found = _dialog_over(attempt.actor.page) or _said(error)
        attempt.fail(f'the {word.role} "{word.text}" could not be used: {found}')


def _dialog_over(page: Page) -> str | None:
    """Tell which dialog lies over the page, if one does."""
    dialogs = page.get_by_role("dialog").filter(visible=True)
    if not dialogs.count():
        return None
    title = dialogs.last.inner_text().strip().partition("\n")[0]
    advice = "close it in a step before"
    if title == SELECT_KERNEL:
        advice = "name a kernel in the notebook (kernelspec) that this software has, or choose one"
        advice += " in a step before"
    return f"the dialog “{title}” lies over it; {advice}"


def _said(error: Error | AssertionError) -> str:
    lines = [line.strip(" -") for line in str(error).strip().splitlines()]
    # What lies over it, as Playwright noticed at its last try.
    covering = [line for line in lines if _COVERED in line]
    return "; ".join(dict.fromkeys([lines[0], *covering[-1:]]))
