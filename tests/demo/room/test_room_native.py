"""Several people on CPython, on a real pycrdt-websocket server."""

import asyncio
import itertools
import logging
import subprocess
import sys
import time
from contextlib import AsyncExitStack
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Provider, Text, UndoManager, create_awareness_message, create_update_message

from rtc_guide.room import ChannelClosed, join
from rtc_guide.room.native import open_websocket

pytestmark = pytest.mark.anyio
_numbers = itertools.count()


def text_of(room):
    return room.doc.get("text", type=Text)


def names(room):
    return sorted(person.name for person in room.people)


@pytest.fixture
def name():
    """A room nobody else is in."""
    return f"room {next(_numbers)}/ö"


@pytest.fixture
async def enter(server, name):
    """Join the room; left at the end."""
    async with AsyncExitStack() as rooms:

        async def enter(person, **options):
            return await rooms.enter_async_context(
                await join(name, person, **{"server": server.url, **options})
            )

        yield enter


async def test_an_edit_reaches_the_other(enter, until):
    ada, grace = await enter("Ada"), await enter("Grace")
    text_of(ada).insert(0, "Hello")
    await until(lambda: str(text_of(grace)) == "Hello")
    assert ada.pending == 0


async def test_a_late_joiner_has_the_text_when_join_returns(enter, until):
    ada, grace = await enter("Ada"), await enter("Grace")
    text_of(ada).insert(0, "Hello")
    await until(lambda: str(text_of(grace)) == "Hello")  # so the server has it
    edsger = await enter("Edsger")
    assert str(text_of(edsger)) == "Hello"


async def test_the_environment_names_the_server(enter, server, monkeypatch, until):
    monkeypatch.setenv("RTC_SERVER", server.url + "/")
    ada, grace = await enter("Ada", server=None), await enter("Grace")
    text_of(ada).insert(0, "Hello")
    await until(lambda: str(text_of(grace)) == "Hello")


async def test_concurrent_edits_merge(enter, until):
    rooms = [await enter(person) for person in ("Ada", "Grace", "Edsger")]
    for turn in range(20):
        for room, letter in zip(rooms, "age", strict=True):
            text_of(room).insert(turn % (len(text_of(room)) + 1), letter)
    await until(lambda: all(len(text_of(room)) == 60 for room in rooms))
    assert len({str(text_of(room)) for room in rooms}) == 1
    assert sorted(str(text_of(rooms[0]))) == sorted("age" * 20)


async def test_offline_edits_of_both_sides_merge(enter, until):
    ada, grace = await enter("Ada"), await enter("Grace")
    text_of(ada).insert(0, "12")
    await until(lambda: str(text_of(grace)) == "12")
    await ada.disconnect()
    await grace.disconnect()
    text_of(ada).insert(0, "a")
    text_of(ada).insert(0, "A")
    text_of(grace).insert(2, "g")
    assert not ada.online
    assert (ada.pending, grace.pending) == (2, 1)
    assert names(ada) == ["Ada"]
    await ada.connect()
    assert ada.online
    await until(lambda: ada.pending == 0)
    await grace.connect()
    await until(lambda: str(text_of(ada)) == str(text_of(grace)) == "Aa12g")
    await until(lambda: names(ada) == names(grace) == ["Ada", "Grace"])


async def test_offline_nothing_is_received(enter, until):
    ada, grace, edsger = await enter("Ada"), await enter("Grace"), await enter("Edsger")
    await ada.disconnect()
    text_of(grace).insert(0, "secret")
    await until(lambda: str(text_of(edsger)) == "secret")
    assert str(text_of(ada)) == ""


async def test_undone_and_repeated_switches_do_no_harm(enter, until):
    ada = await enter("Ada")
    await asyncio.gather(ada.disconnect(), ada.connect(), ada.connect(), ada.disconnect())
    assert not ada.online
    await ada.connect()
    await ada.connect()
    await ada.leave()
    await ada.leave()
    with pytest.raises(RuntimeError, match="Join it again"):
        await ada.connect()


async def test_everybody_sees_everybody_with_their_colours(enter, until):
    ada, grace = await enter("Ada"), await enter("Grace", color="#123456")
    edsger = await enter("Edsger")
    rooms = (ada, grace, edsger)
    await until(lambda: all(names(room) == ["Ada", "Edsger", "Grace"] for room in rooms))
    assert {person.color for person in ada.people} == {ada.color, "#123456", edsger.color}


async def test_who_leaves_is_seen_to_leave_at_once(enter, until):
    ada, grace = await enter("Ada"), await enter("Grace")
    await until(lambda: names(ada) == ["Ada", "Grace"])
    await grace.leave()
    await until(lambda: names(ada) == ["Ada"], seconds=3)


async def test_who_goes_offline_is_seen_to_go_and_to_come_back(enter, until):
    ada, grace = await enter("Ada"), await enter("Grace")
    await until(lambda: names(ada) == ["Ada", "Grace"])
    for _ in range(3):
        await grace.disconnect()
        await until(lambda: names(ada) == ["Ada"], seconds=3)
        await grace.connect()
        await until(lambda: names(ada) == names(grace) == ["Ada", "Grace"], seconds=3)


async def test_undo_leaves_alone_what_others_typed(enter, until):
    ada, grace = await enter("Ada"), await enter("Grace")
    undo = UndoManager(scopes=[text_of(ada)])
    text_of(ada).insert(0, "mine ")
    await until(lambda: str(text_of(grace)) == "mine ")
    text_of(grace).insert(5, "yours")
    await until(lambda: str(text_of(ada)) == "mine yours")
    while undo.undo():
        pass
    assert str(text_of(ada)) == "yours"


async def test_a_cursor_reaches_the_other(enter, until):
    ada, grace = await enter("Ada"), await enter("Grace")
    grace.awareness.set_local_state_field("cursor", {"head": 3})
    grace_id = grace.awareness.client_id
    await until(lambda: ada.awareness.states.get(grace_id, {}).get("cursor") == {"head": 3})


async def test_joining_again_leaves_no_ghost_and_keeps_the_text(enter, until):
    ada, grace = await enter("Ada"), await enter("Grace")
    text_of(ada).insert(0, "Hello")
    await ada.disconnect()
    text_of(ada).insert(5, " offline")
    again = await enter("Ada")
    assert not ada.online
    await until(lambda: str(text_of(grace)) == str(text_of(again)) == "Hello offline")
    await until(lambda: names(grace) == names(again) == ["Ada", "Grace"])


async def test_joining_again_alone_keeps_the_text(enter):
    text_of(await enter("Ada")).insert(0, "Hello")
    assert str(text_of(await enter("Ada"))) == "Hello"


async def test_observers_hear_of_changes_and_no_more_after_unsubscribing(enter, until):
    ada = await enter("Ada")
    seen = []
    unsubscribe = ada.observe(lambda: seen.append((ada.online, ada.pending, names(ada))))
    await enter("Grace")
    await until(lambda: seen and seen[-1] == (True, 0, ["Ada", "Grace"]))
    await ada.disconnect()
    text_of(ada).insert(0, "x")
    await until(lambda: seen[-1] == (False, 1, ["Ada"]))
    unsubscribe()
    unsubscribe()
    count = len(seen)
    await ada.connect()
    await until(lambda: names(ada) == ["Ada", "Grace"])
    assert len(seen) == count


async def test_a_failing_observer_harms_nobody(enter, until):
    ada, grace = await enter("Ada"), await enter("Grace")

    def fail(*_):
        raise ZeroDivisionError("oh")

    ada.observe(fail)
    text = text_of(ada)
    edits = text.observe(fail)
    text_of(grace).insert(0, "one")
    await until(lambda: ada.problem)
    assert "oh" in ada.problem
    text.unobserve(edits)
    ada.awareness.observe(fail)
    edsger = await enter("Edsger")
    await until(lambda: "Edsger" in names(ada) and "Ada" in names(edsger))
    text_of(grace).insert(0, "two")
    await until(lambda: str(text) == "twoone")
    assert ada.online
    await ada.leave()
    await until(lambda: names(grace) == ["Edsger", "Grace"], seconds=3)


async def test_damaged_and_foreign_messages_are_ignored(enter, server, name, until, caplog):
    ada, grace = await enter("Ada"), await enter("Grace")
    await until(lambda: names(ada) == ["Ada", "Grace"])
    good = Doc()
    good["text"] = Text("x")
    update = good.get_update()
    damaged = [
        b"",
        b"\x00",
        b"\x00\x00",
        b"\x00\x09\x01\x00",
        b"\x07\x01\x02",
        b"\xff" * 30,
        create_update_message(update[:-3]),
        create_update_message(update)[:-3],
        create_update_message(b"\xff\xff\xff\xff\xff\xff\xff\x0f"),
        create_awareness_message(b"\x01\x05\x05\x03abc"),
        create_awareness_message(b"\x01\x05\x05\x0142"),
        create_awareness_message(b"\x02\x05\x05\x04null"),
        b"\x01",
    ]
    # Said by the server's side of the socket, which passes on awareness only: so they are
    # put into the channel that Ada's room reads.
    channel = ada._session._channel
    recv = channel.recv
    waiting = list(damaged)

    async def recv_damaged_first():
        return waiting.pop(0) if waiting else await recv()

    channel.recv = recv_damaged_first
    with caplog.at_level(logging.WARNING, "rtc_guide.room"):
        text_of(grace).insert(0, "a")  # ends the wait that has begun
        await until(lambda: str(text_of(ada)) == "a" and not waiting)
        text_of(grace).insert(0, "b")
        await until(lambda: str(text_of(ada)) == "ba")
    assert ada.online
    assert names(ada) == ["Ada", "Grace"]
    assert len([r for r in caplog.records if "Ignored" in r.message]) == len(damaged)


async def test_text_frames_are_ignored(enter, server, name, until):
    from tornado.websocket import websocket_connect

    ada = await enter("Ada")
    other = await websocket_connect(f"{server.url}/{quote(name, safe='')}")
    await other.write_message("hello?")
    other.close()
    text_of(ada).insert(0, "x")
    grace = await enter("Grace")
    await until(lambda: str(text_of(grace)) == "x")


async def test_a_lost_server_is_noticed_and_a_new_one_gets_everything(mortal_server, enter, until):
    ada = await enter("Ada", server=mortal_server.url)
    grace = await enter("Grace", server=mortal_server.url)
    text_of(ada).insert(0, "before ")
    await until(lambda: str(text_of(grace)) == "before ")
    mortal_server.kill()
    await until(lambda: not ada.online and not grace.online)
    assert "Edits are kept here" in ada.problem
    assert names(ada) == ["Ada"]
    text_of(ada).insert(7, "and while it was gone")
    assert ada.pending == 1
    with pytest.raises(ChannelClosed, match="Is the server running"):
        await ada.connect()
    assert not ada.online
    mortal_server.start()
    await ada.connect()
    await grace.connect()
    assert ada.problem is None
    await until(lambda: str(text_of(grace)) == "before and while it was gone")
    await until(lambda: names(ada) == names(grace) == ["Ada", "Grace"])
    assert ada.pending == 0


async def test_a_failed_join_keeps_the_text_for_the_next(mortal_server, enter, until):
    ada = await enter("Ada", server=mortal_server.url)
    text_of(ada).insert(0, "Hello")
    mortal_server.kill()
    await until(lambda: not ada.online)
    with pytest.raises(ChannelClosed):
        await enter("Ada", server=mortal_server.url)
    mortal_server.start()
    again = await enter("Ada", server=mortal_server.url)
    assert str(text_of(again)) == "Hello"
    await again.leave()


PEER = """
import asyncio, sys
from pycrdt import Text
from rtc_guide.room import join

async def main():
    room = await join(sys.argv[1], "Killed")
    room.doc.get("text", type=Text).insert(0, "last words")
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_who_is_killed_leaves_by_the_time_limit(enter, server, name, until, monkeypatch):
    ada = await enter("Ada")
    peer = subprocess.Popen([sys.executable, "-c", PEER, name], env={"RTC_SERVER": server.url})
    await until(lambda: str(text_of(ada)) == "last words" and names(ada) == ["Ada", "Killed"])
    peer.kill()
    peer.wait()
    killed = time.monotonic()
    # pycrdt-websocket doesn't tell: the awareness's own 30 s, looked at every 3 s, have to do.
    await until(lambda: names(ada) == ["Ada"], seconds=40)
    assert time.monotonic() - killed > 10


async def test_a_plain_pycrdt_provider_takes_part(enter, server, name, until):
    ada, grace = await enter("Ada"), await enter("Grace")
    text_of(ada).insert(0, "Hello")
    await until(lambda: str(text_of(grace)) == "Hello")  # so the server has it
    doc = Doc()
    text = doc.get("text", type=Text)
    channel = await open_websocket(f"{server.url}/{quote(name, safe='')}")
    async with Provider(doc, channel) as provider:
        await provider.synced.wait()
        assert str(text) == "Hello"
        text.insert(5, "!")
        await until(lambda: str(text_of(ada)) == "Hello!")
        text_of(ada).insert(0, "> ")
        await until(lambda: str(text) == "> Hello!")
    channel.close()


PEOPLE = ("Ada", "Grace", "Edsger")
steps = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.sampled_from(["type", "type", "type", "type", "offline", "online", "again", "reload"]),
        st.integers(0, 2**16),
    ),
    min_size=5,
    max_size=25,
)


@settings(max_examples=25)
@given(steps=steps, count=st.integers(2, 3))
def test_nothing_typed_is_lost_or_doubled(server, until, steps, count):
    """Whatever order people type, go offline, come back and start again in."""

    async def play():
        name = f"played {next(_numbers)}"
        rooms = {}
        for person in PEOPLE[:count]:
            rooms[person] = await join(name, person, server=server.url)
        typed = ""
        for person, what, number in steps:
            if person not in rooms:
                continue
            room = rooms[person]
            if what == "type":
                text = text_of(room)
                letter = chr(0x4E00 + len(typed))  # each another one, of three bytes
                text.insert(number % (len(text) // 3 + 1) * 3, letter)
                typed += letter
            elif what == "offline":
                await room.disconnect()
            elif what == "online":
                await room.connect()
            elif what == "again":
                rooms[person] = await join(name, person, server=server.url)
            # Who starts from nothing has what others keep: somebody must be there, and must
            # have been told.
            elif room.online and any(r.online for r in rooms.values() if r is not room):
                await room.leave()
                rooms[person] = await join(name, person, server=server.url)
        for room in rooms.values():
            await room.connect()
        everybody = sorted(rooms)
        await until(lambda: all(len(text_of(r)) == 3 * len(typed) for r in rooms.values()))
        await until(lambda: all(names(r) == everybody for r in rooms.values()))
        texts = {str(text_of(room)) for room in rooms.values()}
        assert len(texts) == 1
        assert sorted(texts.pop()) == sorted(typed)
        for room in rooms.values():
            assert room.pending == 0
            assert room.problem is None
            await room.leave()

    asyncio.run(play())
