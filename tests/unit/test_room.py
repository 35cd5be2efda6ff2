"""What of a room needs neither server nor browser."""

import asyncio
import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Awareness, Doc

from rtc_guide.room import ChannelClosed, ServerUnknown, join
from rtc_guide.room.people import PALETTE, Person, choose_color, read_people
from rtc_guide.room.session import check_awareness


def luminance(color: str) -> float:
    """Source: https://www.w3.org/TR/WCAG21/#dfn-relative-luminance."""
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("color", PALETTE)
def test_colors_are_read_on_white(color):
    assert 1.05 / (luminance(color) + 0.05) >= 4.5


def test_a_name_has_the_same_color_in_every_process():
    code = "from rtc_guide.room.people import choose_color; print(choose_color('Ada'))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == choose_color("Ada")


@given(st.text())
def test_every_name_has_a_color(name):
    assert choose_color(name) in PALETTE


def test_people_are_those_who_say_their_name():
    states = {
        3: {"user": {"name": "Ada", "color": "#111111"}, "cursor": 1},
        1: {},
        2: {"user": {"name": "Grace"}},
        4: {"user": {"name": 5}},
        5: {"user": "Edsger"},
        6: None,
    }
    assert read_people(states) == (
        Person(2, "Grace", choose_color("Grace")),
        Person(3, "Ada", "#111111"),
    )


def test_without_a_server_the_error_says_what_to_do(monkeypatch):
    monkeypatch.delenv("RTC_SERVER", raising=False)
    with pytest.raises(ServerUnknown, match="RTC_SERVER"):
        asyncio.run(join("recipe", "Ada"))


@pytest.mark.parametrize("server", ["nonsense", "http://127.0.0.1:9"])
def test_an_address_that_is_no_servers_is_told(server):
    with pytest.raises(ServerUnknown, match="ws://"):
        asyncio.run(join("recipe", "Ada", server=server))


@pytest.mark.parametrize("server", ["ws://127.0.0.1:9", "ws://no.invalid", "ws://", "ws://x:y"])
def test_a_server_that_does_not_answer_is_told(server):
    with pytest.raises(ChannelClosed, match="Is the server running"):
        asyncio.run(join("recipe", "Ada", server=server))


def update_of(state) -> bytes:
    awareness = Awareness(Doc())
    awareness.states[awareness.client_id] = state
    return awareness.encode_awareness_update([awareness.client_id])


@given(st.none() | st.dictionaries(st.text(), st.integers() | st.text()))
def test_awareness_updates_are_accepted_whole_and_refused_cut_short(state):
    update = update_of(state)
    check_awareness(update)
    for end in range(len(update)):
        with pytest.raises(ValueError):
            check_awareness(update[:end])


@pytest.mark.parametrize("state", [5, "words", [1], True])
def test_a_state_that_is_no_object_is_refused(state):
    with pytest.raises(ValueError, match="no JSON object"):
        check_awareness(update_of(state))


def test_joining_loads_nothing_heavy():
    code = "import sys, json; import rtc_guide.room; print(json.dumps(sorted(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in json.loads(told.stdout)}
    assert not loaded & {"tornado", "sphinx", "pytest", "playwright", "httpx", "js", "pydantic"}
    ours = {name for name in json.loads(told.stdout) if name.startswith("rtc_guide")}
    assert {name for name in ours if not name.startswith("rtc_guide.room")} == {"rtc_guide"}
