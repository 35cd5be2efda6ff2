"""The doctor on notebooks nobody thought of: healthy ones, damaged ones, and any text."""

import json
from copy import deepcopy

import nbformat
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from rtc_guide.doctor.cells import Cell
from rtc_guide.doctor.diagnosis import Kind, diagnose
from rtc_guide.doctor.earlier import Earlier
from rtc_guide.doctor.mending import mend

NAMES = "levels tides mean depth rate river gauge month storm flow ratio series".split()  # noqa: SIM905
SHORT = ("plt.show()", "df.head()", "", "# YOUR CODE HERE", "levels.plot()", "pass")

few = settings(max_examples=40)
"""Each example is a notebook, looked at several times."""

calls = st.builds(
    lambda names, number: "{} = {}({}, {}, {}={}, {number})".format(*names, number=number),
    st.permutations(NAMES),
    st.integers(0, 9999),
)
code = st.lists(calls, min_size=1, max_size=4, unique=True).map("\n".join)
sentences = st.lists(st.sampled_from(NAMES), min_size=5, max_size=12, unique=True).map(" ".join)
prose = st.builds("{}: {}.".format, st.integers(0, 10**6), sentences)


@st.composite
def cells(draw, least=3):
    """Cells of which each says something of its own, and short ones between that repeat."""
    told = draw(
        st.lists(
            st.one_of(
                code.map(lambda text: ("code", text)), prose.map(lambda text: ("markdown", text))
            ),
            min_size=least,
            max_size=12,
            unique_by=lambda pair: pair[1],
        )
    )
    for text in draw(st.lists(st.sampled_from(SHORT), max_size=4)):
        told.insert(draw(st.integers(0, len(told))), ("code", text))
    return [_cell(number, *pair) for number, pair in enumerate(told)]


def _cell(number, type_, text):
    body = {"cell_type": type_, "id": f"id{number}", "metadata": {}, "source": text}
    if type_ == "code":
        body |= {"outputs": [], "execution_count": None}
    return body


def written(all_cells, ids=True):
    all_cells = deepcopy(all_cells)
    if not ids:
        for cell in all_cells:
            cell.pop("id", None)  # which the copy of a cell, the same object, has lost already
    spec = {"name": "python3", "display_name": "Python 3"}
    minor = 5 if ids else 4
    parts = {"metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": minor}
    return json.dumps({"cells": all_cells} | parts, indent=1)


def renamed(all_cells):
    return [cell | {"id": f"{cell['id']}-again"} for cell in all_cells]


def said(text):
    notebook = json.loads(text)
    nbformat.validate(nbformat.from_dict(notebook))
    return [(cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]]


def told(all_cells):
    return [(cell["cell_type"], cell["source"]) for cell in all_cells]


@few
@given(cells(), st.booleans())
def test_a_healthy_notebook_has_no_finding(healthy, ids):
    text = written(healthy, ids)
    assert diagnose(text).findings == ()
    assert mend(text).text == text


@few
@given(cells(), st.sampled_from(["same", "new", "none"]), st.integers(2, 3))
def test_a_doubled_notebook_becomes_what_it_was(healthy, ids, times):
    again = renamed(healthy) if ids == "new" else healthy
    text = written(healthy + again * (1 if ids == "new" else times - 1), ids != "none")
    assert Kind.REPEATED_NOTEBOOK in {finding.kind for finding in diagnose(text).findings}
    assert said(mend(text).text) == told(healthy)


@few
@given(cells(least=6), st.data())
def test_a_run_with_the_same_ids_becomes_what_it_was(healthy, data):
    size = data.draw(st.integers(2, len(healthy) // 2))
    start = data.draw(st.integers(0, len(healthy) - size))
    run = healthy[start : start + size]
    at = data.draw(st.integers(start + size, len(healthy)))
    text = written(healthy[:at] + run + healthy[at:])
    assert said(mend(text).text) == told(healthy)


@few
@given(cells(least=8), st.data())
def test_a_run_right_below_itself_becomes_what_it_was(healthy, data):
    speaking = [number for number, cell in enumerate(healthy) if cell["source"] not in SHORT]
    first = data.draw(st.integers(0, len(speaking) - 5))
    start, stop = speaking[first], speaking[first + 4] + 1
    run = renamed(healthy[start:stop])
    text = written(healthy[:stop] + run + healthy[stop:])
    assert said(mend(text).text) == told(healthy)


@few
@given(cells(), st.data())
def test_a_file_that_is_cut_off_keeps_all_whole_cells(healthy, data):
    text = written(healthy)
    cut = data.draw(st.integers(len('{\n "cells": ['), len(text) - 2))
    whole = [cell for cell in healthy if text.index(f'"{cell["id"]}"') < cut]
    if whole and not _ends_before(text, healthy, len(whole), cut):
        whole.pop()
    mended = mend(text[:cut])
    got = said(mended.text) if mended.done else []
    assert got[: len(whole)] == told(whole)
    assert len(got) <= len(whole) + 1


def _ends_before(text, healthy, count, cut):
    """Whether so many cells stand whole in the text before the cut."""
    at = text.index("[") + 1
    for _ in range(count):
        at = text.index("{", at)
        _, at = json.JSONDecoder().raw_decode(text, at)
    return at <= cut


@few
@given(cells(), cells(), st.data())
def test_mending_again_changes_nothing(one, other, data):
    size = data.draw(st.integers(0, len(other)))
    both = one + renamed(other)[:size] + one
    for cell in data.draw(st.lists(st.sampled_from(range(len(both))), max_size=3)):
        both[cell] = both[cell] | {"source": both[cell]["source"] + data.draw(code)}
    mended = mend(written(both))
    again = mend(mended.text)
    assert again.text == mended.text
    assert again.done == ()
    assert again.left == mended.left == diagnose(mended.text).findings


@few
@given(cells(), cells(), st.data())
def test_no_text_is_lost(one, other, data):
    later = [cell | {"id": f"{cell['id']}-b"} for cell in one]
    for place in data.draw(st.lists(st.integers(0, len(later) - 1), max_size=3, unique=True)):
        later[place] = later[place] | {"source": later[place]["source"] + "\n" + data.draw(code)}
    both = one + later + renamed(other)
    kept = "\n".join(text for _, text in said(mend(written(both)).text)).splitlines()
    for cell in both:
        for line in cell["source"].splitlines():
            assert line in kept


PARTS = """
    cells metadata nbformat nbformat_minor cell_type source outputs id attachments tags text data
    execution_count output_type name kernelspec language_info worksheets nbgrader
"""
keys = st.sampled_from(PARTS.split()) | st.text(max_size=4)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=20,
)


@few
@given(st.one_of(st.text(), anything.map(json.dumps)))
def test_no_text_is_too_odd(text):
    _stands(text)


@few
@given(
    st.lists(st.dictionaries(keys, anything, max_size=6), max_size=5),
    st.dictionaries(keys, anything, max_size=4),
)
@example([{"outputs": {"output_type": []}}], {})
def test_no_cells_are_too_odd(odd, rest):
    _stands(json.dumps(rest | {"cells": odd}))


@few
@given(cells(), st.data())
def test_no_broken_place_is_too_odd(healthy, data):
    text = written(healthy)
    start = data.draw(st.integers(0, len(text)))
    stop = min(len(text), start + data.draw(st.integers(0, 40)))
    broken = text[:start] + data.draw(st.text(max_size=6)) + text[stop:]
    assume(broken != text)
    _stands(broken)


def _stands(text):
    diagnosis = diagnose(text)
    mended = mend(text)
    assert mended.done or mended.text == text
    if mended.done:
        said(mended.text)
        mended.text.encode()
        assert mend(mended.text).text == mended.text
    for finding in diagnosis.findings:
        assert finding.told
        assert all(1 <= number <= diagnosis.cells for number in finding.cells)


lines = st.lists(st.sampled_from(["levels", " ", "\n", "=", "tides", "(", "mean", ")"]), min_size=1)


def cell_of(text):
    return Cell(1, {"cell_type": "code", "id": "one", "metadata": {}, "source": text})


@given(lines, st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=3))
def test_what_an_earlier_version_joins_has_all_that_was_typed(before, typed):
    """Words typed into either copy, each another one, at whatever places."""
    copies = [list(before), list(before)]
    for number, (place, in_second) in enumerate(typed):
        copy = copies[in_second]
        copy.insert(min(place, len(copy)), f" word{number} ")
    first, second = (cell_of("".join(copy)) for copy in copies)
    joined = Earlier(((cell_of("".join(before)),),)).join(first, second)
    if joined is None:
        return  # it is not known for sure, and both copies are kept
    assert sorted("".join(joined.split())) == sorted(
        "".join("".join(before).split()) + "".join(f"word{number}" for number in range(len(typed)))
    )
    assert all(f"word{number}" in joined for number in range(len(typed)))


@given(lines, st.integers(0, 9), st.integers(0, 9))
def test_a_word_typed_at_the_end_of_each_copy_is_joined(before, one, other):
    """Which is what fault trials saw the most."""
    text = "".join(before).rstrip()
    assume(text)
    assert (
        Earlier(((cell_of(text),),)).join(
            cell_of(f"{text} ada{one}"), cell_of(f"{text} grace{other}")
        )
        == f"{text} ada{one} grace{other}"
    )
