"""Positions and changes: one place, one change, however it is counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, Text

from rtc_guide.editor import positions
from rtc_guide.editor.changes import (
    Splice,
    apply_to_shared,
    apply_to_string,
    find_change,
    read_changes,
    read_delta,
    write_changes,
)

# What counts differently: ASCII, two bytes, three, a pair of UTF-16 units, combining marks,
# a joined emoji's parts, line ends.
CHARACTERS = "ab \n\ré日本😀👩\u200d🌾\u0301\ufe0f"
TEXTS = st.one_of(
    st.text(st.sampled_from(CHARACTERS), max_size=12), st.text(max_size=12), st.text("ab\n")
)


@st.composite
def changed_texts(draw):
    text = draw(TEXTS)
    ends = draw(st.lists(st.integers(0, len(text)), unique=True, max_size=6).map(sorted))
    pairs = list(zip(ends[::2], ends[1::2], strict=False))
    # Apart from each other: what touches is one change.
    pairs = [pair for i, pair in enumerate(pairs) if not i or pairs[i - 1][1] < pair[0]]
    return text, [Splice(start, stop, draw(TEXTS)) for start, stop in pairs]


@given(TEXTS)
def test_a_place_is_found_again_in_units_and_bytes(text):
    for index in range(len(text) + 1):
        assert positions.index_of_unit(text, positions.units_before(text, index)) == index
        assert positions.index_of_byte(text, positions.bytes_before(text, index)) == index


def test_places_of_an_emoji():
    assert positions.units_before("a😀b", 2) == 3
    assert positions.bytes_before("a😀b", 2) == 5


@pytest.mark.parametrize("place", [-1, 2, 5])
def test_no_place_inside_a_character_or_outside_the_text(place):
    with pytest.raises(ValueError):
        positions.index_of_unit("a😀b", place)
    with pytest.raises(ValueError):
        positions.index_of_byte("a😀b", {5: 7}.get(place, place))


@given(changed_texts())
def test_codemirrors_changes_are_read_as_they_were_written(changed):
    text, splices = changed
    again = read_changes(write_changes(splices, text), text)
    assert apply_to_string(again, text) == apply_to_string(splices, text)


@given(changed_texts())
def test_a_shared_text_changes_as_the_string_does(changed):
    text, splices = changed
    doc = Doc()
    shared = doc.get("text", type=Text)
    shared += text
    deltas = []
    subscription = shared.observe(lambda event: deltas.append(event.delta))
    with doc.transaction():
        apply_to_shared(splices, text, shared)
    shared.unobserve(subscription)
    expected = apply_to_string(splices, text)
    assert str(shared) == expected
    for delta in deltas:
        assert apply_to_string(read_delta(delta, text), text) == expected


@given(TEXTS, TEXTS)
def test_the_change_between_two_texts_is_found(old, new):
    assert apply_to_string(find_change(old, new), old) == new


@pytest.mark.parametrize(
    "changes",
    [
        None,
        "abc",
        [2],
        [4],
        [-1, 4],
        [3, [1]],
        [[0, 5], 3],
        [[0, "\ud83d"], 3],
        [True, 2],
        [3, []],
        [3, [0.0, "a"]],
    ],
)
def test_what_is_no_change_of_the_text_is_refused(changes):
    with pytest.raises(ValueError):
        read_changes(changes, "abc")
