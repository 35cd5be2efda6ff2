"""How many people one server carries: kept, read, answered in a sentence, and shown in pages."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sphinx.testing.util import SphinxTestApp

from rtc_guide.evidence import capacity as measuring
from rtc_guide.evidence.capacity import (
    Capacity,
    CapacityError,
    Layout,
    Machine,
    Measured,
    Memory,
    Server,
    Store,
    carried,
    read,
    write,
)
from rtc_guide.pages.capacity import CAPACITY_PARTS, NOT_YET, WITHIN, answers_of

ROOT = Path(__file__).parents[2]


def measured(people: int, p95: float | None, **changes) -> Measured:
    plain = Measured(
        server=Server.LAB, layout=Layout.ONE, people=people, keys=100, missing=0,
        median=None if p95 is None else p95 / 2, p95=p95, cpu=people / 100, memory=100 + people,
        opening=(0.1, 0.25), lag=1.5, others=0.01,
    )  # fmt: skip
    return replace(plain, **changes)


def capacity(*found: Measured, **changes) -> Capacity:
    plain = Capacity(
        on=date(2026, 11, 22),
        machine=Machine("AMD EPYC", 2, pinned=True),
        versions={"JupyterLab": "4.6.6"},
        words=40,
        measured=found,
    )
    return replace(plain, **changes)


def test_what_is_written_is_read_back(tmp_path):
    whole = capacity(
        measured(1, None, others=None),
        measured(2, 30, server=Server.BARE, layout=Layout.PAIRS),
        measured(5, 40, dropped="the machine was busy"),
        store=Store(24_000, 4_000_000, 0.5, 0.1),
        memory=Memory(90.5, 60.25),
    )
    path = tmp_path / "evidence" / measuring.FILE
    write(whole, path)
    assert read(path) == whole
    assert [each.name for each in path.parent.iterdir()] == [measuring.FILE]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda told: "{", "Expecting property name"),
        (lambda told: told | {"schema": 2}, "1 was expected"),
        (lambda told: told | {"more": 1}, "'more' was unexpected"),
        (lambda told: told | {"on": "yesterday"}, "is not a 'date'"),
        (lambda told: told | {"measured": [told["measured"][0] | {"cpu": -1}]}, "less than"),
        (lambda told: told | {"machine": told["machine"] | {"cpu": "on 10.0.0.7"}}, "10.0.0.7"),
    ],
)
def test_a_damaged_file_is_refused_with_what_to_do(tmp_path, change, reason):
    path = tmp_path / measuring.FILE
    write(capacity(measured(2, 30)), path)
    changed = change(json.loads(path.read_text()))
    path.write_text(changed if isinstance(changed, str) else json.dumps(changed))
    with pytest.raises(CapacityError, match=re.escape(reason)) as refused:
        read(path)
    assert "measure again: python bench/capacity" in str(refused.value)


@pytest.mark.parametrize(
    "wrong",
    [
        capacity(machine=Machine("at /home/ada", 2, pinned=True)),
        capacity(measured(2, 30, dropped="no answer from 127.0.0.1:8888")),
        capacity(measured(0, 30)),
    ],
)
def test_what_would_be_refused_is_not_written(tmp_path, wrong):
    path = tmp_path / measuring.FILE
    with pytest.raises(CapacityError, match="was not written"):
        write(wrong, path)
    assert not path.exists()


def test_people_are_carried_as_far_as_all_fewer_are():
    found = [measured(n, p95) for n, p95 in [(30, 90.0), (2, 20.0), (20, 201.0), (10, 200.0)]]
    most, over = carried(found, 200)
    assert (most, over and over.people) == (10, 20)
    assert carried([measured(1, None)], 200) == (None, None)


def test_measurements_that_do_not_count_are_left_out():
    found = capacity(measured(5, 20), measured(2, 900, dropped="busy"), measured(1, None))
    assert [each.people for each in found.of(Server.LAB, Layout.ONE)] == [1, 5]
    assert found.of(Server.BARE, Layout.ONE) == []


def in_pairs(people: int, p95: float) -> Measured:
    return measured(people, p95, layout=Layout.PAIRS)


@pytest.mark.parametrize(
    ("found", "answers"),
    [
        ([], []),
        ([measured(1, None)], []),
        ([measured(2, 900, dropped="busy")], []),
        ([measured(2, 30, server=Server.BARE)], []),
        (
            [measured(1, None), measured(2, 20), measured(30, 200), measured(45, 2380)],
            [
                "On one core, up to 30 people in one notebook saw each other’s keys within 200 ms "
                "(95 of 100 keys); with 45, 95 of 100 keys took up to 2.4 s."
            ],
        ),
        (
            [measured(2, 20), measured(60, 180)],
            [
                "On one core, up to 60 people in one notebook saw each other’s keys within 200 ms "
                "(95 of 100 keys): as many as were tried."
            ],
        ),
        (
            [measured(2, 200.6), measured(5, 10_400)],
            [
                "On one core, 2 people in one notebook were already too many: 95 of 100 keys took "
                "up to 201 ms."
            ],
        ),
        (
            [in_pairs(2, 20), in_pairs(5, 12_345)],
            [
                "On one core, up to 2 people in pairs, each with its own notebook, saw each "
                "other’s keys within 200 ms (95 of 100 keys); with 5, 95 of 100 keys took up to "
                "12 s."
            ],
        ),
        (
            [measured(2, 20), measured(5, None, failed="only 3 of 5 had their notebook")],
            [
                "On one core, up to 2 people in one notebook saw each other’s keys within 200 ms "
                "(95 of 100 keys); with 5, only 3 of 5 had their notebook."
            ],
        ),
        (
            [measured(2, 20), measured(5, 20, failed="1 of 5 lost their connection")],
            [
                "On one core, up to 2 people in one notebook saw each other’s keys within 200 ms "
                "(95 of 100 keys); with 5, 1 of 5 lost their connection."
            ],
        ),
        (
            [measured(2, None, failed="only 1 of 2 had their notebook")],
            [
                "On one core, 2 people in one notebook were already too many: only 1 of 2 had "
                "their notebook."
            ],
        ),
    ],
)
def test_the_answer_is_made_of_the_numbers(found, answers):
    assert WITHIN == 200
    assert answers_of(capacity(*found)) == answers


def test_without_a_core_for_itself_the_answer_names_the_machine():
    shared = capacity(measured(2, 20), machine=Machine("M1", 8, pinned=False))
    assert answers_of(shared)[0].startswith("On a machine of 8 cores, up to 2 people")


STACKS = 'newest = "lab-4.6"\n\n[stacks]\n"lab-4.6" = { requires = ["jupyterlab==4.6.*"] }\n'


class Book:
    """A page with all parts, in a book of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "conf.py").write_text("extensions = ['myst_parser', 'rtc_guide.pages']\n")
        parts = "\n".join(f"## {x}\n\n```{{evidence}} {x}\n```\n" for x in CAPACITY_PARTS)
        (root / "index.md").write_text(f"# How many\n\n{parts}")
        (root / "stacks").mkdir()
        (root / "stacks" / "stacks.toml").write_text(STACKS)
        self.file = root / "evidence" / measuring.FILE

    def build(self, fresh: bool = True) -> None:
        app = SphinxTestApp(
            "html", srcdir=self.root, freshenv=fresh, confoverrides={"nitpicky": True}
        )
        app.build()
        self.warned = "\n".join(
            line for line in app.warning.getvalue().splitlines() if "already registered" not in line
        )
        page = BeautifulSoup((Path(app.outdir) / "index.html").read_text(), "html.parser")
        app.cleanup()
        self.sections = {part: page.find("section", id=part) for part in CAPACITY_PARTS}

    def said(self, part: str) -> str:
        return " ".join(self.sections[part].get_text(" ").replace("¶", "").split())


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path)


def test_a_page_without_a_measurement_says_so(book):
    book.build()
    assert book.warned == ""
    assert {book.said(part).removeprefix(part).strip() for part in CAPACITY_PARTS} == {NOT_YET}


def test_a_page_shows_what_was_measured(book):
    whole = capacity(
        measured(1, None),
        measured(2, 30),
        measured(2, 15, server=Server.BARE, cpu=0.01),
        measured(60, 4000, memory=250, missing=12),
        measured(45, 300, dropped="the machine was busy"),
        measured(60, 300, server=Server.BARE, failed="1 of 60 lost their connection"),
        store=Store(24_000, 6 * 2**20, 0.75, 0.1),
        memory=Memory(90.5, 60.4),
    )
    write(whole, book.file)
    book.build()
    assert book.warned == ""
    assert "up to 2 people in one notebook" in book.said("capacity-answer")
    assert book.sections["capacity-answer"].strong
    assert "AMD EPYC" in book.said("capacity-method")
    assert "40 words a minute" in book.said("capacity-method")
    assert [item.get_text() for item in book.sections["capacity-method"].select("li")] == [
        "60 people in one notebook, on the bare server: 1 of 60 lost their connection.",
        "45 people in one notebook, on JupyterLab: the machine was busy.",
    ]
    assert "24,000 edits" in book.said("capacity-record")
    assert "6.0 MiB, 262 bytes for each" in book.said("capacity-record")
    assert "each idle Python kernel 60 MiB more" in book.said("capacity-memory")
    assert "With 60 people in one notebook and no kernel" in book.said("capacity-memory")
    assert "1.5 times as much" in book.said("capacity-peer")
    assert "(from 1.0 to 2.0 times)" in book.said("capacity-peer")
    svg = book.sections["capacity"].svg
    assert svg["role"] == "img"
    assert "up to 2 people in one notebook" in svg["aria-label"]
    assert "currentColor" in str(svg) and "#010203" not in str(svg)
    rows = [
        [cell.get_text(strip=True) for cell in row.select("td")]
        for row in book.sections["capacity"].select("table.evidence-capacity tbody tr")
    ]
    assert rows == [
        ["1", "–", "–", "1", "101", "0.25", "–", "–"],
        ["2", "15", "30", "2", "102", "0.25", "2.0", "2.0"],
        ["60", "2000", "4000", "60", "250", "0.25", "13.3", "1.0"],
    ]


def test_a_full_core_is_compared_with_nothing(book):
    full = measured(60, 4000, cpu=0.99)
    write(capacity(full, measured(60, 40, server=Server.BARE)), book.file)
    book.build()
    assert NOT_YET in book.said("capacity-peer")
    row = book.sections["capacity"].select_one("table.evidence-capacity tbody tr")
    assert [cell.get_text(strip=True) for cell in row.select("td")][-2:] == ["–", "–"]


def test_a_new_measurement_is_shown_though_no_page_has_changed(book):
    write(capacity(measured(2, 20)), book.file)
    book.build()
    write(capacity(measured(2, 20), measured(5, 20)), book.file)
    book.build(fresh=False)
    assert "up to 5 people" in book.said("capacity-answer")


def test_a_measurement_that_can_t_be_read_is_one_warning(book):
    book.file.parent.mkdir()
    book.file.write_text("{}")
    book.build()
    assert book.warned.count("capacity.json can't be read") == 1
    assert NOT_YET in book.said("capacity-answer")
