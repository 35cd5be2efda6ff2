"""People in real browser tabs come to the same harm as the parts of JupyterLab's page do alone."""

import asyncio
from pathlib import Path

import pytest

from rtc_guide.stacks.environment import find_stack
from rtc_guide.trials.faults.cases import CASES
from rtc_guide.trials.faults.damage import Kind
from rtc_guide.trials.faults.running import Writing, play

ROOT = Path(__file__).parents[2]


def played(case: str, writing: Writing):
    schedule = CASES[case].schedule(1)
    (outcome,) = asyncio.run(play(find_stack(None, ROOT), [schedule], writing))
    assert not outcome.error
    return outcome.damage


@pytest.mark.parametrize("case", ["calm", "offline", "reloaded", "restart", "restart-tabs-closed"])
def test_what_is_safe_is_safe_in_tabs(case):
    damage = played(case, Writing.IN_TABS)
    assert not damage.kinds, str(damage)


@pytest.mark.parametrize(
    ("case", "kinds"),
    [
        ("killed-saving", {Kind.LOST, Kind.SILENT}),
        ("file-changed-open", {Kind.LOST, Kind.SILENT}),
        ("offline-closed", {Kind.LOST, Kind.SILENT}),
        ("restart-edits-forgotten", {Kind.DOUBLED, Kind.SILENT}),
        ("restart-sessions-forgotten", {Kind.LOST}),
    ],
)
def test_what_does_damage_does_it_in_tabs(case, kinds):
    damage = played(case, Writing.IN_TABS)
    assert kinds <= damage.kinds, str(damage)
    assert (Kind.SILENT in kinds) == (Kind.SILENT in damage.kinds)
