"""What the bench measures, in Python: runs natively and, unchanged, in Pyodide."""

import random
import time

from pycrdt import Doc, Map, Text


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


def typed(edits):
    doc = Doc()
    text = doc.get("text", type=Text)
    for at, character in edits:
        if character is None:
            del text[at : at + 1]
        else:
            text.insert(at, character)
    return doc


def _best(function, repeat):
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def inserts(count):
    """Single characters at the end, each in its own transaction."""
    text = Doc().get("text", type=Text)
    for at in range(count):
        text.insert(at, "a")


def wide_inserts(count):
    """The same in a text that is not all ASCII."""
    text = Doc().get("text", type=Text)
    text += "é"
    for at in range(count):
        text.insert(at + 2, "a")


def sets(count):
    entries = Doc().get("map", type=Map)
    for i in range(count):
        entries["key"] = i


def applies(update):
    Doc().apply_update(update)


def collect(update):
    """One Doc after the other."""
    for _ in range(100):
        applies(update)


def measure(long=True):
    """Seconds by name."""
    edits = trace(10_000)
    long_edits = trace(100_000)
    found = {
        "insert": _best(lambda: inserts(2000), 5) / 2000,
        "wide insert": _best(lambda: wide_inserts(2000), 3) / 2000,
        "map set": _best(lambda: sets(2000), 5) / 2000,
        "trace 10k": _best(lambda: typed(edits), 3),
    }
    if long:
        start = time.perf_counter()
        doc = typed(long_edits)
        found["trace 100k"] = time.perf_counter() - start
        update = doc.get_update()
        found["apply 100k"] = _best(lambda: applies(update), 5)
    return found
