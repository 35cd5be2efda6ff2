"""What the bench of capacity counts: keys at a person's speed, and when each other has them."""

from itertools import pairwise, takewhile
from pathlib import Path

import pytest
from pycrdt import Doc, Text, create_awareness_message, create_update_message

BENCH = Path(__file__).parents[2] / "bench" / "capacity"


@pytest.fixture(autouse=True)
def bench(monkeypatch):
    monkeypatch.syspath_prepend(BENCH)


def test_people_type_as_fast_as_is_said_with_pauses_and_the_same_each_time():
    from keyboard import KEYS_A_WORD, WORDS_A_MINUTE, presses

    def typed(seed):
        return list(takewhile(lambda press: press.at < 3600, presses(seed)))

    hour = typed(1)
    assert len(hour) == pytest.approx(60 * WORDS_A_MINUTE * KEYS_A_WORD, rel=0.05)
    gaps = [later.at - press.at for press, later in pairwise(hour)]
    assert min(gaps) > 0 and max(gaps) > 5
    assert typed(1) == hour != typed(2)


def updates_of(doc: Doc) -> list[bytes]:
    """The messages of what is written into the document from now on."""
    messages = []
    doc.observe(lambda event: messages.append(create_update_message(event.update)))
    return messages


def test_a_key_counts_for_each_other_document_once():
    from journal import Journal

    doc = Doc()
    messages = updates_of(doc)
    text = doc.get("text", type=Text)
    text += "a"
    text += "b"
    first, second = messages
    journal = Journal()
    journal.press(first, 0, others=2)
    journal.press(second, 0, others=2)
    assert journal.arrive(first, doc.client_id)  # back to who typed it
    assert journal.delays == []
    for _ in range(3):
        journal.arrive(first, own=1)
    journal.arrive(second, own=1)
    assert (len(journal.delays), journal.complete) == (3, False)
    assert (journal.close(), len(journal.delays), journal.complete) == (1, 4, True)
    stranger = Doc()
    strange = updates_of(stranger)
    stranger.get("text", type=Text).insert(0, "a")
    assert not journal.arrive(strange[0], own=1)


def test_a_page_tells_on_what_is_new_to_it_and_that_once():
    from awareness import Told, user

    ada, grace = Told(Doc(), {"user": user(1)}), Told(Doc(), {"user": user(2)})
    first, second = ada.tell(), ada.tell(cursors=[])
    assert not ada.is_news(first)
    assert [grace.is_news(each) for each in (first, second, first, second)] == [
        True,
        True,
        False,
        False,
    ]
    assert not grace.is_news(create_awareness_message(b"\x00"))
