"""Native pycrdt, pycrdt in the browser and plain Yjs agree, whatever they edit.

Every peer carries out the same kinds of operations on its own document. In order, all three kinds
exchange their updates. With loss, repetition and disorder native pycrdt itself diverges or panics
now and then, so there the bridge meets plain Yjs.
"""

import base64
import json
import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peer import Peer

from pycrdt_yjs.testing.browser import bundle_yjs

HERE = Path(__file__).parent
# Some hundred rounds in every run; ROUNDS=5000 for a night.
ROUNDS = int(os.environ.get("ROUNDS", "120"))

property_test = settings(
    max_examples=ROUNDS,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

at = st.floats(0, 1, width=16)
# ASCII, two, three and four bytes, a joined emoji, a combining accent.
chunk = st.text(st.sampled_from("abc \nöß€あ😀𝄞\u0301\u200d👩"), min_size=1, max_size=6)
attrs = st.dictionaries(
    st.sampled_from(["bold", "ö"]), st.sampled_from([True, None, "x", 3]), min_size=1, max_size=2
)
key = st.sampled_from(["a", "b", "ö", "😀"])
simple = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**40), 2**40), st.floats(-1e6, 1e6, width=32), chunk
)
value = st.recursive(
    simple,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(key, inner, max_size=3),
    max_leaves=5,
)
length = st.integers(1, 5)
operation = st.one_of(
    st.tuples(st.just("insert"), at, chunk),
    st.tuples(st.just("insert"), at, chunk, attrs),
    st.tuples(st.just("embed"), at, st.dictionaries(key, simple, min_size=1), attrs),
    st.tuples(st.just("remove"), at, length),
    st.tuples(st.just("format"), at, length, attrs),
    st.tuples(st.just("push"), at, value),
    st.tuples(st.just("push_type"), at, st.just("text"), chunk),
    st.tuples(st.just("push_type"), at, st.just("array"), st.lists(simple, max_size=3)),
    st.tuples(st.just("push_type"), at, st.just("map"), st.dictionaries(key, simple, max_size=3)),
    st.tuples(st.just("pull"), at, length),
    st.tuples(st.just("deepen"), at, simple),
    st.tuples(st.just("set"), at, key, value),
    st.tuples(st.just("set_type"), at, key, st.dictionaries(key, simple, max_size=2)),
    st.tuples(st.just("unset"), at, key),
    st.tuples(st.just("node"), at, st.sampled_from(["p", "Bold"]), key, chunk),
    st.tuples(st.just("line"), at, chunk),
    st.tuples(st.just("prune"), at),
    st.tuples(st.just("undo"), at),
    st.tuples(st.just("redo"), at),
)
operations = st.lists(operation, max_size=6)


class Remote:
    """Peers in the browser, of one kind."""

    def __init__(self, python, kind):
        self.python = python
        self.kind = kind

    def ask(self, index, method, *arguments):
        return self.python.call("ask", self.kind, index, method, arguments)


class RemotePeer:
    def __init__(self, remote, index):
        self.remote = remote
        self.index = index
        remote.ask(index, "new")

    def edit(self, operations):
        return [base64.b64decode(u) for u in self.remote.ask(self.index, "edit", operations)]

    def receive(self, updates):
        encoded = [base64.b64encode(update).decode() for update in updates]
        return [base64.b64decode(u) for u in self.remote.ask(self.index, "receive", encoded)]

    def look(self):
        return self.remote.ask(self.index, "look")

    def state(self):
        return base64.b64decode(self.remote.ask(self.index, "state"))

    def update(self, state):
        answer = self.remote.ask(self.index, "update", base64.b64encode(state).decode())
        return base64.b64decode(answer)


class NativePeer(Peer):
    def receive(self, updates):
        super().receive(updates)
        return []

    def look(self):
        return json.loads(json.dumps(super().look()))

    def state(self):
        return self.doc.get_state()

    def update(self, state):
        return self.doc.get_update(state)


ASK = """
import sys
from base64 import b64decode, b64encode
from pathlib import Path
Path("/peers").mkdir(exist_ok=True)
Path("/peers/peer.py").write_text(source)
sys.path.insert(0, "/peers")
from peer import Peer
from pyodide.ffi import to_js
from js import JSON, Object, YjsPeer, Y

peers = {}

def encoded(updates):
    return [b64encode(bytes(update)).decode() for update in updates]

def ask(question):
    kind, index, method, arguments = _json.loads(question)
    if method == "new":
        peers[kind, index] = Peer(index) if kind == "bridge" else YjsPeer.new(index)
        return "null"
    peer = peers[kind, index]
    if kind == "bridge":
        if method == "edit":
            return _json.dumps(encoded(peer.edit(arguments[0])))
        if method == "receive":
            peer.receive([b64decode(update) for update in arguments[0]])
            return "[]"
        if method == "look":
            return _json.dumps(peer.look())
        if method == "state":
            return _json.dumps(encoded([peer.doc.get_state()])[0])
        return _json.dumps(encoded([peer.doc.get_update(b64decode(arguments[0]))])[0])
    if method == "edit":
        made = peer.edit(JSON.parse(_json.dumps(arguments[0])))
        return _json.dumps(encoded(update.to_bytes() for update in made))
    if method == "receive":
        made = peer.receive(to_js([to_js(b64decode(update)) for update in arguments[0]]))
        return _json.dumps(encoded(update.to_bytes() for update in made))
    if method == "look":
        return JSON.stringify(peer.look())
    if method == "state":
        return _json.dumps(encoded([Y.encodeStateVector(peer.doc).to_bytes()])[0])
    state = to_js(b64decode(arguments[0]))
    return _json.dumps(encoded([Y.encodeStateAsUpdate(peer.doc, state).to_bytes()])[0])
"""


@pytest.fixture(scope="module")
def remotes(browser_python):
    bundle_yjs()
    peer = (HERE / "peer.js").read_text("utf-8")
    browser_python.run_js(
        f"self.Y = await import('/bundle/yjs.mjs'); self.YjsPeer = (0, eval)({json.dumps(peer)})(Y)"
    )
    browser_python.run(ASK, source=(HERE / "peer.py").read_text("utf-8"))
    return Remote(browser_python, "bridge"), Remote(browser_python, "yjs")


def sync_all(peers):
    """Let everyone get all that they lack from everyone, until nobody edits any more."""
    for _ in range(4):
        answers = []
        for one in peers:
            for other in peers:
                if one is not other:
                    answers += one.receive([other.update(one.state())])
        # Each has then got all from all, and Yjs tidied nothing up that others haven't seen.
        if not answers:
            return


def assert_equal(peers):
    views = [peer.look() for peer in peers]
    for view in views[1:]:
        assert view == views[0]


@property_test
@given(rounds=st.lists(st.tuples(*[operations] * 4), min_size=1, max_size=4))
def test_all_agree_when_updates_arrive_in_order(remotes, rounds):
    bridge, yjs = remotes
    peers = [NativePeer(1), RemotePeer(bridge, 2), RemotePeer(bridge, 3), RemotePeer(yjs, 4)]
    for edits in rounds:
        made = [peer.edit(list(map(list, ops))) for peer, ops in zip(peers, edits, strict=True)]
        for i, peer in enumerate(peers):
            answer = peer.receive([u for j, updates in enumerate(made) if j != i for u in updates])
            made[i] = made[i] + answer
            for j in range(i):
                peers[j].receive(answer)
    sync_all(peers)
    assert_equal(peers)


@property_test
@given(
    rounds=st.lists(st.tuples(*[operations] * 3), min_size=1, max_size=4),
    seed=st.integers(0, 2**32),
)
def test_bridge_and_yjs_agree_after_loss_repetition_and_disorder(remotes, rounds, seed):
    bridge, yjs = remotes
    rng = random.Random(seed)
    peers = [RemotePeer(bridge, 2), RemotePeer(bridge, 3), RemotePeer(yjs, 4)]
    on_the_way = [[] for _ in peers]
    for edits in rounds:
        for i, (peer, ops) in enumerate(zip(peers, edits, strict=True)):
            for update in peer.edit(list(map(list, ops))):
                for j, mail in enumerate(on_the_way):
                    if j != i:
                        mail.extend([update] * rng.choice([0, 1, 1, 1, 2]))
        for peer, mail in zip(peers, on_the_way, strict=True):
            rng.shuffle(mail)
            taken = [mail.pop() for _ in range(rng.randint(0, len(mail)))]
            peer.receive(taken)
    sync_all(peers)
    assert_equal(peers)
