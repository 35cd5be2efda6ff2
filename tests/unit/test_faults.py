"""Schedules of edits and faults: written and read, drawn, judged, and made shorter."""

import asyncio
import json
from contextlib import suppress
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtc_guide.evidence.damage import read_reports
from rtc_guide.evidence.verdict import OF, Verdict, verdict_of
from rtc_guide.trials.faults.cases import CASES, SAME, TOLD, WHOLE
from rtc_guide.trials.faults.damage import Damage, Kind, Left, judge
from rtc_guide.trials.faults.drawing import NOTEBOOKS, draw
from rtc_guide.trials.faults.line import Line
from rtc_guide.trials.faults.notebook import CELLS, first_word, notebook, texts_of, with_cell
from rtc_guide.trials.faults.running import Outcome, play
from rtc_guide.trials.faults.schedule import (
    OF_DISK,
    OF_SERVER,
    Does,
    Event,
    Schedule,
    ScheduleError,
    read,
    without,
    write,
)
from rtc_guide.trials.faults.shrinking import shrink
from rtc_guide.trials.faults.trying import cases_of
from rtc_guide.trials.registry import Unplayable

CELLS_LEFT = ("start1 ada1x", "ben2x")
NOTHING_WRONG = Left({"Ada": CELLS_LEFT, "visitor": CELLS_LEFT}, CELLS_LEFT)
WORDS = ("start1", "ada1x", "ben2x")


def test_what_is_all_there_is_no_damage():
    assert judge(WORDS, NOTHING_WRONG).kinds == set()


@pytest.mark.parametrize(
    ("file", "kind", "word"),
    [
        (("start1", "ben2x"), Kind.LOST, "ada1x"),
        (("start1 ada1x", "ben2x", "ben2x"), Kind.DOUBLED, "ben2x"),
        (("start1 ada1x", "ben2x en2"), Kind.GARBLED, "en2"),
        (("start1 ada1xben2x", "ada1x ben2x"), Kind.GARBLED, "ada1xben2x"),
    ],
)
def test_each_kind_of_damage_is_found(file, kind, word):
    damage = judge(WORDS, Left({"Ada": file}, file))
    assert damage.kinds == {kind, Kind.SILENT}
    assert word in str(damage)


def test_of_words_that_were_there_before_nothing_is_said():
    left = Left({"Ada": ("ada1x old old",)}, ("ada1x old old",))
    assert judge(["ada1x"], left, {"old"}) == Damage()
    assert judge(["ada1x"], left).garbled == ("old",)


def test_people_who_see_different_things_are_split():
    left = replace(NOTHING_WRONG, views={"Ada": CELLS_LEFT, "Ben": CELLS_LEFT[::-1]})
    assert judge(WORDS, left).kinds == {Kind.SPLIT, Kind.SILENT}


def test_a_file_that_can_not_be_read_is_damage():
    assert Kind.GARBLED in judge(WORDS, Left({"Ada": CELLS_LEFT}, None)).kinds


def test_damage_that_somebody_was_told_of_is_not_silent():
    left = Left({"Ada": ("start1",)}, ("start1",), ("Session expired", "Session expired"))
    damage = judge(WORDS, left)
    assert damage.kinds == {Kind.LOST}
    assert damage.told == ("Session expired",)


@given(st.permutations(["start1", "ada1x", "ben2x"]), st.integers(0, 3))
def test_order_and_cells_do_not_matter(words, cut):
    cells = (" ".join(words[:cut]), " ".join(words[cut:]))
    assert not judge(WORDS, Left({"Ada": cells}, cells)).kinds


@given(st.integers(0, 10_000))
def test_a_seed_always_draws_the_same_schedule_that_reads_as_it_was_written(tmp_path_factory, seed):
    schedule = draw(seed)
    assert schedule == draw(seed)
    path = tmp_path_factory.mktemp("schedules") / "schedule.json"
    write(schedule, path, found=["lost"])
    assert read(path) == schedule
    assert read(path).seed == seed


def test_seeds_that_are_played_side_by_side_have_the_same_happen_to_the_server():
    for group in range(20):
        seeds = range(group * NOTEBOOKS, (group + 1) * NOTEBOOKS)
        assert len({draw(seed).surroundings for seed in seeds}) == 1


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_case_differs_by_notebook_and_types_each_word_once(case):
    first, second = case.schedule(0), case.schedule(1)
    assert first != second
    assert first.of_server == second.of_server
    written = [e.what for e in first.events if e.does in (Does.TYPES, Does.ADDS, Does.EDITS)]
    assert len(written) == len(set(written)) == len(first.words) > 0
    starts = {first_word(cell) for cell in range(CELLS)}
    assert not starts & set(written)


@pytest.mark.parametrize(
    ("id", "told"),
    [
        ("two-servers", "every second person on another server"),
        ("two-editors", "every second person as text"),
        ("opened-at-once", "open a notebook in the same moment"),
    ],
)
def test_how_people_work_is_part_of_a_schedule_and_of_its_report(tmp_path, id, told):
    schedule = CASES[id].schedule(1)
    path = tmp_path / "evidence" / "damage" / f"{id}.json"
    seen = {"found": ["lost"], "saw": "lost: ada1x", "damaged": 1, "times": 1}
    software = {"stack": "lab-4.6", "versions": {"JupyterLab": "4.6.6"}, "on": "2026-11-22"}
    write(schedule, path, happens=schedule.told(), **seen, **software)
    plain = replace(schedule, text_editor=False, two_servers=False, at_once=False)
    assert read(path) == schedule != plain
    (report,) = read_reports(tmp_path)
    assert told in report.happens[0]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Expecting value"),
        ("[]", "list indices"),
        ('{"schema": 7}', "schema is 7"),
        ('{"schema": 1, "people": ["Ada"]}', "'events'"),
        (
            '{"schema": 1, "people": [], "seconds_to_close": 1, "seed": 1, '
            '"events": [{"who": "Ada", "does": "sings"}]}',
            "sings",
        ),
    ],
)
def test_what_is_no_schedule_is_told(tmp_path, text, problem):
    path = tmp_path / "broken.json"
    path.write_text(text)
    with pytest.raises(ScheduleError, match=problem) as told:
        read(path)
    assert "broken.json" in str(told.value)


def test_segments_lie_between_what_happens_to_the_server():
    types = Event("Ada", Does.TYPES, "ada1x")
    stop, start = Event(OF_SERVER, Does.STOPS), Event(OF_SERVER, Does.STARTS)
    edit = Event(OF_DISK, Does.EDITS, "disk2x")
    schedule = Schedule(("Ada",), (types, stop, edit, start))
    assert list(schedule.segments()) == [(types,), (edit,), ()]
    assert schedule.of_server == (stop, start)
    assert without(schedule, [1, 2]).events == (types, start)


def test_the_notebook_reads_as_it_is_written_and_other_programs_add_to_it():
    assert texts_of(notebook()) == [f"start{number + 1}" for number in range(CELLS)]
    assert texts_of(with_cell(notebook(), "disk1x"))[-1] == "disk1x"
    assert texts_of(json.dumps({"cells": 3})) is None
    assert texts_of('{"cells": [') is None


def outcome(schedule, *kinds, told=()):
    damage = Damage(
        lost=("ada1x",) if Kind.LOST in kinds else (),
        doubled=("ada1x",) if Kind.DOUBLED in kinds else (),
        split=Kind.SPLIT in kinds,
        told=told,
    )
    return Outcome(schedule, damage, NOTHING_WRONG)


def test_outcomes_are_summed_up_in_cases_with_counts():
    schedule = draw(1)
    cases = cases_of(
        [outcome(schedule), outcome(schedule, Kind.LOST, told=("Session expired",))] * 3
    )
    assert [(case.name, case.holds) for case in cases] == [
        (WHOLE, False),
        (SAME, True),
        (TOLD, True),
    ]
    assert cases[0].counts == {
        OF: 6,
        "lost": 3,
        "doubled": 0,
        "garbled": 0,
        "split": 0,
        "silent": 0,
    }
    assert "“Session expired” in 3" in cases[2].proof
    assert verdict_of(cases) is Verdict.DEPENDS


def test_a_notebook_that_was_not_played_to_its_end_proves_nothing():
    broken = replace(outcome(draw(1)), error="TimeoutError: Ada waited 20 s")
    with pytest.raises(RuntimeError, match="Ada waited 20 s"):
        cases_of([outcome(draw(1)), broken])


def test_a_notebook_that_the_server_does_not_give_is_told_as_such():
    schedule = CASES["calm"].schedule(0)
    stuck = Outcome(schedule, Damage(), Left({}, None), error="Ada saw none", unplayable=True)
    with pytest.raises(Unplayable, match="in 1 of 2 notebooks Ada saw none"):
        cases_of([stuck, Outcome(schedule, Damage(), NOTHING_WRONG)])


WORDS_OF_MANY = [
    Event(who, Does.TYPES, f"{who}{n}") for n in range(4) for who in ("Ada", "Ben", "Cara")
]
STOP, START = Event(OF_SERVER, Does.STOPS), Event(OF_SERVER, Does.STARTS)


def words_after_a_stop(schedule):
    """The words of schedules by which only a stop followed by a word of Ben's loses anything."""
    after = schedule.events[schedule.events.index(STOP) + 1 :] if STOP in schedule.events else ()
    return [event.what for event in after if event.who == "Ben"]


def shrunk(schedule, does_damage):
    """Shrink a schedule, where `does_damage` stands in for a server; count what was played."""
    runs = []

    async def stand_in(candidates):
        assert len({each.surroundings for each in candidates}) == 1, "they share a server"
        runs.append(len(candidates))
        return [outcome(each, *([Kind.LOST] if does_damage(each) else [])) for each in candidates]

    said, kept = [], [schedule]
    shortest = asyncio.run(shrink(schedule, [Kind.LOST], stand_in, said.append, kept.append))
    assert said
    assert kept[-1] == shortest, "whoever ends it early has the shortest so far"
    lengths = [len(each.events) for each in kept]
    assert lengths == sorted(lengths, reverse=True)
    return shortest, runs


def test_a_schedule_is_shrunk_to_what_does_the_damage():
    people = ("Ada", "Ben", "Cara")
    schedule = Schedule(people, (*WORDS_OF_MANY[:6], STOP, *WORDS_OF_MANY[6:], START))
    shortest, _ = shrunk(schedule, words_after_a_stop)
    assert shortest.people == ("Ben",)
    assert [event.who for event in shortest.events] == [OF_SERVER, "Ben"]


def test_what_matters_only_together_stays():
    schedule = Schedule(("Ben",), (STOP, *WORDS_OF_MANY[:6], START))
    shortest, _ = shrunk(schedule, lambda each: len(words_after_a_stop(each)) > 1)
    assert len(words_after_a_stop(shortest)) == 2
    assert len(shortest.events) == 3


def test_what_does_damage_now_and_then_is_not_taken_for_what_does_it_each_time():
    """With this chance, two tries of each would lose the event that matters."""
    schedule = Schedule(("Ben",), (STOP, *(Event("Ben", Does.TYPES, str(n)) for n in range(20))))
    chance = Random(4)
    shortest, _ = shrunk(
        schedule, lambda each: {"7"} <= set(words_after_a_stop(each)) or chance.random() < 0.4
    )
    assert "7" in words_after_a_stop(shortest)


def test_a_long_schedule_takes_few_runs_of_a_server():
    """Each takes a minute: leaving out one event after the other would take an hour."""
    words = [Event("Ben", Does.TYPES, str(number)) for number in range(60)]
    schedule = Schedule(("Ben",), (*words[:30], STOP, *words[30:], START))
    shortest, runs = shrunk(schedule, lambda each: {"31", "59"} <= set(words_after_a_stop(each)))
    assert [event.what for event in shortest.events] == ["", "31", "59"]
    assert len(runs) < 20


def test_schedules_that_do_not_go_together_are_refused(tmp_path):
    one = Schedule(("Ada",), (Event(OF_SERVER, Does.STOPS),))
    other = Schedule(("Ada",), ())
    with pytest.raises(ValueError, match="must be the same"):
        asyncio.run(play(None, [one, other]))


async def ask(port: int) -> bytes:
    """Send a line, and return what comes back until the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"hello\n")
        return await reader.read(100)
    except ConnectionError:
        return b""
    finally:
        writer.close()


def test_a_line_passes_on_until_it_is_cut_and_again_once_it_is_mended():
    async def answer(reader, writer):
        writer.write((await reader.readline()).upper())
        await writer.drain()
        # Open, as a websocket is, until the other side ends it.
        await reader.read()
        writer.close()

    async def talk():
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        line = Line(lambda: server.sockets[0].getsockname()[1])
        with pytest.raises(RuntimeError):
            _ = line.port
        await line.open()
        reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
        writer.write(b"ada\n")
        heard = await reader.readline()
        await line.cut()
        with suppress(ConnectionError):
            assert await reader.read() == b"", "what was open goes on"
        while_cut = await ask(line.port)
        line.mend()
        again = await ask(line.port)
        await line.close()
        server.close()
        return heard, while_cut, again

    assert asyncio.run(talk()) == (b"ADA\n", b"", b"HELLO\n")
