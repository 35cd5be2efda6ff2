"""Events that observers get. They are made in JavaScript at once, and read here when asked for."""

from __future__ import annotations

import json
from typing import Any

from .bridge import js
from .transaction import Scope, Transaction
from .values import ARRAY, MAP, TEXT, loads, wrap


class _Event:
    """Fields that can be read for the first time during the observer's call only."""

    __slots__ = ("_scope", "_seen", "_transaction", "_values")

    def __init__(self, scope: Scope, values: dict[str, Any]) -> None:
        self._scope = scope
        self._values = values
        self._seen: set[str] = set()
        self._transaction: Transaction | None = None

    def _field(self, name: str) -> Any:
        if name not in self._seen:
            self._scope.check()
            self._seen.add(name)
        return self._values[name]

    @property
    def transaction(self) -> Transaction:
        """The transaction, for reading, during the observer's call."""
        scope = self._scope
        scope.check()
        if self._transaction is None:
            self._transaction = Transaction._borrowed(scope)
        return self._transaction

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={self._field(name)}" for name in self._values)
        return f"{type(self).__name__}({fields})"


class _TypeEvent(_Event):
    __slots__ = ()

    @property
    def target(self) -> Any:
        """The type that changed."""
        return self._field("target")

    @property
    def path(self) -> list[int | str]:
        """Where the type is, seen from the observed one."""
        return self._field("path")


class TextEvent(_TypeEvent):
    """A change of a Text; positions in the delta are in UTF-8 bytes."""

    __slots__ = ()

    @property
    def delta(self) -> list[dict[str, Any]]:
        """What was retained, inserted and deleted, in order."""
        return self._field("delta")


class ArrayEvent(_TypeEvent):
    """A change of an Array."""

    __slots__ = ()

    @property
    def delta(self) -> list[dict[str, Any]]:
        """What was retained, inserted and deleted, in order."""
        return self._field("delta")


class MapEvent(_TypeEvent):
    """A change of a Map."""

    __slots__ = ()

    @property
    def keys(self) -> dict[str, dict[str, Any]]:
        """What happened to each key that changed."""
        return self._field("keys")


class XmlEvent(_TypeEvent):
    """A change of an XmlFragment, XmlElement or XmlText; its fields stay readable."""

    __slots__ = ()

    def _field(self, name: str) -> Any:
        return self._values[name]

    @property
    def children_changed(self) -> bool | None:
        """Whether children changed; None for an XmlText."""
        return self._field("children_changed")

    @property
    def delta(self) -> list[dict[str, Any]]:
        """What was retained, inserted and deleted, in order."""
        return self._field("delta")

    @property
    def keys(self) -> dict[str, dict[str, Any]]:
        """What happened to each attribute that changed."""
        return self._field("keys")


class TransactionEvent(_Event):
    """A committed transaction. Its update is made at once, its states when they are asked for."""

    __slots__ = ("_update",)

    def __init__(self, scope: Scope, update: bytes) -> None:
        super().__init__(scope, {})
        self._update = update

    def _state(self, name: str, get: Any) -> bytes:
        if name not in self._values:
            self._scope.check()
            self._values[name] = get(self._scope.depth).to_bytes()
        return self._values[name]

    @property
    def update(self) -> bytes:
        """What the transaction did, as an update."""
        return self._update

    @property
    def before_state(self) -> bytes:
        """The document's state before."""
        return self._state("before_state", js.beforeState)

    @property
    def after_state(self) -> bytes:
        """The document's state after."""
        return self._state("after_state", js.afterState)

    @property
    def delete_set(self) -> bytes:
        """What the transaction deleted."""
        return self._state("delete_set", js.deleteSet)


class SubdocsEvent:
    """Sub-documents that came, went, or were loaded, by their guid."""

    __slots__ = ("added", "loaded", "removed")

    def __init__(self, added: list[str], removed: list[str], loaded: list[str]) -> None:
        self.added = added
        self.removed = removed
        self.loaded = loaded


def _delta(operations: list[Any]) -> list[dict[str, Any]]:
    delta = []
    for name, value, attributes in operations:
        operation = {name: value if name == "insert" else int(value)}
        if attributes:
            operation["attributes"] = attributes
        delta.append(operation)
    return delta


def _keys(changes: list[Any]) -> dict[str, dict[str, Any]]:
    keys = {}
    for key, action, *values in changes:
        change = {"action": action}
        if action != "add":
            change["oldValue"] = values[0]
        if action != "delete":
            change["newValue"] = values[-1]
        keys[key] = change
    return keys


def _type_event(scope: Scope, packed: list[Any], refs: list[Any]) -> _TypeEvent:
    kind, ref, path, delta, keys, children_changed = packed
    values: dict[str, Any] = {
        "target": wrap(int(kind), refs[int(ref)]),
        "path": [step if isinstance(step, str) else int(step) for step in path],
    }
    if kind == MAP:
        values["keys"] = _keys(keys)
        return MapEvent(scope, values)
    values["delta"] = _delta(delta)
    if kind == TEXT:
        return TextEvent(scope, values)
    if kind == ARRAY:
        return ArrayEvent(scope, values)
    values["keys"] = _keys(keys)
    values["children_changed"] = children_changed
    return XmlEvent(scope, values)


def deep(scope: Scope, payload: str, refs: Any) -> list[_TypeEvent]:
    """The events of a type and of those in it."""
    types = refs.to_py(depth=1)
    return [_type_event(scope, packed, types) for packed in loads(payload, types)]


def shallow(scope: Scope, payload: str, refs: Any) -> _TypeEvent:
    """The event of a type."""
    return deep(scope, payload, refs)[0]


def committed(scope: Scope, payload: Any, _refs: Any) -> TransactionEvent:
    """The event of a document's transaction."""
    return TransactionEvent(scope, payload.to_bytes())


def subdocs(_scope: Scope, payload: str, _refs: Any) -> SubdocsEvent:
    """The event of a document's sub-documents."""
    return SubdocsEvent(*json.loads(payload))
