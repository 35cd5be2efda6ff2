"""Where people's cursors are, told in the awareness so that others' edits don't displace them.

A cursor is `{"anchor": …, "head": …}` of sticky indices in Yjs' JSON, as editors for Yjs write it
(https://github.com/yjs/y-codemirror.next), with `"units": [anchor, head]`, the same in plain
UTF-16 units, for whoever can't use those.

pycrdt 0.14.13's compiled core takes a sticky index's place in bytes for one in UTF-16 units: in a
text that is not ASCII it points elsewhere, or panics. It is asked once, and not relied on there.
On Yjs (in the browser) sticky indices are right. It also panics on an index of edits that it
has not received, so those are looked for first.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from pycrdt import Assoc, Awareness, Decoder, Doc, StickyIndex, Text

from rtc_guide.editor.positions import bytes_before, index_of_byte, index_of_unit, units_before

FIELD = "cursor"
"""The field of an awareness state that holds a person's cursor."""

_UNNAMED = "Somebody"
_COLORLESS = "#767676"


@dataclass(frozen=True)
class Person:
    """Somebody who is here, as the page shows them."""

    id: int
    name: str
    color: str
    you: bool


@dataclass(frozen=True)
class Cursor:
    """Another person's selection, in UTF-16 units; `head` is where they type."""

    id: int
    name: str
    color: str
    anchor: int
    head: int


def list_people(awareness: Awareness) -> list[Person]:
    """Return who is here, oneself first, the others by name."""
    people = []
    for client, state in awareness.states.items():
        user = state.get("user") if isinstance(state, dict) else None
        if not isinstance(user, dict):
            continue
        name, color = str(user.get("name") or _UNNAMED), str(user.get("color") or _COLORLESS)
        people.append(Person(client, name, color, client == awareness.client_id))
    return sorted(people, key=lambda person: (not person.you, person.name, person.id))


def tell_cursor(awareness: Awareness, shared: Text, text: str, anchor: int, head: int) -> None:
    """Tell the others one's own selection, in UTF-16 units of the text.

    Raises:
        ValueError: It is not in the text.
    """
    cursor: dict[str, Any] = {"units": [anchor, head]}
    for end, unit in ("anchor", anchor), ("head", head):
        index = index_of_unit(text, unit)
        if text.isascii() or _counts_bytes():
            # Sticking to what comes before, a cursor stays with what its owner has typed.
            at = bytes_before(text, index)
            cursor[end] = StickyIndex.new(shared, at, Assoc.BEFORE).to_json()
    state = awareness.get_local_state()
    if state is not None and state.get(FIELD) != cursor:
        awareness.set_local_state_field(FIELD, cursor)


def list_cursors(awareness: Awareness, shared: Text, text: str) -> list[Cursor]:
    """Return where the others are; those who have not been in the text are left out."""
    known: dict[int, int] | None = None
    cursors = []
    for person in list_people(awareness):
        told = awareness.states[person.id].get(FIELD)
        if person.you or not isinstance(told, dict):
            continue
        if known is None:
            known = read_state(shared.doc)
        anchor = _find(told, 0, shared, text, known)
        head = _find(told, 1, shared, text, known)
        if anchor is not None and head is not None:
            cursors.append(Cursor(person.id, person.name, person.color, anchor, head))
    return cursors


def read_state(doc: Doc[Any]) -> dict[int, int]:
    """Return how many edits of each client a document has."""
    decoder = Decoder(doc.get_state())
    return {
        decoder.read_var_uint(): decoder.read_var_uint() for _ in range(decoder.read_var_uint())
    }


def _find(
    told: dict[str, Any], end: int, shared: Text, text: str, known: dict[int, int]
) -> int | None:
    """Return one end of a cursor in UTF-16 units, by what a stranger told; None if nowhere."""
    sticky: Any = told.get(("anchor", "head")[end])
    if _is_usable(sticky, shared, known) and (text.isascii() or _counts_bytes()):
        try:
            byte = StickyIndex.from_json(sticky, shared).get_index()
            return units_before(text, index_of_byte(text, byte))
        except ValueError:
            return None
    units = told.get("units")
    if isinstance(units, list) and len(units) == 2 and type(units[end]) is int:
        unit: int = min(max(units[end], 0), units_before(text, len(text)))
        try:
            index_of_unit(text, unit)
        except ValueError:  # inside a character
            return unit - 1
        return unit
    return None


def _is_usable(sticky: Any, shared: Text, known: dict[int, int]) -> bool:
    """Tell whether the compiled core can be given a sticky index: it panics on any other."""
    if not isinstance(sticky, dict) or sticky.get("assoc", 0) not in (0, -1):
        return False
    if sticky.keys() - {"assoc"} != {"item"}:
        start = StickyIndex.new(shared, 0, Assoc.BEFORE).to_json()
        return sticky == start
    item = sticky["item"]
    if not isinstance(item, dict) or item.keys() != {"client", "clock"}:
        return False
    client, clock = item["client"], item["clock"]
    return type(client) is int and type(clock) is int and 0 <= clock < known.get(client, 0)


@cache
def _counts_bytes() -> bool:
    """Tell whether sticky indices are right in a text that is not ASCII."""
    doc: Doc[Any] = Doc()
    shared = doc.get("text", type=Text)
    shared += "éa"
    index = StickyIndex.new(shared, len("é".encode()), Assoc.BEFORE)
    return bool(index.to_json()["item"]["clock"] == 0 and index.get_index() == len("é".encode()))
