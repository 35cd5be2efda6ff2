"""Snapshot."""

from __future__ import annotations

from pyodide.ffi import JsException

from .bridge import js, raise_error, to_array
from .doc import Doc


class Snapshot:
    """The state of a document at some time."""

    __slots__ = ("_bytes",)

    def __init__(self, data: bytes) -> None:
        self._bytes = data

    @staticmethod
    def from_doc(doc: Doc) -> Snapshot:
        """Take a snapshot of a document."""
        return Snapshot(js.snapshotOf(doc._js).to_bytes())

    @staticmethod
    def decode(data: bytes) -> Snapshot:
        """Read a snapshot.

        Raises:
            ValueError: The bytes are none.
        """
        try:
            return Snapshot(js.checkSnapshot(to_array(data)).to_bytes())
        except JsException as error:
            raise_error(error, ValueError, "Failed to decode snapshot")

    def encode(self) -> bytes:
        """Write the snapshot."""
        return self._bytes
