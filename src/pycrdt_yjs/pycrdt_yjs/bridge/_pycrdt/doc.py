"""Doc."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from pyodide.ffi import JsException

from .bridge import MAX_SAFE, check_text, js, raise_error, to_array
from .events import committed, subdocs
from .observers import Subscription
from .transaction import Transaction
from .values import ARRAY, DOC, MAP, TEXT, XML_FRAGMENT, kinds, wrap

if TYPE_CHECKING:
    from .snapshot import Snapshot

_roots = js.docRoots
_root = js.docRoot
_state = js.docState
_update = js.docUpdate
_apply = js.applyUpdateTo
_apply_short = js.applyShortUpdateTo

# Up to so many bytes it is faster to pass a string than to have Pyodide make an array.
_SHORT = 512

_docs: WeakValueDictionary[int, Doc] = WeakValueDictionary()


class Doc:
    """A document of Yjs; there is one such object for each."""

    __slots__ = ("__weakref__", "_busy", "_js")

    def __init__(self, client_id: int | None, skip_gc: bool | None, guid: str | None) -> None:
        """Create a document.

        Args:
            client_id: At most 53 bits wide; a random one if None.
            skip_gc: Whether to keep deleted content.
            guid: A random one if None.
        """
        if client_id is not None:
            if not isinstance(client_id, int):
                raise ValueError("client_id must be an integer")
            if not 0 <= client_id < 2**64:
                raise ValueError("client_id must be a valid u64")
            if client_id > MAX_SAFE:
                raise ValueError("client_id cannot overflow 53 bits")
        if skip_gc is not None and not isinstance(skip_gc, bool):
            raise ValueError("skip_gc must be a boolean")
        if guid is not None:
            if not isinstance(guid, str):
                raise ValueError("guid must be a string")
            check_text(guid)
        self._adopt(js.newDoc(client_id, bool(skip_gc), guid))

    def _adopt(self, document: Any) -> None:
        self._js = document
        self._busy = False  # in a transaction
        _docs[js.docNumber(document)] = self

    @classmethod
    def _of(cls, document: Any) -> Doc:
        """The object of a JavaScript document."""
        doc = _docs.get(js.docNumber(document))
        if doc is None:
            doc = cls.__new__(cls)
            doc._adopt(document)
        return doc

    @staticmethod
    def from_snapshot(snapshot: Snapshot, doc: Doc) -> Doc:
        """Create a document as `doc` was; it must have been created with `skip_gc=True`."""
        try:
            return Doc._of(js.docFromSnapshot(doc._js, to_array(snapshot._bytes)))
        except JsException as error:
            raise_error(error)

    def client_id(self) -> int:
        """The document's client identifier."""
        return int(js.docClientId(self._js))

    def guid(self) -> str:
        """The document's globally unique identifier."""
        return js.docGuid(self._js)

    def create_transaction(self) -> Transaction:
        """Create a transaction."""
        if self._busy:
            raise RuntimeError("Already in a transaction")
        self._busy = True
        return Transaction(self)

    def create_transaction_with_origin(self, origin: int) -> Transaction:
        """Create a transaction with an origin, an integer."""
        txn = self.create_transaction()
        txn._origin = origin
        return txn

    def _get_or_insert(self, txn: Transaction, name: str, kind: int) -> Any:
        txn._read()
        try:
            return wrap(kind, _root(self._js, check_text(name), kind))
        except JsException as error:
            raise_error(error)

    def get_or_insert_text(self, txn: Transaction, name: str) -> Any:
        """Get the root Text of that name, or create it."""
        return self._get_or_insert(txn, name, TEXT)

    def get_or_insert_array(self, txn: Transaction, name: str) -> Any:
        """Get the root Array of that name, or create it."""
        return self._get_or_insert(txn, name, ARRAY)

    def get_or_insert_map(self, txn: Transaction, name: str) -> Any:
        """Get the root Map of that name, or create it."""
        return self._get_or_insert(txn, name, MAP)

    def get_or_insert_xml_fragment(self, txn: Transaction, name: str) -> Any:
        """Get the root XmlFragment of that name, or create it."""
        return self._get_or_insert(txn, name, XML_FRAGMENT)

    def get_state(self, txn: Transaction) -> bytes:
        """The document's state vector, encoded."""
        txn._read()
        return _state(self._js).to_bytes()

    def get_update(self, txn: Transaction, state: bytes) -> bytes:
        """What the document has and `state` hasn't."""
        txn._read()
        try:
            return _update(self._js, to_array(state)).to_bytes()
        except JsException as error:
            if error.name == "SyntaxError":
                raise ValueError("Cannot decode state") from None
            raise_error(error)

    def apply_update(self, txn: Transaction, update: bytes) -> None:
        """Apply an update.

        Raises:
            ValueError: The update is malformed; the document is unchanged.
        """
        if update.__class__ is bytes and len(update) <= _SHORT:
            data: Any = update.decode("latin-1")
            function = _apply_short
        else:
            data = to_array(update)
            function = _apply
        txn._write()
        try:
            function(self._js, data)
        except JsException as error:
            if error.name == "SyntaxError":
                raise_error(error, ValueError, "Cannot decode update")
            raise_error(error, RuntimeError, "Cannot apply update")

    def roots(self, txn: Transaction) -> dict[str, Any]:
        """The root types by name; one that only remote peers have named yet is None."""
        txn._read()
        flat = _roots(self._js).to_py(depth=1)
        return {flat[i]: wrap(flat[i + 1], flat[i + 2]) for i in range(0, len(flat), 3)}

    def observe(self, callback: Callable[[Any], None]) -> Subscription:
        """Call `callback` with a TransactionEvent for each transaction that changed something."""
        return Subscription(callback, committed, js.observeDoc, self._js, self)

    def observe_subdocs(self, callback: Callable[[Any], None]) -> Subscription:
        """Call `callback` with a SubdocsEvent for each transaction that changed sub-documents."""
        return Subscription(callback, subdocs, js.observeSubdocs, self._js, self)


kinds[DOC] = Doc._of
