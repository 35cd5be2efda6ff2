"""Array."""

from __future__ import annotations

from typing import Any

from .bridge import MAX_SAFE, check_text, js, u32
from .doc import Doc
from .shared import SharedType
from .sticky_index import StickyIndex
from .transaction import Transaction
from .values import ARRAY, MAP, TEXT, XML_FRAGMENT, is_supported, kinds, pack, take, wrap

_length = js.arrayLength
_get = js.arrayGet
_insert = js.arrayInsert
_insert_packed = js.arrayInsertPacked
_insert_type = js.arrayInsertType


class Array(SharedType):
    """An array."""

    __slots__ = ()

    def len(self, txn: Transaction) -> int:
        """The number of elements."""
        txn._read()
        return _length(self._js)

    def insert(self, txn: Transaction, index: int, value: Any) -> None:
        """Insert a value before an index."""
        u32(index)
        cls = value.__class__
        if cls is str:
            check_text(value)
            call = _insert
        elif cls is bool or cls is float or (cls is int and -MAX_SAFE <= value <= MAX_SAFE):
            call = _insert
        elif is_supported(value):
            value = pack(value)
            call = _insert_packed
        else:
            raise TypeError("Type not supported")
        self._edit(txn, call, index, value)

    def _insert_new(self, txn: Transaction, index: int, kind: int) -> Any:
        return wrap(kind, self._edit(txn, _insert_type, u32(index), kind))

    def insert_text_prelim(self, txn: Transaction, index: int) -> Any:
        """Insert a new Text, and return it."""
        return self._insert_new(txn, index, TEXT)

    def insert_array_prelim(self, txn: Transaction, index: int) -> Any:
        """Insert a new Array, and return it."""
        return self._insert_new(txn, index, ARRAY)

    def insert_map_prelim(self, txn: Transaction, index: int) -> Any:
        """Insert a new Map, and return it."""
        return self._insert_new(txn, index, MAP)

    def insert_xmlfragment_prelim(self, txn: Transaction, index: int) -> Any:
        """Insert a new XmlFragment, and return it."""
        return self._insert_new(txn, index, XML_FRAGMENT)

    def insert_xmlelement_prelim(self, txn: Transaction, index: int) -> Any:
        """Raise TypeError: an element has its place in a fragment."""
        raise TypeError(
            "Cannot insert an XmlElement into an array - "
            "insert it into an XmlFragment and insert that into the array"
        )

    def insert_xmltext_prelim(self, txn: Transaction, index: int) -> Any:
        """Raise TypeError: an XML text has its place in a fragment."""
        raise TypeError(
            "Cannot insert an XmlText into an array - "
            "insert it into an XmlFragment and insert that into the array"
        )

    def insert_doc(self, txn: Transaction, index: int, doc: Doc) -> None:
        """Insert a sub-document."""
        self._edit(txn, js.arrayInsertDoc, u32(index), doc._js)

    def remove_range(self, txn: Transaction, index: int, len: int) -> None:
        """Remove elements.

        Raises:
            IndexError: There are fewer.
        """
        self._edit(txn, js.arrayRemove, u32(index), u32(len))

    def get(self, txn: Transaction, index: int) -> Any:
        """The element at an index."""
        txn._read()
        if not 0 <= index < _length(self._js):
            raise ValueError("Index error")
        return take(_get(self._js, index))

    def to_json(self, txn: Transaction) -> str:
        """The elements as JSON."""
        txn._read()
        return js.arrayJson(self._js)

    def sticky_index(self, txn: Transaction, index: int, assoc: int) -> StickyIndex:
        """A position that stays before or after the same element."""
        txn._read()
        return StickyIndex._new(self._js, u32(index), assoc)


kinds[ARRAY] = Array
