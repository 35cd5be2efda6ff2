"""Carrying a walkthrough out, step by step and word by word."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Error

# Importing these registers their actions.
from rtc_guide.checks import aria, verbs  # noqa: F401
from rtc_guide.checks.attempt import ACTIONS, Attempt
from rtc_guide.checks.stage import Actor, Stage

Before = Callable[[Attempt], None]


def carry_out(stage: Stage, *, before: Before | None = None, figures: Path | None = None) -> None:
    """Let the actors carry out the stage's walkthrough.

    `before` is told of each attempt just before it is made. Where `figures` is a folder,
    the figures that steps ask for are written below it.

    Raises `CheckFailure` at the first word that the live software does not bear out.
    """
    stage.set_up()
    for step in stage.walkthrough.steps:
        actor = stage.actors[step.actor]
        actor.region = None
        for word in step.words:
            attempt = Attempt(stage, actor, word, step.looks, actor.patience)
            if before:
                before(attempt)
            # Unless this word opens another page.
            actor.arriving = False
            try_out(attempt)
        if figures and step.figure:
            # A name at a cursor may have faded meanwhile.
            for word in step.words:
                if word.role == "cursor":
                    try_out(Attempt(stage, actor, word, step.looks, actor.patience))
            record(actor, figures / step.figure)


def try_out(attempt: Attempt) -> None:
    """Do what the word's role means. Raises `CheckFailure` where that can't be done."""
    word = attempt.word
    try:
        ACTIONS[word.role](attempt)
    except (Error, AssertionError) as error:
        # It is there, but does not let itself be used: covered, disabled, gone again.
        first = str(error).strip().splitlines()[0]
        attempt.fail(f'the {word.role} "{word.text}" could not be used: {first}')


def record(actor: Actor, target: Path) -> None:
    """Write what an actor sees as a picture, replacing an older one at once."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part.png")
    actor.page.screenshot(path=unfinished, animations="disabled", caret="hide")
    unfinished.replace(target)
