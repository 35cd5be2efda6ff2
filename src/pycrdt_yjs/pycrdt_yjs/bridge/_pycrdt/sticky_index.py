"""StickyIndex."""

from __future__ import annotations

from typing import Any

from pyodide.ffi import JsException

from .bridge import js, raise_error, to_array
from .transaction import Transaction


class StickyIndex:
    """A position that stays at the same element while others edit around it."""

    __slots__ = ("_bytes",)

    def __init__(self, data: bytes) -> None:
        self._bytes = data

    @classmethod
    def _new(cls, sequence: Any, index: int, assoc: int) -> StickyIndex:
        try:
            return cls(js.stickyIndex(sequence, index, 0 if assoc == 0 else -1).to_bytes())
        except JsException as error:
            raise_error(error)

    def get_offset(self, txn: Transaction) -> int:
        """The index now; in UTF-8 bytes for a text.

        Raises:
            ValueError: The document doesn't have that place.
        """
        txn._read()
        try:
            offset = js.stickyOffset(txn._doc._js, to_array(self._bytes))
        except JsException as error:
            raise_error(error)
        if offset is None:
            raise ValueError("The sticky index is not in this document")
        return int(offset)

    def encode(self) -> bytes:
        """Write the position."""
        return self._bytes

    def to_json_string(self) -> str:
        """Write the position as JSON."""
        return js.stickyToJson(to_array(self._bytes))

    def get_assoc(self) -> int:
        """0 if it sticks to what comes after, -1 to what comes before."""
        return int(js.stickyAssoc(to_array(self._bytes)))


def decode_sticky_index(data: bytes) -> StickyIndex:
    """Read a position.

    Raises:
        ValueError: The bytes are none.
    """
    try:
        js.stickyAssoc(to_array(data))
    except JsException as error:
        raise_error(error, ValueError, "Cannot decode sticky index")
    return StickyIndex(data)


def get_sticky_index_from_json_string(data: str) -> StickyIndex:
    """Read a position from JSON.

    Raises:
        ValueError: It is none.
    """
    try:
        return StickyIndex(js.stickyFromJson(data).to_bytes())
    except JsException as error:
        raise_error(error, ValueError, "Cannot decode sticky index")
