"""The check can fail: it notices any altered word of a walkthrough, at that word's line."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rtc_guide.checks.attempt import Attempt
from rtc_guide.checks.failure import CheckFailure
from rtc_guide.checks.performance import carry_out, try_out
from rtc_guide.pages.page import Walkthrough, Word
from rtc_guide.pages.reading import read_page
from rtc_guide.software import read_declaration

ROOT = Path(__file__).parents[3]
NEWEST = read_declaration(ROOT).newest
WALKTHROUGHS = [
    walkthrough
    for path in sorted((ROOT / "book").rglob("*.md"))
    for walkthrough in read_page(path, ROOT).walkthroughs
    if walkthrough.is_for(NEWEST)
]
# How long an altered word is looked for: what is not there now will not come.
SECONDS = 0.3


def alterations(word: Word) -> Iterator[Word]:
    """Alter a word as a renamed label would differ: shorter, longer, in another case.

    It is cut at its beginning: without its end, a text is on the screen while it is typed.
    """
    for text in (word.text[1:], f"{word.text}!", word.text.swapcase()):
        if text != word.text:
            yield replace(word, text=text)


@pytest.mark.parametrize("walkthrough", WALKTHROUGHS, ids=lambda walkthrough: walkthrough.id)
def test_every_altered_word_is_noticed_at_its_line(walkthrough: Walkthrough, make_stage):
    unnoticed, tried = [], 0

    def alter_first(attempt: Attempt) -> None:
        nonlocal tried
        for altered in alterations(attempt.word) if attempt.word.on_screen else ():
            tried += 1
            try:
                try_out(replace(attempt, word=altered, seconds=SECONDS))
            except CheckFailure as failure:
                assert failure.word.line == attempt.word.line
            else:
                unnoticed.append(altered)

    carry_out(make_stage(walkthrough), before=alter_first)
    assert unnoticed == []
    assert tried >= len(walkthrough.steps)
