"""Map."""

from __future__ import annotations

from typing import Any

from .bridge import MAX_SAFE, check_text, js
from .doc import Doc
from .shared import SharedType
from .transaction import Transaction
from .values import ARRAY, MAP, TEXT, XML_FRAGMENT, is_supported, kinds, pack, take, wrap

_has = js.mapHas
_get = js.mapGet
_set = js.mapSet
_set_packed = js.mapSetPacked


class Map(SharedType):
    """A map."""

    __slots__ = ()

    def len(self, txn: Transaction) -> int:
        """The number of entries."""
        txn._read()
        return js.mapLength(self._js)

    def insert(self, txn: Transaction, key: str, value: Any) -> None:
        """Set a value."""
        cls = value.__class__
        if cls is str:
            check_text(value)
            call = _set
        elif cls is bool or cls is float or (cls is int and -MAX_SAFE <= value <= MAX_SAFE):
            call = _set
        elif is_supported(value):
            value = pack(value)
            call = _set_packed
        else:
            raise TypeError("Type not supported")
        self._call(txn, call, key, value)

    def _call(self, txn: Transaction, function: Any, key: str, *args: Any) -> Any:
        return self._edit(txn, function, check_text(key), *args)

    def _insert_new(self, txn: Transaction, key: str, kind: int) -> Any:
        return wrap(kind, self._call(txn, js.mapSetType, key, kind))

    def insert_text_prelim(self, txn: Transaction, key: str) -> Any:
        """Set a new Text, and return it."""
        return self._insert_new(txn, key, TEXT)

    def insert_array_prelim(self, txn: Transaction, key: str) -> Any:
        """Set a new Array, and return it."""
        return self._insert_new(txn, key, ARRAY)

    def insert_map_prelim(self, txn: Transaction, key: str) -> Any:
        """Set a new Map, and return it."""
        return self._insert_new(txn, key, MAP)

    def insert_xmlfragment_prelim(self, txn: Transaction, key: str) -> Any:
        """Set a new XmlFragment, and return it."""
        return self._insert_new(txn, key, XML_FRAGMENT)

    def insert_xmlelement_prelim(self, txn: Transaction, key: str) -> Any:
        """Raise TypeError: an element has its place in a fragment."""
        raise TypeError(
            "Cannot insert an XmlElement into a map - "
            "insert it into an XmlFragment and insert that into the map"
        )

    def insert_xmltext_prelim(self, txn: Transaction, key: str) -> Any:
        """Raise TypeError: an XML text has its place in a fragment."""
        raise TypeError(
            "Cannot insert an XmlText into a map - "
            "insert it into an XmlFragment and insert that into the map"
        )

    def insert_doc(self, txn: Transaction, key: str, doc: Doc) -> None:
        """Set a sub-document."""
        if not isinstance(doc, Doc):
            raise TypeError("Expected Doc object")
        self._call(txn, js.mapSetDoc, key, doc._js)

    def remove(self, txn: Transaction, key: str) -> None:
        """Remove an entry."""
        self._call(txn, js.mapRemove, key)

    def get(self, txn: Transaction, key: str) -> Any:
        """The value of a key."""
        txn._read()
        if not _has(self._js, key):
            raise ValueError("Key error")
        return take(_get(self._js, key))

    def keys(self, txn: Transaction) -> list[str]:
        """The keys."""
        txn._read()
        return js.mapKeys(self._js).to_py()

    def to_json(self, txn: Transaction) -> str:
        """The entries as JSON."""
        txn._read()
        return js.mapJson(self._js)

    def has(self, txn: Transaction, key: str) -> bool:
        """Whether there is such a key."""
        txn._read()
        return _has(self._js, key)


kinds[MAP] = Map
