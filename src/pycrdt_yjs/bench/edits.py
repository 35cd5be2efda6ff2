"""What the bench measures, in Python: runs natively and, unchanged, in Pyodide."""

import random
import time

from pycrdt import Doc, Map, Text

COUNT = 2000
"""How often a single edit is measured in one go."""


def trace(length):
    """Typing as people do: mostly on and on, now and then elsewhere, some of it deleted."""
    rng = random.Random(1)
    size = at = 0
    edits = []
    for _ in range(length):
        if rng.random() < 0.02:
            at = rng.randint(0, size)
        if at and rng.random() < 0.1:
            at -= 1
            size -= 1
            edits.append((at, None))
        else:
            edits.append((at, rng.choice("etaoin shrdlu")))
            at += 1
            size += 1
    return edits


def type_in(doc, edits):
    text = doc.get("text", type=Text)
    for at, character in edits:
        if character is None:
            del text[at : at + 1]
        else:
            text.insert(at, character)


def updates_of(edits):
    """The update of each edit, and one of all."""
    doc = Doc()
    updates = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    type_in(doc, edits)
    doc.unobserve(subscription)
    return updates, doc.get_update()


def insert(_given):
    """Single characters at the end, each in its own transaction."""
    text = Doc().get("text", type=Text)
    for at in range(COUNT):
        text.insert(at, "a")


def wide_insert(_given):
    """The same in a text that is not all ASCII."""
    text = Doc().get("text", type=Text)
    text += "é"
    for at in range(COUNT):
        text.insert(at + 2, "a")


def map_set(_given):
    entries = Doc().get("map", type=Map)
    for i in range(COUNT):
        entries["key"] = i


def apply_one(given):
    Doc().apply_update(given["update"])


def apply_each(given):
    doc = Doc()
    for update in given["updates"]:
        doc.apply_update(update)


def seconds(name, given):
    """How long one go of a measurement takes."""
    if name.startswith("trace"):
        edits = trace(int(name.removeprefix("trace_").removesuffix("k")) * 1000)
        start = time.perf_counter()
        type_in(Doc(), edits)
        return time.perf_counter() - start
    function = globals()[name]
    start = time.perf_counter()
    function(given)
    return time.perf_counter() - start
