"""Stacks: pins that are exact, and clear errors where they can't be used."""

import re
from pathlib import Path

import pytest

from rtc_guide.stacks.environment import Stack, StackError, find_stack, python_of

ROOT = Path(__file__).parents[2]


PINS = sorted((ROOT / "stacks").glob("*.txt"))


@pytest.mark.parametrize("pins", PINS, ids=lambda path: path.stem)
def test_pins_are_exact_and_name_no_address(pins):
    lines = [line for line in pins.read_text().splitlines() if not line.startswith("#")]
    assert lines
    for line in lines:
        assert re.fullmatch(r"[a-z0-9.-]+==[^ ;]+( ; [^/]+)?", line), line


def test_an_unknown_stack_names_the_known_ones():
    with pytest.raises(StackError, match=r"there is no stack “lab-0”; known: .*lab-4.6"):
        find_stack("lab-0", ROOT)


def test_a_project_may_bring_its_own_stack(tmp_path):
    own = tmp_path / "stacks" / "lab-4.6.txt"
    own.parent.mkdir()
    own.write_text("jupyterlab==4.6.6\n")
    assert find_stack("lab-4.6", tmp_path).requirements == own
    assert find_stack("lab-4.6", tmp_path).digest != find_stack("lab-4.6", ROOT).digest


def test_pins_that_cannot_be_installed_leave_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("RTC_GUIDE_STACKS", str(tmp_path / "environments"))
    requirements = tmp_path / "broken.txt"
    requirements.write_text("this is no requirement !\n")
    with pytest.raises(StackError, match="the stack broken can't be installed from"):
        python_of(Stack("broken", requirements))
    assert list((tmp_path / "environments").iterdir()) == []
