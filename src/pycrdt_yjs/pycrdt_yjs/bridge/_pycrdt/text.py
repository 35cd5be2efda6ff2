"""Text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyodide.ffi import JsException

from .bridge import MAX_U32, js, raise_error, u32
from .shared import SharedType
from .sticky_index import StickyIndex
from .transaction import Transaction
from .values import ARRAY, MAP, TEXT, kinds, loads, pack, pack_attrs, wrap

_length = js.textLength
_insert = js.textInsert
_embed = js.textInsertEmbed
_remove = js.textRemove
_string = js.textString

Attrs = Iterator[tuple[str, Any]]


class TextMethods(SharedType):
    """What Text and XmlText have in common. Lengths and indices are in UTF-8 bytes."""

    __slots__ = ()

    def len(self, txn: Transaction) -> int:
        """The length; an embed counts one."""
        txn._read()
        return _length(self._js)

    def insert(self, txn: Transaction, index: int, chunk: str, attrs: Attrs | None = None) -> None:
        """Insert a string; one without attributes takes those that hold at its place.

        Raises:
            IndexError: The index lies inside a character.
        """
        if index.__class__ is not int or not 0 <= index <= MAX_U32:
            u32(index)
        wide = not chunk.isascii()
        if wide:
            chunk.encode()  # raises if it has no UTF-8
        packed = None if attrs is None else pack_attrs(attrs)
        txn._write()
        try:
            # What isn't given needn't be converted: typing is made of such calls.
            if packed is not None:
                _insert(self._js, index, chunk, wide, packed)
            elif wide:
                _insert(self._js, index, chunk, wide)
            else:
                _insert(self._js, index, chunk)
        except JsException as error:
            raise_error(error)

    def _insert_embed(self, txn: Transaction, index: int, embed: Any, attrs: Attrs | None) -> Any:
        u32(index)
        packed = pack_attrs(attrs)
        txn._write()
        try:
            return _embed(self._js, index, embed, packed)
        except JsException as error:
            raise_error(error)

    def insert_embed(
        self, txn: Transaction, index: int, embed: Any, attrs: Attrs | None = None
    ) -> None:
        """Insert any value as one character."""
        self._insert_embed(txn, index, pack(embed), attrs)

    def _insert_type(self, txn: Transaction, index: int, kind: int, attrs: Attrs | None) -> Any:
        return wrap(kind, self._insert_embed(txn, index, js.newType(kind), attrs))

    def insert_array_prelim(self, txn: Transaction, index: int, attrs: Attrs | None = None) -> Any:
        """Insert a new Array as one character, and return it."""
        return self._insert_type(txn, index, ARRAY, attrs)

    def insert_map_prelim(self, txn: Transaction, index: int, attrs: Attrs | None = None) -> Any:
        """Insert a new Map as one character, and return it."""
        return self._insert_type(txn, index, MAP, attrs)

    def insert_text_prelim(self, txn: Transaction, index: int, attrs: Attrs | None = None) -> Any:
        """Insert a new Text as one character, and return it."""
        return self._insert_type(txn, index, TEXT, attrs)

    def format(self, txn: Transaction, index: int, len: int, attrs: Attrs) -> None:
        """Set attributes on a range; what of it lies past the end is ignored."""
        u32(index)
        u32(len)
        packed = pack_attrs(attrs)
        txn._write()
        try:
            js.textFormat(self._js, index, len, packed)
        except JsException as error:
            raise_error(error)

    def remove_range(self, txn: Transaction, index: int, len: int) -> None:
        """Remove a range.

        Raises:
            IndexError: It is not all in the text, or one end lies inside a character.
        """
        u32(index)
        u32(len)
        txn._write()
        try:
            _remove(self._js, index, len)
        except JsException as error:
            raise_error(error)

    def diff(self, txn: Transaction) -> list[tuple[Any, dict[str, Any] | None]]:
        """The text in chunks, each with its attributes."""
        txn._read()
        text, refs = js.textDiff(self._js).to_py(depth=1)
        return [(chunk, attrs or None) for chunk, attrs in loads(text, refs.to_py(depth=1))]


class Text(TextMethods):
    """A text."""

    __slots__ = ()

    def get_string(self, txn: Transaction) -> str:
        """The text, without its embeds."""
        txn._read()
        return _string(self._js)

    def sticky_index(self, txn: Transaction, index: int, assoc: int) -> StickyIndex:
        """A position that stays before or after the same character."""
        txn._read()
        return StickyIndex._new(self._js, u32(index), assoc)


kinds[TEXT] = Text
