"""Words for other versions fail where they don't hold; verbs that say what is missing can fail."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from rtc_guide.checks.attempt import Attempt
from rtc_guide.checks.failure import CheckFailure
from rtc_guide.checks.performance import carry_out, try_out
from rtc_guide.pages.reading import read_page
from rtc_guide.software import read_declaration

ROOT = Path(__file__).parents[3]
SHARE = ROOT / "book" / "share.md"
LESSON = ROOT / "book" / "lesson.ipynb"


def test_what_the_2023_guide_said_fails_today_at_its_line():
    old = next(item for item in read_page(SHARE, ROOT).walkthroughs if item.id == "share-link-2023")
    share = next(word for word in old.words if word.role == "menuitem")
    assert not old.is_for(read_declaration(ROOT).newest)
    done = subprocess.run(
        [sys.executable, "-m", "rtc_guide.cli", "check", f"book/share.md::{old.id}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    assert f'book/share.md:{share.line}: no menuitem named "{share.text}"; visible' in done.stdout


TOGETHER = """\
::::{ui:walkthrough} together
:opens: lesson.ipynb
:actors: owner = Ada, collaborator = Ben
:joined: collaborator

:::{ui:step} collaborator
In {ui:cell}`# Ben writes here` Ben types {ui:type}`: hello`.
:::

:::{ui:step} owner
:look:

Ada sees {ui:cell}`# Ben writes here: hello`.
:::

:::{ui:step} owner
Ada opens {ui:menuitem}`Help` and {ui:menuitem}`About JupyterLab`.
She reads {ui:version}`Version …`.
:::
::::
"""
# Each is tried just before the word of its step, and must not hold there.
WRONG = {
    3: [
        ("unseen", "# Ben writes here: hello", "has come, within"),
        ("unseen", "# nobody wrote this", "nobody else has the cell"),
        ("absent", "Generate a Shared Link", '"Generate a Shared Link" is on the screen'),
        ("absent", "A first lesson together", '"A first lesson together" is on the screen'),
        ("hovered", "Ben", 'names stand at cursors without the mouse: "Ben"'),
        ("tooltip", "Generate a Shared Link", 'there is a button named "Generate a Shared Link"'),
        ("tooltip", "Share", 'no tooltip named "Share"'),
    ],
    6: [
        ("version", "V …", "no line named"),
        ("version", "Version", "write …"),
    ],
}


def test_verbs_fail_where_their_words_are_wrong(make_stage, tmp_path: Path):
    shutil.copy(LESSON, tmp_path)
    page = tmp_path / "together.md"
    page.write_text(TOGETHER, encoding="utf-8")
    (walkthrough,) = read_page(page, tmp_path).walkthroughs
    places = {walkthrough.words[number - 1]: wrong for number, wrong in WRONG.items()}
    found = []

    def try_wrong_ones(attempt: Attempt) -> None:
        for role, text, told in places.get(attempt.word, []):
            word = replace(attempt.word, role=role, text=text)
            with pytest.raises(CheckFailure) as failure:
                try_out(replace(attempt, word=word, seconds=2))
            found.append((told, failure.value.found))

    carry_out(make_stage(walkthrough), before=try_wrong_ones)
    assert len(found) == sum(map(len, WRONG.values()))
    assert [(told, said) for told, said in found if told not in said] == []


def test_an_address_that_opens_something_else_fails(make_stage, tmp_path: Path):
    shutil.copy(LESSON, tmp_path)
    page = tmp_path / "address.md"
    page.write_text(
        "::::{ui:walkthrough} address\n:opens: lesson.ipynb\n\n"
        ":::{ui:step}\nOpen {ui:address}`http://…/other.ipynb`.\n:::\n::::\n"
    )
    (walkthrough,) = read_page(page, tmp_path).walkthroughs
    with pytest.raises(CheckFailure, match=r"/lesson\.ipynb"):
        carry_out(make_stage(walkthrough))
