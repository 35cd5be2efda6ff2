"""Editors against the page's real side: js/sync.js and CodeMirror's collaboration, in Node.

Messages lie in queues until a test delivers them, so that every interleaving can happen.
"""

import asyncio
import json
import os
import shutil
import subprocess
import time
from collections import deque
from pathlib import Path
from runpy import run_path

import comm
import pytest
from comm.base_comm import BaseComm
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Text

from pycrdt_yjs import node
from rtc_guide.editor import Editor, bundle

ROOT = Path(__file__).parents[2]
link = run_path(str(ROOT / "tests/demo/editor/rooms.py"))["link"]


class Wire(BaseComm):
    """A comm whose other end is a test: what is sent is kept for each view of the page."""

    def __init__(self, *arguments, **settings):
        self.queues = {}
        self.state = {}
        super().__init__(*arguments, **settings)

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        data = json.loads(json.dumps(data))  # what a comm can carry
        self.state |= (data or {}).get("state", {})
        if msg_type == "comm_msg" and data["method"] == "custom":
            for queue in self.queues.values():
                queue.append(data["content"])

    def receive(self, content):
        self.handle_msg({"content": {"data": {"method": "custom", "content": content}}})


class Views:
    """The process that the views live in."""

    def __init__(self, script):
        self.process = subprocess.Popen(
            [*node.find().node, script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, what, **arguments):
        self.process.stdin.write(json.dumps({"do": what, **arguments}) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the views' process has ended"
        return json.loads(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Scene:
    """People who each have an editor with views, and the messages under way."""

    def __init__(self, process, people=2, views=2):
        self.process = process
        self.rooms = link(*((f"Person {number}", "#1565c0") for number in range(people)))
        self.texts = [room.doc.get("text", type=Text) for room in self.rooms]
        self.loop = asyncio.new_event_loop()
        self.editors = self.loop.run_until_complete(self.create_editors())
        self.wires = [editor._widget._comm for editor in self.editors]
        self.owners = []  # the editor of each view
        self.to_kernel = []
        for number in range(people * views):
            self.owners.append(number % people)
            self.wires[number % people].queues[number] = deque()
            self.to_kernel.append(deque())
            self.tell("create")

    async def create_editors(self):
        return [Editor(text, room) for text, room in zip(self.texts, self.rooms, strict=True)]

    def tell(self, what, **arguments):
        answer = self.process.do(what, **arguments)
        for view, message in answer["sent"]:
            self.to_kernel[view].append(message)
        return answer["answer"]

    def deliver_to_kernel(self, view):
        if self.to_kernel[view]:
            self.wires[self.owners[view]].receive(self.to_kernel[view].popleft())
            self.loop.run_until_complete(asyncio.sleep(0))

    def deliver_to_view(self, view):
        queue = self.wires[self.owners[view]].queues[view]
        if queue:
            self.tell("receive", view=view, message=queue.popleft())

    def settle(self):
        """Deliver everything, until nobody has anything to say."""
        views = range(len(self.owners))
        for _ in range(1000):
            self.loop.run_until_complete(asyncio.sleep(0))
            for view in views:
                self.deliver_to_kernel(view)
                self.deliver_to_view(view)
            self.loop.run_until_complete(asyncio.sleep(0))
            if not any(self.to_kernel[view] for view in views) and not any(
                any(wire.queues.values()) for wire in self.wires
            ):
                return
        raise AssertionError(f"still talking: {self.to_kernel} {[w.queues for w in self.wires]}")

    def settle_for_good(self):
        """Settle, until the views are no longer waiting to say something of themselves."""
        self.settle()
        while self.tell("timers") or any(self.to_kernel):
            self.wait(lambda: any(self.to_kernel) or not self.tell("timers"))
            self.settle()

    def shown(self):
        return ["\n".join(view["lines"]) for view in self.tell("look")]

    def cursors(self, view):
        shown = self.tell("look")[view]["cursors"]
        return [(cursor["name"], cursor["anchor"], cursor["head"]) for cursor in shown]

    def select(self, view, anchor, head):
        """Select in a view, and wait until it has told so, which it does after a pause."""
        self.tell("select", view=view, anchor=anchor, head=head)
        self.wait(lambda: self.to_kernel[view])

    def wait(self, until):
        """Wait for something that the views do by themselves, after a while."""
        end = time.monotonic() + 10
        while not until():
            assert time.monotonic() < end
            self.tell("look")

    def end(self):
        assert self.process.do("reset")["answer"] == 0, "timers are left"
        for editor in self.editors:
            editor.close()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()


@pytest.fixture(scope="module")
def node_modules():
    found = node.install(ROOT / "src/rtc_guide/editor")
    bundle.build(found)
    return found


@pytest.fixture(scope="module")
def views(node_modules, tmp_path_factory):
    script = tmp_path_factory.mktemp("views") / "views.mjs"
    subprocess.run(
        [
            *(node_modules / ".bin" / "esbuild", ROOT / "tests/unit/editor_views.js"),
            *("--bundle", "--platform=node", "--format=esm", "--log-level=warning"),
            f"--outfile={script}",
        ],
        env=os.environ | {"NODE_PATH": str(node_modules)},
        check=True,
    )
    process = Views(script)
    before = comm.create_comm
    comm.create_comm = Wire
    yield process
    comm.create_comm = before
    process.close()


@pytest.fixture
def scene(views):
    scene = Scene(views)
    scene.settle()
    yield scene
    scene.end()


VIEWS = st.integers(0, 3)
WORDS = st.one_of(st.text("abc\n", max_size=4), st.text("é日😀\u0301", max_size=3))
ACTIONS = st.one_of(
    st.tuples(st.just("type"), VIEWS, st.floats(0, 1), st.integers(0, 3), WORDS),
    st.tuples(st.just("to kernel"), VIEWS),
    st.tuples(st.just("to view"), VIEWS),
    st.tuples(st.just("code"), st.integers(0, 1), st.sampled_from(["x", "\r\n", "😀é", ""])),
    st.tuples(st.just("clear"), st.integers(0, 1)),
    st.tuples(st.just("step"), VIEWS, st.sampled_from(["undo", "redo"])),
)


@settings(max_examples=150)
@given(st.lists(ACTIONS, max_size=60))
def test_every_view_shows_the_text_whatever_comes_between(views, actions):
    scene = Scene(views)
    try:
        for action in actions:
            match action:
                case "type", view, at, length, insert:
                    scene.tell("edit", view=view, at=at, length=length, insert=insert)
                case "to kernel", view:
                    scene.deliver_to_kernel(view)
                case "to view", view:
                    scene.deliver_to_view(view)
                case "code", person, words:
                    scene.texts[person] += words
                case "clear", person:
                    scene.texts[person].clear()
                case "step", view, which:
                    scene.tell("step", view=view, which=which)
        scene.settle()
        assert len({str(text) for text in scene.texts}) == 1
        assert scene.shown() == [str(scene.texts[0])] * 4
    finally:
        scene.end()


@settings(max_examples=50)
@given(st.lists(st.tuples(VIEWS, st.booleans(), st.booleans()), max_size=80))
def test_no_keystroke_is_lost_doubled_or_put_out_of_order(views, keys):
    """Each view types its own letters 0, 1, 2 … at the end of what it wrote before."""
    scene = Scene(views)
    try:
        scene.settle()
        typed = [0] * 4
        for view, to_kernel, to_view in keys:
            # At the end of the view's text: each one's letters keep their order.
            letter = chr(0x100 * (view + 1) + typed[view])
            scene.tell("edit", view=view, at=1, length=0, insert=letter)
            typed[view] += 1
            if to_kernel:
                scene.deliver_to_kernel(view)
            if to_view:
                scene.deliver_to_view(view)
        scene.settle()
        for shown in scene.shown():
            assert len(shown) == len(keys)
            for view in range(4):
                own = [ord(letter) for letter in shown if ord(letter) // 0x100 == view + 1]
                assert own == [0x100 * (view + 1) + number for number in range(typed[view])]
    finally:
        scene.end()


SELECTING = st.one_of(
    st.tuples(st.just("type"), st.sampled_from(["a", "abc"])),
    st.tuples(st.just("select"), st.integers(0, 3)),
    st.tuples(st.just("to kernel")),
    st.tuples(st.just("to view")),
    st.tuples(st.just("somebody else")),
    st.tuples(st.just("pause")),
)


@settings(max_examples=60)
@given(st.lists(SELECTING, max_size=15))
def test_others_see_the_last_selection_whatever_comes_between(views, actions):
    scene = Scene(views, views=1)
    try:
        scene.settle()
        scene.tell("type", view=0, insert="text")
        scene.settle()
        for action in actions:
            match action:
                case "type", keys:
                    for key in keys:
                        scene.tell("type", view=0, insert=key)
                case "select", back:
                    # Never at the beginning, where somebody else's text goes.
                    end = len(scene.shown()[0])
                    scene.tell("select", view=0, anchor=end, head=end - back)
                case ("to kernel",):
                    scene.deliver_to_kernel(0)
                case ("to view",):
                    scene.deliver_to_view(0)
                case ("somebody else",):
                    scene.texts[1].insert(0, "x")
                case ("pause",):
                    # Until it is told or waits for an answer, whose timer is left.
                    scene.wait(lambda: any(scene.to_kernel) or scene.tell("timers") < 2)
        scene.settle_for_good()
        own = scene.tell("look")[0]
        assert scene.cursors(1) == [("Person 0", own["anchor"], own["head"])]
    finally:
        scene.end()


def test_undo_takes_back_what_was_typed_before_it_and_nothing_of_others(scene):
    scene.tell("edit", view=1, at=0, length=0, insert="theirs ")
    scene.settle()
    scene.tell("edit", view=0, at=1, length=0, insert="mine")
    scene.tell("step", view=0, which="undo")  # asked for while the edit is under way
    scene.settle()
    assert scene.shown() == ["theirs "] * 4
    assert scene.wires[0].state["can_redo"] and not scene.wires[0].state["can_undo"]
    scene.tell("step", view=2, which="redo")  # another view of the same editor
    scene.settle()
    assert scene.shown() == ["theirs mine"] * 4


def test_code_in_a_cell_is_not_undone(scene):
    scene.texts[0] += "by code"
    scene.settle()
    assert not scene.wires[0].state["can_undo"]
    scene.tell("step", view=0, which="undo")
    scene.settle()
    assert scene.shown() == ["by code"] * 4


def test_a_view_that_lost_messages_asks_for_them(scene):
    scene.texts[0] += "one "
    for wire in scene.wires:
        for queue in wire.queues.values():
            queue.clear()
    scene.texts[0] += "two"
    scene.settle()
    assert scene.shown() == ["one two"] * 4


def test_an_edit_that_is_none_is_answered_with_the_text(scene):
    scene.texts[0] += "here"
    scene.settle()
    wire = scene.wires[0]
    version = scene.editors[0]._authority.version
    wire.receive({"type": "push", "view": "v", "version": version, "updates": [[99]]})
    scene.loop.run_until_complete(asyncio.sleep(0))
    told = [message for message in wire.queues[0] if message["type"] == "text"]
    assert [message["text"] for message in told] == ["here"]
    scene.settle()
    assert "could not be made" in wire.state["problem"]
    assert str(scene.texts[0]) == "here"


def test_edits_made_within_an_open_transaction_come_first(scene):
    scene.tell("edit", view=0, at=0, length=0, insert="typed")
    with scene.rooms[0].doc.transaction():
        scene.texts[0] += "coded "
        scene.deliver_to_kernel(0)  # while an `await` in the cell leaves the transaction open
    scene.settle()
    assert scene.shown() == ["coded typed"] * 4


def test_a_view_that_was_refused_leaves_no_timer_behind(scene):
    """One that outlives its view would fail in the page every five seconds."""
    for view in (0, 2):
        scene.tell("edit", view=view, at=0, length=0, insert=f"{view} ")
        scene.deliver_to_kernel(view)
    for _ in range(2):
        scene.deliver_to_view(2)  # what came before its edit, and that it was refused for that
    assert scene.to_kernel[2], "the view doesn't try again"


def test_an_open_transaction_is_waited_for(scene):
    scene.tell("edit", view=0, at=0, length=0, insert="typed")
    scene.rooms[1].awareness.set_local_state_field("cursor", {"units": [0, 0]})
    with scene.rooms[0].doc.transaction():
        scene.deliver_to_kernel(0)
        scene.settle()
        assert str(scene.texts[0]) == ""
    scene.wait(lambda: scene.to_kernel[0])  # until the view tries again
    scene.settle()
    assert scene.shown() == ["typed"] * 4


def test_carriage_returns_of_a_peer_are_kept_and_counted(scene):
    scene.texts[0] += "one\r\ntwo\rthree"
    scene.settle()
    scene.tell("edit", view=1, at=1, length=0, insert="!")
    scene.settle()
    assert {str(text) for text in scene.texts} == {"one\r\ntwo\rthree!"}


def test_cursors_stay_put_when_text_before_them_changes(scene):
    scene.tell("edit", view=0, at=0, length=0, insert="hello world")
    scene.settle()
    scene.select(0, 5, 11)
    scene.settle()
    scene.tell("edit", view=1, at=0, length=0, insert="oh, ")
    scene.settle()
    assert scene.cursors(1) == [("Person 0", 9, 15)]
    assert [name for name, _, _ in scene.cursors(0)] == ["Person 1"]  # not one's own


def test_cursors_in_a_text_that_is_not_ascii(scene):
    scene.tell("edit", view=0, at=0, length=0, insert="é😀 日本")
    scene.settle()
    scene.select(0, 3, 4)
    scene.settle()
    assert scene.cursors(1) == [("Person 0", 3, 4)]


def test_a_selection_made_while_what_was_typed_is_under_way_is_told(scene):
    scene.tell("edit", view=0, at=0, length=0, insert="I am Ben")
    scene.tell("select", view=0, anchor=8, head=5)
    # Until only the push's timer is left: the view may tell it now, with edits not confirmed.
    scene.wait(lambda: scene.tell("timers") == 1)
    scene.settle()
    assert scene.cursors(1) == [("Person 0", 8, 5)]


def test_a_selection_made_while_several_keys_are_confirmed_is_told(scene):
    for key in "abc":  # the last two go out together, once the first is confirmed
        scene.tell("type", view=0, insert=key)
    scene.deliver_to_kernel(0)
    while not scene.to_kernel[0]:
        scene.deliver_to_view(0)
    scene.tell("select", view=0, anchor=3, head=1)
    scene.wait(lambda: scene.tell("timers") == 1)  # the push's
    scene.settle_for_good()
    assert scene.cursors(1) == [("Person 0", 3, 1)]


def test_a_selection_that_crosses_somebody_elses_edit_is_told_again(scene):
    scene.texts[0] += "I am Ben"
    scene.settle()
    scene.select(0, 5, 8)
    scene.texts[1].insert(0, "Yes, ")
    scene.settle()
    assert scene.cursors(1) == [("Person 0", 10, 13)]


@pytest.mark.parametrize(
    "told",
    [
        None,
        "x",
        {},
        {"anchor": {}, "head": {}},
        {"anchor": {"item": {"client": 5, "clock": 5}, "assoc": -1}, "head": None},
        {"anchor": {"item": {"client": "a", "clock": 0}}, "head": {"tname": "other"}},
        {"anchor": {"x": 1}, "head": {"assoc": "q"}, "units": [1]},
        {"anchor": [1], "head": "x", "units": ["a", None]},
        {"units": [-5, 10**12]},
        {"units": [1, 1]},
    ],
)
def test_a_strangers_cursor_may_be_anything(scene, told):
    scene.texts[0] += "😀"
    scene.rooms[1].awareness.set_local_state_field("cursor", told)
    scene.settle()
    for cursor in scene.editors[0]._cursors:
        assert 0 <= cursor.anchor <= 2
        assert 0 <= cursor.head <= 2


def test_the_panel_tells_who_is_here(scene):
    assert [(p["name"], p["you"]) for p in scene.wires[0].state["people"]] == [
        ("Person 0", True),
        ("Person 1", False),
    ]


def test_a_text_with_embedded_objects_is_refused(views):
    (room,) = link(("Ada", "#1565c0"))
    text = room.doc.get("text", type=Text)
    text.insert_embed(0, {"an": "object"})

    async def edit():
        Editor(text, room)

    with pytest.raises(ValueError, match="embedded objects"):
        asyncio.run(edit())


def test_what_is_packed_comes_with_its_licences_and_what_is_not_packed_has_none(node_modules):
    told = (bundle.STATIC / bundle.LICENCES).read_text("utf-8")
    named = {line.rpartition(" ")[0] for line in told.splitlines() if line[-1:].isdigit()}
    assert {"@codemirror/collab", "@codemirror/state", "@codemirror/view", "style-mod"} <= named
    assert not named & {"esbuild", "rtc-guide-editor"}
    lock = json.loads((ROOT / "src/rtc_guide/editor/package-lock.json").read_text("utf-8"))
    assert named <= {each.removeprefix("node_modules/") for each in lock["packages"]}
    assert told.count("Permission is hereby granted") >= 2
    for package in named:
        assert (node_modules / package / "LICENSE").read_text("utf-8").strip() in told
    assert bundle.LICENCES in bundle.read().script.partition("\n")[0]


def test_a_packed_package_without_a_licence_is_named(node_modules, tmp_path):
    modules = tmp_path / "node_modules"
    shutil.copytree(node_modules, modules, symlinks=True)
    (modules / "style-mod" / "LICENSE").unlink()
    with pytest.raises(bundle.BundleFailed, match=r"style-mod [\d.]+ is packed .* no licence"):
        bundle.build(modules, tmp_path / "packed")
    assert not (tmp_path / "packed").exists()


def test_a_missing_bundle_says_how_to_pack_it(tmp_path):
    with pytest.raises(bundle.BundleMissing, match=r"python -m rtc_guide\.editor"):
        bundle.read(tmp_path)
