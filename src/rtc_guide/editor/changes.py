"""Changes of a text, as the page, pycrdt and Python say them.

Everything goes through `Splice`. CodeMirror's changes are the JSON of its `ChangeSet`: a list of
sections, each a number of UTF-16 units that stay, or a list of the number that goes and the lines
that come (https://codemirror.net/docs/ref/#state.ChangeSet.toJSON). Only line feeds end lines:
a carriage return that a peer sends is kept and counted like any other character.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pycrdt import Text

from rtc_guide.editor.positions import bytes_before, index_of_byte, index_of_unit, units_before

Changes = list[int | list[int | str]]
"""CodeMirror's changes, as JSON."""


@dataclass(frozen=True)
class Splice:
    """Characters `start` to `stop` of a text give way to others.

    Several, in order and apart from each other, all count in the text before any is made.
    """

    start: int
    stop: int
    insert: str


def read_changes(changes: Any, text: str) -> list[Splice]:
    """Read CodeMirror's changes of a text.

    Raises:
        ValueError: They are not changes of this text.
    """
    if not isinstance(changes, list):
        raise ValueError(f"changes are a list of sections, not {changes!r}")
    splices = []
    at = start = 0
    for section in changes:
        gone, *lines = section if isinstance(section, list) and section else [section]
        if type(gone) is not int or gone < 0 or not all(isinstance(line, str) for line in lines):
            raise ValueError(f"not a section of changes: {section!r}")
        at += gone
        stop = index_of_unit(text, at)
        if isinstance(section, list):
            insert = "\n".join(lines)
            insert.encode()  # half a surrogate pair is no character
            splices.append(Splice(start, stop, insert))
        start = stop
    if start != len(text):
        raise ValueError(f"the changes are of {start} characters, the text has {len(text)}")
    return splices


def write_changes(splices: Sequence[Splice], text: str) -> Changes:
    """Write changes of a text for CodeMirror."""
    sections: Changes = []
    at = 0
    for splice in splices:
        start, stop = units_before(text, splice.start), units_before(text, splice.stop)
        if start > at:
            sections.append(start - at)
        lines: list[str] = splice.insert.split("\n") if splice.insert else []
        sections.append([stop - start, *lines])
        at = stop
    end = units_before(text, len(text))
    if end > at:
        sections.append(end - at)
    return sections


def read_delta(delta: Iterable[dict[str, Any]], text: str) -> list[Splice]:
    """Read the delta of a pycrdt `TextEvent`, by what the text was before it.

    Raises:
        ValueError: It is not of this text, or inserts something that is no text.
    """
    splices: list[Splice] = []
    at = 0  # in bytes of the text before
    fresh = True  # whether something has stayed since the last splice
    for part in delta:
        if "retain" in part:
            at += int(part["retain"])
            fresh = True
            continue
        insert = part.get("insert", "")
        if not isinstance(insert, str):
            raise ValueError(f"not text: {insert!r}")
        start = index_of_byte(text, at)
        at += int(part.get("delete", 0))
        stop = index_of_byte(text, at)
        if splices and not fresh:
            last = splices.pop()
            splices.append(Splice(last.start, stop, last.insert + insert))
        else:
            splices.append(Splice(start, stop, insert))
        fresh = False
    return splices


def find_change(old: str, new: str) -> list[Splice]:
    """Return the one change from one text to another."""
    if old == new:
        return []
    shorter = min(len(old), len(new))
    start = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    same = next(
        (i for i in range(shorter - start) if old[-1 - i] != new[-1 - i]), shorter - start
    )  # fmt: skip
    return [Splice(start, len(old) - same, new[start : len(new) - same])]


def apply_to_string(splices: Sequence[Splice], text: str) -> str:
    """Return the text with changes made."""
    parts = []
    at = 0
    for splice in splices:
        parts += [text[at : splice.start], splice.insert]
        at = splice.stop
    return "".join([*parts, text[at:]])


def apply_to_shared(splices: Sequence[Splice], text: str, shared: Text) -> None:
    """Make changes of a shared text, which reads `text` now."""
    for splice in reversed(splices):  # what comes later moves nothing before it
        start, stop = bytes_before(text, splice.start), bytes_before(text, splice.stop)
        if stop > start:
            del shared[start:stop]
        if splice.insert:
            shared.insert(start, splice.insert)
