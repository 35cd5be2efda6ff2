"""Words that came twice when somebody came back: found in real Yjs edits, and taken out."""

import json

import pytest
from jupyter_ydoc import YNotebook
from pycrdt import Doc

from rtc_guide.doctor.diagnosis import Kind, diagnose
from rtc_guide.doctor.earlier import Doubled, Earlier
from rtc_guide.doctor.mending import mend
from rtc_guide.doctor.returning import find_doubled
from rtc_guide.doctor.store import Edit

TEXTS = ("# Tides", "levels = read()", "plot(levels)")


def cell(number, text):
    return {"cell_type": "raw", "id": f"cell-{number}", "metadata": {}, "source": text}


def copy_of(document, client):
    copy = YNotebook(Doc(client_id=client))
    copy.ydoc.apply_update(document.ydoc.get_update())
    return copy


def type_into(document, place, word):
    source = document.ycells[place]["source"]
    source += f" {word}"


class Class:
    """A notebook, who works on it, and what a server keeps that has lost its record of edits."""

    def __init__(self, ada=10, server=20):
        self.begun = YNotebook()
        self.begun.source = {
            "cells": [cell(number, text) for number, text in enumerate(TEXTS)],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        self.ada = copy_of(self.begun, ada)
        self.server = copy_of(self.begun, server)
        self.edits = []

    def forget(self):
        """Have the server read the file, which has what Ada typed, into a record of its own."""
        for mine, hers in zip(self.server.ycells, self.ada.ycells, strict=True):
            source = mine["source"]
            source += str(hers["source"]).removeprefix(str(source))
        self.keep(self.server.ydoc.get_update())

    def keep(self, update):
        self.edits.append(Edit(update, float(len(self.edits))))

    def on_server(self, place, word):
        before = self.server.ydoc.get_state()
        type_into(self.server, place, word)
        self.keep(self.server.ydoc.get_update(before))

    def come_back(self):
        update = self.ada.ydoc.get_update(self.server.ydoc.get_state())
        self.server.ydoc.apply_update(update)
        self.keep(update)

    def file(self, *, ids=True):
        cells = [
            cell(number, str(each["source"])) | ({} if ids else {"id": None})
            for number, each in enumerate(self.server.ycells)
        ]
        if not ids:
            for each in cells:
                del each["id"]
        parts = {"metadata": {"kernelspec": {"name": "x", "display_name": "X"}}, "nbformat": 4}
        return json.dumps({"cells": cells, "nbformat_minor": 5 if ids else 4} | parts)


@pytest.fixture(params=[(10, 20), (20, 10)], ids=["Ada's words first", "the server's first"])
def people(request):
    """Of two who type in one place, Yjs puts the words of the lesser number first."""
    people = Class(*request.param)
    type_into(people.ada, 0, "today")
    type_into(people.ada, 2, "again")
    people.forget()
    return people


def mended(file, doubled):
    text = mend(file, Earlier((), tuple(doubled))).text
    return ["".join(each["source"]) for each in json.loads(text)["cells"]]


@pytest.mark.parametrize("ids", [True, False], ids=["with ids", "older format"])
def test_what_came_twice_is_found_and_taken_out(people, ids):
    type_into(people.ada, 0, "offline")
    people.come_back()
    file = people.file(ids=ids)
    assert file.count("today") == file.count("again") == 2
    doubled = find_doubled(people.edits)
    assert {each.text.strip() for each in doubled} == {"today", "again"}
    findings = diagnose(file, Earlier((), tuple(doubled))).findings
    assert [(finding.kind, finding.cells) for finding in findings] == [
        (Kind.DOUBLED_TEXT, (1,)),
        (Kind.DOUBLED_TEXT, (3,)),
    ]
    assert mended(file, doubled) == ["# Tides today offline", TEXTS[1], "plot(levels) again"]


def test_what_others_typed_between_stays(people):
    people.on_server(0, "meanwhile")
    people.come_back()
    words = mended(people.file(), find_doubled(people.edits))[0].split()
    assert sorted(words) == ["#", "Tides", "meanwhile", "today"]


def test_words_that_nobody_had_are_no_doubling():
    people = Class()
    people.forget()
    type_into(people.ada, 0, "today")
    type_into(people.ada, 2, "again")
    people.come_back()
    assert find_doubled(people.edits) == []


def test_what_comes_again_in_one_cell_only_may_have_been_meant():
    """Somebody was offline, adds what the line has already, and writes elsewhere too."""
    people = Class()
    type_into(people.ada, 0, "today")
    people.forget()
    people.server.ydoc.apply_update(people.ada.ydoc.get_update())
    type_into(people.ada, 0, "today")
    type_into(people.ada, 2, "again")
    people.come_back()
    assert find_doubled(people.edits) == []


def test_a_word_that_somebody_types_twice_stays(people):
    """In one cell at a time, as people do, and whatever it is."""
    for place, word in ((0, "today"), (2, "again")):
        people.on_server(place, word)
    assert find_doubled(people.edits) == []


def test_what_somebody_has_mended_by_hand_stays(people):
    people.come_back()
    doubled = find_doubled(people.edits)
    by_hand = ["# Tides today", TEXTS[1], "plot(levels) again", "Write today."]
    file = json.loads(people.file())
    file["cells"] = [cell(number, text) for number, text in enumerate(by_hand)]
    assert mended(json.dumps(file), doubled) == by_hand


def test_a_damaged_edit_is_passed_over(people):
    people.edits.insert(1, Edit(b"\xff\x00\xff", 0.5))
    people.come_back()
    assert len(find_doubled(people.edits)) == 2


def test_the_same_words_in_another_cell_are_not_meant(people):
    doubled = Doubled("cell-0", "# Tides", " today", "")
    file = json.loads(people.file())
    file["cells"] = [cell(0, "# Tides today"), cell(1, "# Tides today today")]
    assert mended(json.dumps(file), [doubled]) == ["# Tides today", "# Tides today today"]


def test_the_end_of_another_word_is_no_doubling():
    people = Class()
    type_into(people.ada, 0, "holiday")
    type_into(people.ada, 2, "holiday")
    people.server = copy_of(people.ada, 30)
    people.keep(people.server.ydoc.get_update())
    for place in (0, 2):
        source = people.ada.ycells[place]["source"]
        source += "today"
    people.come_back()
    assert find_doubled(people.edits) == []


@pytest.mark.parametrize(
    "text", ["data_metadata = read()", "x = data_metadata", "datadatabase", "x = datadata"]
)
def test_the_same_letters_in_another_word_stay(text):
    assert Doubled("cell-0", "", "data", "").mended(text) == text


def test_another_cell_is_not_meant_where_cells_have_ids(people):
    """The cell was deleted meanwhile; without ids nothing tells that."""
    doubled = Doubled("cell-9", "import numpy", "\nimport numpy", "")
    file = json.loads(people.file())
    file["cells"][0] = cell(0, "import numpy\nimport numpy\nimport numpy")
    assert mended(json.dumps(file), [doubled])[0] == "import numpy\nimport numpy\nimport numpy"
