"""The doctor: each kind of damage by name, and what healthy notebooks have that looks like it."""

import json

import nbformat
import pytest

from rtc_guide.doctor.diagnosis import Kind, diagnose
from rtc_guide.doctor.mending import mend

LESSON = (
    ("markdown", "# Tides of the Severn\n\nWe fit a model to a year of levels at Avonmouth."),
    ("code", "import numpy as np\nimport pandas as pd"),
    ("code", "levels = pd.read_csv('avonmouth.csv', parse_dates=['time'])"),
    ("code", "levels.head()"),
    ("markdown", "## Exercise 1\n\nWhich period has the largest amplitude?"),
    ("code", "periods = fit_periods(levels, count=5)\nperiods.plot(kind='bar')"),
)


def cell(type_, source, **parts):
    body = {"cell_type": type_, "metadata": {}, "source": source}
    if type_ == "code":
        body |= {"outputs": [], "execution_count": None}
    return body | parts


def notebook(cells, **parts):
    spec = {"name": "python3", "display_name": "Python 3"}
    cells = [cell(*told) if isinstance(told, tuple) else told for told in cells]
    return {
        "cells": cells,
        "metadata": {"kernelspec": spec},
        "nbformat": 4,
        "nbformat_minor": 5 if any("id" in told for told in cells) else 4,
    } | parts


def with_ids(cells, prefix="id"):
    return [cell(*told, id=f"{prefix}{number}") for number, told in enumerate(cells)]


def found(told):
    text = told if isinstance(told, str) else json.dumps(told)
    return [(finding.kind, finding.cells) for finding in diagnose(text).findings]


def mended(told):
    """The types and texts of the mended notebook, which nbformat takes."""
    text = mend(told if isinstance(told, str) else json.dumps(told)).text
    nbformat.validate(nbformat.from_dict(json.loads(text)))
    return [(told["cell_type"], "".join(told["source"])) for told in json.loads(text)["cells"]]


def output(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


def test_a_healthy_notebook_has_no_finding_and_stays_to_the_letter():
    text = json.dumps(notebook(LESSON))
    assert diagnose(text).is_healthy
    assert diagnose(text).cells == len(LESSON)
    assert mend(text).text == text
    assert mend(text).done == mend(text).left == ()


@pytest.mark.parametrize(
    "repeated",
    [
        ("code", "plt.show()"),
        ("code", "df.head()"),
        ("code", ""),
        ("markdown", "## Exercise"),
        ("markdown", "YOUR ANSWER HERE"),
        ("code", "# YOUR CODE HERE\nraise NotImplementedError()"),
    ],
)
def test_what_healthy_notebooks_repeat_is_no_damage(repeated):
    cells = [told for one in LESSON for told in (one, repeated)]
    assert found(notebook(cells)) == []
    assert found(notebook([*LESSON, repeated, repeated, repeated])) == []


def test_the_same_steps_on_other_data_are_no_damage():
    cells = list(LESSON)
    for place in ("Avonmouth", "Newport", "Cardiff", "Swansea"):
        cells += [
            ("markdown", f"## {place}"),
            ("code", f"levels = pd.read_csv('{place}.csv')\nlevels.head()"),
            ("code", "periods = fit_periods(levels, count=5)\nperiods.plot(kind='bar')"),
            ("code", "plt.show()"),
        ]
    assert found(notebook(cells)) == []


def test_a_cell_that_was_run_again_with_another_number_is_no_damage():
    again = LESSON[5]
    ran = [cell(*told, execution_count=number) for number, told in enumerate([again, again], 7)]
    assert found(notebook([*LESSON[:5], *ran])) == []


@pytest.mark.parametrize("times", [2, 3, 4])
@pytest.mark.parametrize("ids", ["same", "new", "none"])
def test_a_whole_notebook_that_stands_there_again(times, ids):
    cells = []
    for time in range(times):
        cells += (
            LESSON if ids == "none" else with_ids(LESSON, "a" if ids == "same" else "abcd"[time])
        )
    told = found(notebook(cells))
    assert {kind for kind, _ in told} == {Kind.REPEATED_NOTEBOOK}
    copies = {number for _, numbers in told for number in numbers}
    assert copies == set(range(len(LESSON) + 1, times * len(LESSON) + 1))
    assert mended(notebook(cells)) == list(LESSON)


def test_a_short_cell_before_a_run_is_not_taken_for_one_in_it():
    before = [("code", "plt.show()"), ("code", "df.head()"), ("markdown", "The mean tide rates.")]
    run = [
        ("markdown", "River: the depths and the flow of each month."),
        ("markdown", "Gauge: the depths and the flow of each month."),
        ("code", "levels = tides(mean, depth, rate=river, month=0)"),
        ("code", "levels = tides(mean, depth, rate=river, month=1)"),
        ("code", "df.head()"),
        ("code", "levels = tides(mean, depth, rate=river, month=2)"),
    ]
    after = [("code", "levels = tides(mean, depth, rate=gauge, month=3)")]
    assert mended(notebook([*before, *run, *run, *after])) == [*before, *run, *after]


def test_a_whole_notebook_of_short_cells_that_stands_there_again():
    short = [("code", "load()"), ("code", "fit()"), ("markdown", "## Plot"), ("code", "plot()")]
    assert found(notebook(2 * short)) == [(Kind.REPEATED_NOTEBOOK, (5, 6, 7, 8))]
    assert mended(notebook(2 * short)) == short
    assert not found(notebook(2 * short[:3]))


@pytest.mark.parametrize("at", [6, 0])
def test_a_run_of_cells_that_stands_there_again_with_the_same_ids(at):
    cells = with_ids(LESSON)
    cells[at:at] = with_ids(LESSON)[3:]
    assert {kind for kind, _ in found(notebook(cells))} <= {
        Kind.REPEATED_CELLS,
        Kind.REPEATED_NOTEBOOK,
    }
    assert sorted(mended(notebook(cells))) == sorted(LESSON)


def test_a_run_right_below_itself_with_new_ids():
    cells = [*LESSON[:5], *LESSON[1:5], LESSON[5]]
    assert found(notebook(cells)) == [(Kind.REPEATED_CELLS, (6, 7, 8, 9))]
    assert mended(notebook(cells)) == list(LESSON)


def test_cells_that_each_stand_below_themselves():
    cells = [told for one in LESSON for told in (one, one)]
    assert found(notebook(cells)) == [(Kind.REPEATED_CELLS, (2, 4, 6, 8, 10, 12))]
    assert mended(notebook(cells)) == list(LESSON)


def test_a_copy_in_which_people_went_on_typing_keeps_what_they_typed():
    later = list(LESSON)
    later[1] = ("code", f"{LESSON[1][1]}\nimport matplotlib.pyplot as plt")
    later.insert(4, ("code", "levels.describe()"))
    for both in (LESSON + tuple(later), tuple(later) + LESSON):
        assert mended(notebook(both)) == later


def test_lines_typed_into_both_copies_are_kept():
    ada, grace = list(LESSON), list(LESSON)
    ada[5] = ("code", f"# Ada: check the units\n{LESSON[5][1]}")
    grace[5] = ("code", f"{LESSON[5][1]}\nplt.title('Avonmouth')")
    text = f"# Ada: check the units\n{LESSON[5][1]}\nplt.title('Avonmouth')"
    assert mended(notebook(ada + grace)) == [*LESSON[:5], ("code", text)]


def test_copies_that_say_different_things_are_both_kept_and_told():
    later = list(LESSON)
    later[5] = ("code", "periods = fit_periods(levels, count=8)\nperiods.plot(kind='bar')")
    text = json.dumps(notebook([*LESSON, *later]))
    result = mend(text)
    assert {told for _, told in mended(text)} >= {LESSON[5][1], later[5][1]}
    assert [told[0] for told in mended(text)] == [*(told[0] for told in LESSON), "raw"]
    assert [(left.kind, left.cells) for left in result.left] == [(Kind.KEPT_VERSION, (7,))]
    assert "raw cell" in " ".join(result.done)


def test_the_outputs_of_the_better_copy_are_kept():
    error = {"output_type": "error", "ename": "NameError", "evalue": "pd", "traceback": []}
    first = with_ids(LESSON)
    first[3] |= {"outputs": [error], "execution_count": 9}
    second = with_ids(LESSON)
    second[3] |= {"outputs": [output("levels\n")], "execution_count": 3}
    second[5] |= {"outputs": [output("bars\n")], "execution_count": 4}
    result = json.loads(mend(json.dumps(notebook(first + second))).text)["cells"]
    assert result[3]["outputs"][0]["output_type"] == "stream"
    assert result[5]["outputs"][0]["text"] in ("bars\n", ["bars\n"])
    assert (result[3]["execution_count"], result[5]["execution_count"]) == (3, 4)


def test_different_cells_with_one_id_get_different_ids():
    cells = with_ids(LESSON)
    cells[4]["id"] = cells[1]["id"]
    assert found(notebook(cells)) == [(Kind.DUPLICATE_ID, (5,))]
    ids = [told["id"] for told in json.loads(mend(json.dumps(notebook(cells))).text)["cells"]]
    assert len(set(ids)) == len(ids)
    assert mended(notebook(cells)) == list(LESSON)


@pytest.mark.parametrize(
    ("damaged", "truth"),
    [
        ("# mine # mine", "# mine"),
        ("# mine# mine", "# mine"),
        ("x = 1x = 1", "x = 1"),
        ("x = 1\ny = 2  # mine # mine", "x = 1\ny = 2  # mine"),
        ("x = 1\ny = f(x)x = 1\ny = f(x)", "x = 1\ny = f(x)"),
        ("a = 1\nb = 2a = 1\nb = 2a = 1\nb = 2", "a = 1\nb = 2"),
        ("# Load\na = load()\nb = a.mean()\n" * 2, "# Load\na = load()\nb = a.mean()"),
        (
            "import numpy as np\nx = 1import numpy as np\nx = 1\ny = 2",
            "import numpy as np\nx = 1\ny = 2",
        ),
    ],
)
def test_text_that_stands_in_a_cell_twice(damaged, truth):
    cells = [*LESSON, ("code", damaged)]
    assert found(notebook(cells)) == [(Kind.DOUBLED_TEXT, (7,))]
    assert mended(notebook(cells))[6][1].strip() == truth


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        ("code", "plt.plot(x, y)\nplt.plot(x, y)"),
        ("code", "layers = [Dense(64, relu), Dense(64, relu), Dense(64, relu)]"),
        ("code", "model.add(Dense(64))\nmodel.add(Dense(64))\nmodel.add(Dense(1))"),
        ("code", "x = [0.1, 0.1, 0.1, 0.1]"),
        ("code", "####### ####### #######"),
        ("code", "print('=' * 20, 'ab ab')"),
        ("markdown", "| --- | --- |\n| --- | --- |"),
        ("markdown", "again and again and again"),
        ("markdown", "hahahaha"),
        ("markdown", "---"),
        ("raw", "1010 1010"),
    ],
)
def test_what_people_write_twice_in_a_cell_is_no_damage(type_, text):
    assert found(notebook([*LESSON, (type_, text)])) == []


def test_another_cells_text_inside_a_line():
    spliced = f"total = sum(levels){LESSON[5][1]}"
    cells = [*LESSON, ("code", spliced)]
    assert found(notebook(cells)) == [(Kind.SPLICED_TEXT, (7,))]
    assert mended(notebook(cells)) == [*LESSON, ("code", "total = sum(levels)")]


def test_lines_of_two_other_cells_in_turns_are_told_and_left():
    one, other = LESSON[1][1].splitlines(), LESSON[5][1].splitlines()
    mixed = "\n".join(line for pair in zip(one, other, strict=True) for line in pair)
    text = json.dumps(notebook([*LESSON, ("code", mixed)]))
    assert found(text) == [(Kind.SPLICED_TEXT, (7,))]
    assert mend(text).text == text
    assert mend(text).left


def test_a_cell_that_puts_others_together_is_no_damage():
    assert found(notebook([*LESSON, ("code", f"{LESSON[1][1]}\n{LESSON[5][1]}")])) == []
    assert found(notebook([*LESSON, ("code", f"print({LESSON[3][1]})")])) == []


def test_a_file_that_is_cut_off_keeps_its_whole_cells_and_what_can_be_read_of_the_next():
    text = json.dumps(notebook(LESSON), indent=1)
    cut = text[: text.index("fit_periods") + 11]
    assert (Kind.CUT_OFF, (6,)) in found(cut)
    assert mended(cut) == [*LESSON[:5], ("code", "periods = fit_periods")]


def test_a_broken_place_in_the_middle_keeps_the_cells_around_it():
    text = json.dumps(notebook(LESSON), indent=1).replace('"levels.head()"', '"levels.head()')
    assert found(text)[0] == (Kind.INVALID_JSON, ())
    assert mended(text) == [*LESSON[:3], *LESSON[4:]]


def test_both_sides_of_a_git_conflict_are_kept():
    text = json.dumps(notebook(with_ids(LESSON)), indent=1)
    line = next(line for line in text.splitlines() if "levels.head()" in line)
    theirs = line.replace("levels.head()", "levels.head()  # the first five")
    sides = f"<<<<<<< HEAD\n{line}\n=======\n{theirs}\n>>>>>>> main"
    truth = [*LESSON[:3], ("code", "levels.head()  # the first five"), *LESSON[4:]]
    assert mended(text.replace(line, sides)) == truth


def test_a_shorter_file_written_over_a_longer_one():
    text = json.dumps(notebook(LESSON), indent=1)
    assert found(text + text[-300:]) == [(Kind.INVALID_JSON, ())]
    assert mended(text + text[-300:]) == list(LESSON)
    assert mended(text + "\x00" * 40) == list(LESSON)


def test_lost_metadata():
    ran = [cell(*told, execution_count=1) if told[0] == "code" else cell(*told) for told in LESSON]
    for metadata in ({}, {"kernelspec": {"name": "", "display_name": ""}}):
        lost = notebook(ran[:2], metadata=metadata)
        assert found(lost) == [(Kind.LOST_METADATA, ())]
        again = json.loads(mend(json.dumps(lost)).text)
        assert again["metadata"]["kernelspec"]["name"] == "python3"
    versionless = {"cells": notebook(LESSON)["cells"]}
    assert (Kind.LOST_METADATA, ()) in found(versionless)
    assert mended(versionless) == list(LESSON)


def test_a_kernel_is_not_guessed_for_another_language():
    ran = [cell("code", "fit <- lm(y ~ x)\nsummary(fit) |> print", execution_count=1)]
    assert mend(json.dumps(notebook(ran, metadata={}))).left[0].kind == Kind.LOST_METADATA


@pytest.mark.parametrize(
    ("parts", "truth"),
    [
        ({"source": None}, ("code", "")),
        ({"source": ["a = 1\n", 2]}, ("code", "a = 1\n2")),
        ({"metadata": None}, ("code", "a = 1")),
        ({"outputs": None}, ("code", "a = 1")),
        ({"outputs": [output("1"), {"output_type": "?"}, 3]}, ("code", "a = 1")),
        ({"execution_count": "3"}, ("code", "a = 1")),
        ({"execution_count": -3}, ("code", "a = 1")),
        ({"cell_type": "sql"}, ("code", "a = 1")),
        ({"metadata": {"tags": "a,b"}}, ("code", "a = 1")),
        ({"transient": 1}, ("code", "a = 1")),
    ],
)
def test_wrong_types_are_put_right_without_losing_text(parts, truth):
    wrong = notebook([*LESSON, cell("code", "a = 1") | parts])
    assert found(wrong) == [(Kind.WRONG_TYPE, (7,))]
    assert mended(wrong) == [*LESSON, truth]


def test_yjs_numbers_are_no_damage():
    assert found(notebook([cell("code", "a = 1", execution_count=3.0)])) == []


def test_older_formats_are_no_damage():
    cells = [{"cell_type": "code", "input": "a = 1", "language": "python", "outputs": []}]
    old = {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0}
    assert found(old | {"worksheets": [{"cells": cells, "metadata": {}}]}) == []


@pytest.mark.parametrize(
    "text", ["", "\x00\x00", "hello", "[]", "3", "{}", '{"cells": 3}', "{" * 9999]
)
def test_what_is_no_notebook_is_told_and_left(text):
    assert found(text) == [(Kind.NOT_A_NOTEBOOK, ())]
    assert diagnose(text).cells is None
    assert mend(text).text == text
