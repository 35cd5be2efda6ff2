"""Damaged and hostile bytes raise a Python error, change no document, and never hang."""

import pytest

# What all tests here use, inside Pyodide. `attack` tries one thing, checks that a document that was
# there before is unchanged and still works, and says what was raised.
PRELUDE = r"""
import random
from pycrdt import *

def rich():
    doc = Doc(client_id=7)
    doc["text"] = text = Text("Hello, wörld 😀")
    text.format(0, 5, {"bold": True})
    text.insert_embed(2, {"image": b"png"})
    values = [1, 2.5, None, b"bytes", 2**60, {"deep": [{"er": "é"}]}]
    doc["array"] = Array([*values, Map({"k": Text("t")})])
    doc["map"] = Map({"a": 1, "b": Array([1]), "ø": "x"})
    doc["xml"] = XmlFragment([XmlElement("p", {"class": "c"}, ["inner"]), XmlText("tail")])
    doc["array"].append(Doc(guid="sub"))
    del text[0:3]
    return doc

def informed(update):
    # A document of someone else that has the update, undamaged, and an edit of its own.
    doc = Doc(client_id=8)
    doc.apply_update(update)
    doc.get("text", type=Text).insert(0, "mine")
    return doc

def look(doc):
    return [str(doc.get("text", type=Text)), str(doc.get("array", type=Array)),
            str(doc.get("xml", type=XmlFragment)), doc.get("map", type=Map).to_py() and
            sorted(doc.get("map", type=Map).keys())]

def attack(function, doc=None):
    victim = rich() if doc is None else doc
    before = look(victim), victim.get_state(), victim.get_update()
    try:
        function(victim)
        raised = None
    except Exception as error:
        raised = type(error).__name__
    if raised is not None:
        assert (look(victim), victim.get_state(), victim.get_update()) == before, raised
    # It still takes edits, and what it sends can be read.
    victim.get("text", type=Text).insert(0, "!")
    copy = Doc()
    copy.apply_update(victim.get_update())
    texts = [str(peer.get("text", type=Text)) for peer in (victim, copy)]
    assert texts[0].startswith("!") and texts[0] == texts[1], texts
    return raised
"""


@pytest.fixture(scope="module")
def python(browser_python):
    browser_python.run(PRELUDE)
    return browser_python


def test_every_truncation_of_an_update_is_refused(python):
    raised = python.run(
        """
update = rich().get_update()
found = {attack(lambda doc: doc.apply_update(update[:n])) for n in range(len(update))}
[len(update), sorted(map(str, found))]
""",
        timeout=120,
    )
    assert raised[0] > 200
    assert raised[1] == ["ValueError"]


def test_random_bytes_are_refused_or_harmless(python):
    raised = python.run(
        """
rng = random.Random(1)
found = {}
for _ in range(1500):
    data = rng.randbytes(rng.randrange(1, 60))
    name = attack(lambda doc: doc.apply_update(data))
    found[str(name)] = found.get(str(name), 0) + 1
_json.dumps(found)
""",
        timeout=120,
    )
    assert '"ValueError"' in raised
    assert "InternalError" not in raised
    assert "RecursionError" not in raised


@pytest.mark.parametrize("changes", [1, 2, 5])
def test_damaged_updates_are_refused_or_harmless(python, changes):
    found = python.run(
        """
rng = random.Random(changes)
update = rich().get_update()
found = {}
for _ in range(1000):
    data = bytearray(update)
    for _ in range(changes):
        data[rng.randrange(len(data))] = rng.randrange(256)
    data = bytes(data)
    # Applied to a document that has none of it, and to one that has it all.
    for victim in (Doc(), informed(update)):
        name = attack(lambda doc: doc.apply_update(data), victim)
        found[str(name)] = found.get(str(name), 0) + 1
_json.dumps(found)
""",
        timeout=200,
        changes=changes,
    )
    # Anything that gets past the scan and then breaks would be a RuntimeError.
    assert set(__import__("json").loads(found)) == {"None", "ValueError"}


HUGE = "b'\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x0f'"  # about 2**52


@pytest.mark.parametrize(
    "update",
    [
        f"{HUGE}",
        f"b'\\x01' + {HUGE} + b'\\x01\\x00\\x04\\x01\\x01t\\x01a\\x00'",
        f"b'\\x01\\x01\\x01' + {HUGE} + b'\\x04\\x01\\x01t\\x01a\\x00'",
        f"b'\\x01\\x01\\x01\\x00\\x04\\x01\\x01t' + {HUGE} + b'a\\x00'",
        f"b'\\x01\\x01\\x01\\x00\\x00' + {HUGE} + b'\\x00'",
        f"b'\\x01\\x01\\x01\\x00\\x08\\x01\\x01t' + {HUGE} + b'\\x7e\\x00'",
        f"b'\\x01\\x01\\x01\\x00\\x08\\x01\\x01t\\x01\\x75' + {HUGE} + b'\\x00'",
        f"b'\\x00\\x01\\x01\\x01\\x00' + {HUGE}",
        "b'\\xff' * 100",
        "b'\\x01\\x01\\x01\\x00\\x08\\x01\\x01t\\x01' + b'\\x75\\x01' * 100_000 + b'\\x7e\\x00'",
        "b'\\x01\\x01\\x01\\x00\\x06\\x01\\x01t\\x01k\\x05nope!\\x00'",
        "b'\\x01\\x01\\x01\\x00\\x07\\x01\\x01t\\x09\\x00'",
        "b'\\x01\\x01\\x01\\x00\\x84\\x01\\x00\\x01a\\x00'",
        "b'\\x01\\x01\\x01\\x00\\x04\\x01\\x01t\\x02\\xc3\\x28\\x00'",
    ],
    ids=[
        "clients",
        "blocks",
        "clock",
        "string",
        "garbage",
        "values",
        "array",
        "deletions",
        "endless number",
        "nesting",
        "format not JSON",
        "unknown type",
        "own origin",
        "not UTF-8",
    ],
)
def test_huge_lengths_and_impossible_blocks_are_refused(python, update):
    assert python.run(f"attack(lambda doc: doc.apply_update({update}))", timeout=20) == "ValueError"


def test_an_update_whose_blocks_wait_for_each_other_waits(python):
    # Client 1's first block comes after client 2's, which comes after client 1's.
    update = "b'\\x02\\x01\\x02\\x00\\x84\\x01\\x00\\x01a\\x01\\x01\\x00\\x84\\x02\\x00\\x01b\\x00'"
    assert python.run(f"str(attack(lambda doc: doc.apply_update({update})))", timeout=20) == "None"


@pytest.mark.parametrize(
    "call",
    [
        "doc.get_update(data)",
        "merge_updates(data)",
        "merge_updates(rich().get_update(), data)",
        "get_state(data)",
        "get_update(data, b'\\x00')",
        "get_update(rich().get_update(), data)",
        "Snapshot.decode(data)",
        "StickyIndex.decode(data)",
        "IdSet.decode(data)",
        "IdMap.decode(data)",
        "handle_sync_message(data, doc)",
        "handle_sync_message(b'\\x00' + data, doc)",
        "handle_sync_message(b'\\x02' + data, doc)",
        "Awareness(doc).apply_awareness_update(data, None)",
    ],
)
def test_other_decoders_raise_or_return(python, call):
    found = python.run(
        f"""
rng = random.Random(3)
found = set()
for n in range(300):
    data = rng.randbytes(rng.randrange(0, 40))
    if n % 3 == 0:
        data = {HUGE} + data
    found.add(str(attack(lambda doc: {call})))
sorted(found)
""",
        timeout=60,
    )
    # What pycrdt's own decoders raise natively for such input counts too: they are unchanged.
    allowed = {
        "None", "ValueError", "IndexError", "RuntimeError", "AssertionError", "UnicodeDecodeError",
        "JSONDecodeError", "TypeError", "AttributeError", "KeyError", "OverflowError",
    }  # fmt: skip
    assert set(found) <= allowed
    if "handle_sync" not in call and "Awareness" not in call:
        assert set(found) <= {"None", "ValueError"}
        assert "ValueError" in found


@pytest.mark.parametrize(
    "call",
    [
        "text.insert(-1, 'a')",
        "text.insert(2**40, 'a')",
        "text.insert(1.5, 'a')",
        "text.insert(0, '\\ud800')",
        "text.insert(1, 'a', {'k': 2**70})",
        "text.insert(2, 'a')",  # inside ö
        "del_(text, 0, 1000)",
        "text.format(0, 2, {'b': True})",  # inside ö
        "array.insert(0, 2**64)",
        "array.insert(0, {1: 2})",
        "array.insert(0, object())",
        "array.insert(0, '\\udfff')",
        "del_(array, 0, 1000)",
        "map.__setitem__('\\ud800', 1)",
        "map.__setitem__('k', [2**64])",
        "array.append(loop)",
        "text.sticky_index(1000)",
    ],
)
def test_wrong_arguments_change_nothing(python, call):
    raised = python.run(
        f"""
doc = Doc()
doc["text"] = Text("xö")
doc["array"] = Array([1])
doc["map"] = Map({{"a": 1}})
loop = []
loop.append(loop)

def del_(sequence, start, stop):
    del sequence[start:stop]

def call(doc):
    text, array, map = doc["text"], doc["array"], doc["map"]
    {call}

attack(call, doc)
""",
        timeout=20,
    )
    assert raised in {
        "OverflowError", "TypeError", "UnicodeEncodeError", "IndexError", "RecursionError",
    }  # fmt: skip
