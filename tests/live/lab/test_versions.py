"""Words for other versions fail where they don't hold; verbs that say what is missing can fail."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rtc_guide.checks.failure import CheckFailure
from rtc_guide.checks.performance import carry_out
from rtc_guide.pages.page import Word
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


PAGE = """\
::::{{ui:walkthrough}} failing
:opens: lesson.ipynb
:actors: owner = Ada, collaborator = Ben
:joined: collaborator

:::{{ui:step}} collaborator
In {{ui:cell}}`# Ben writes here` Ben types {{ui:type}}`: hello`.
:::

:::{{ui:step}} owner
{words}
:::
::::
"""


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("{ui:unseen}`# Ben writes here: hello`", "has come, within"),
        ("{ui:unseen}`# nobody wrote this`", "nobody else has the cell"),
        ("{ui:absent}`Generate a Shared Link`", '"Generate a Shared Link" is on the screen'),
        ("{ui:absent}`A first lesson together`", '"A first lesson together" is on the screen'),
        ("{ui:hovered}`Ben`", 'names stand at cursors without the mouse: "Ben"'),
        ("{ui:address}`http://…/other.ipynb`", "/lesson.ipynb"),
        ("{ui:menuitem}`Help` {ui:menuitem}`About JupyterLab` {ui:version}`V …`", "no line named"),
        ("{ui:menuitem}`Help` {ui:menuitem}`About JupyterLab` {ui:version}`Version`", "write …"),
    ],
)
def test_a_verb_fails_where_its_word_is_wrong(words: str, found: str, make_stage, tmp_path: Path):
    shutil.copy(LESSON, tmp_path)
    page = tmp_path / "failing.md"
    page.write_text(PAGE.format(words=words), encoding="utf-8")
    (walkthrough,) = read_page(page, tmp_path).walkthroughs
    last: Word = walkthrough.words[-1]
    with pytest.raises(CheckFailure) as failure:
        carry_out(make_stage(walkthrough))
    assert failure.value.word == last
    assert found in failure.value.found
