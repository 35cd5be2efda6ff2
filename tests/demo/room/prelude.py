"""Runs in each Pyodide worker before its test: what the tests use there."""

import asyncio
import sys
import time
from pathlib import Path

for name, source in files.items():  # noqa: F821 - set by the test
    path = Path("/guide", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source)
if "/guide" not in sys.path:
    sys.path.insert(0, "/guide")

from pycrdt import Text  # noqa: E402

from rtc_guide.room import join  # noqa: E402

room = None


async def enter(name, person, **options):
    global room, text
    room = await join(name, person, **options)
    text = room.doc.get("text", type=Text)


def names():
    return sorted(person.name for person in room.people)


async def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s: {text} {names()} {room.problem}"
        await asyncio.sleep(0.005)
