"""XmlFragment, XmlElement and XmlText."""

from __future__ import annotations

from typing import Any

from .bridge import check_text, js, u32
from .shared import SharedType
from .text import Attrs, TextMethods
from .transaction import Transaction
from .values import (
    XML_ELEMENT,
    XML_FRAGMENT,
    XML_TEXT,
    kinds,
    loads,
    pack,
    take,
    wrap,
    wrap_pairs,
)


class _Node(SharedType):
    """Any node of an XML tree. Two are equal if they are the same one of Yjs."""

    __slots__ = ()

    def parent(self) -> Any:
        """The node this one is in, if any."""
        pair = js.xmlParent(self._js)
        return None if pair is None else wrap_pairs(pair)[0]

    def get_string(self, txn: Transaction) -> str:
        """The node as XML; nothing is escaped."""
        txn._read()
        return js.xmlString(self._js)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return js.identity(self._js) == js.identity(other._js)

    def __hash__(self) -> int:
        return hash(js.identity(self._js))


class _Children(SharedType):
    """A node with children."""

    __slots__ = ()

    def len(self, txn: Transaction) -> int:
        """The number of children."""
        txn._read()
        return js.xmlLength(self._js)

    def get(self, txn: Transaction, index: int) -> Any:
        """The child at an index."""
        txn._read()
        if not 0 <= index < js.xmlLength(self._js):
            raise IndexError(index)
        return take(js.xmlGet(self._js, index))

    def children(self, txn: Transaction) -> list[Any]:
        """The children, in order."""
        txn._read()
        return wrap_pairs(js.xmlChildren(self._js))

    def remove_range(self, txn: Transaction, index: int, len: int) -> None:
        """Remove children."""
        self._edit(txn, js.xmlRemove, u32(index), u32(len))

    def insert_str(self, txn: Transaction, index: int, text: str) -> XmlText:
        """Insert an XmlText, and return it."""
        check_text(text)
        node = self._edit(txn, js.xmlInsertText, u32(index), text, not text.isascii())
        return XmlText(node)

    def insert_element_prelim(self, txn: Transaction, index: int, tag: str) -> XmlElement:
        """Insert an empty element, and return it."""
        return XmlElement(self._edit(txn, js.xmlInsertElement, u32(index), check_text(tag)))


class _Attributes(SharedType):
    """A node with attributes and siblings."""

    __slots__ = ()

    def attributes(self, txn: Transaction) -> list[tuple[str, Any]]:
        """The attributes, as (name, value)."""
        txn._read()
        text, refs = js.xmlAttributes(self._js).to_py(depth=1)
        return [(name, value) for name, value in loads(text, refs.to_py(depth=1))]

    def attribute(self, txn: Transaction, name: str) -> Any:
        """An attribute's value, None if there is no such attribute."""
        txn._read()
        return take(js.xmlAttribute(self._js, name))

    def insert_attribute(self, txn: Transaction, name: str, value: Any) -> None:
        """Set an attribute to any value."""
        check_text(name)
        packed = pack(value)
        txn._write()
        js.xmlSetAttribute(self._js, name, packed)

    def remove_attribute(self, txn: Transaction, name: str) -> None:
        """Remove an attribute."""
        txn._write()
        js.xmlRemoveAttribute(self._js, name)

    def siblings(self, txn: Transaction) -> list[Any]:
        """The nodes after this one."""
        txn._read()
        return wrap_pairs(js.xmlSiblings(self._js))


class XmlFragment(_Node, _Children):
    """A list of nodes."""

    __slots__ = ()


class XmlElement(_Node, _Children, _Attributes):
    """An element."""

    __slots__ = ()

    def tag(self) -> str | None:
        """The element's name."""
        return js.xmlTag(self._js)


class XmlText(_Node, TextMethods, _Attributes):
    """A text in an XML tree."""

    __slots__ = ()

    def insert_xmltext_prelim(
        self, txn: Transaction, index: int, attrs: Attrs | None = None
    ) -> XmlText:
        """Insert a new XmlText as one character, and return it."""
        return self._insert_type(txn, index, XML_TEXT, attrs)

    def insert_xmlelement_prelim(
        self, txn: Transaction, index: int, tag: str, attrs: Attrs | None = None
    ) -> XmlElement:
        """Insert a new XmlElement as one character, and return it."""
        element = js.newType(XML_ELEMENT, check_text(tag))
        return wrap(XML_ELEMENT, self._insert_embed(txn, index, element, attrs))


kinds[XML_FRAGMENT] = XmlFragment
kinds[XML_ELEMENT] = XmlElement
kinds[XML_TEXT] = XmlText
