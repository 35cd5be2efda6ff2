"""UndoManager and StackItem."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any

from .array import Array
from .bridge import js, to_array
from .doc import Doc
from .id_set import IdSet
from .map import Map
from .observers import clocks, keys
from .text import Text
from .transaction import run
from .xml import XmlFragment

# A hash is 32 bits wide in Pyodide: these origins can't be one of the user's.
_origins = count(2**62)


class StackItem:
    """What an undo manager has recorded as one step."""

    __slots__ = ("_deletions", "_insertions", "_meta")

    def __init__(
        self, doc: Any, deletions: IdSet, insertions: IdSet, meta: Any | None = None
    ) -> None:
        """Create a step.

        Args:
            doc: The document it belongs to.
            deletions: The ids it deleted.
            insertions: The ids it inserted.
            meta: Any object.
        """
        if not isinstance(doc, Doc) and not isinstance(getattr(doc, "_doc", None), Doc):
            raise TypeError("'doc' must be a Doc or pycrdt.Doc")
        if not isinstance(deletions, IdSet) or not isinstance(insertions, IdSet):
            raise TypeError("deletions and insertions must be an IdSet")
        self._deletions = deletions
        self._insertions = insertions
        self._meta = meta

    @classmethod
    def _of(cls, deletions: IdSet, insertions: IdSet, meta: Any) -> StackItem:
        item = cls.__new__(cls)
        item._deletions, item._insertions, item._meta = deletions, insertions, meta
        return item

    @property
    def deletions(self) -> IdSet:
        """The ids it deleted."""
        return self._deletions

    @property
    def insertions(self) -> IdSet:
        """The ids it inserted."""
        return self._insertions

    @property
    def meta(self) -> Any | None:
        """The object it was created with."""
        return self._meta

    @staticmethod
    def merge(
        a: StackItem, b: StackItem, merge_meta: Callable[[Any, Any], Any] | None = None
    ) -> StackItem:
        """One step of two; its metadata is the first one's, or what `merge_meta` makes of both."""
        return StackItem._of(
            a._deletions._merge(b._deletions),
            a._insertions._merge(b._insertions),
            a._meta if merge_meta is None else merge_meta(a._meta, b._meta),
        )

    def __class_getitem__(cls, _item: Any) -> type[StackItem]:
        return cls

    def __repr__(self) -> str:
        parts = []
        if self._deletions._clients:
            parts.append(f"-{self._deletions}")
        if self._insertions._clients:
            parts.append(f"+{self._insertions}")
        return f"StackItem({', '.join(parts)})"


class UndoManager:
    """Undoes and redoes changes of types of one document."""

    def __init__(
        self,
        capture_timeout_millis: int,
        timestamp: Callable[[], int],
        undo_stack: list[StackItem] | None = None,
        redo_stack: list[StackItem] | None = None,
    ) -> None:
        """Create an undo manager.

        Args:
            capture_timeout_millis: Changes that follow each other faster are one step.
            timestamp: Tells the time in milliseconds.
            undo_stack: Steps to begin with.
            redo_stack: Steps undone before, to begin with.
        """
        self._key = next(keys)
        self._origin = next(_origins)
        self._timeout = capture_timeout_millis
        self._timestamp = timestamp
        self._included: list[int] = []
        # Yjs' manager needs a document: until the first scope names it, the stacks are kept here.
        self._stacks = [list(undo_stack or []), list(redo_stack or [])]
        self._metas: list[Any] = []
        self._doc: Doc | None = None
        self._js: Any = None
        clocks[self._key] = self

    def now(self) -> int:
        """The time in milliseconds, for JavaScript."""
        return int(self._timestamp())

    def __del__(self) -> None:
        with suppress(BaseException):  # the interpreter may be going down
            if self._js is not None:
                js.undoDestroy(self._js)

    def origin(self) -> int:
        """The origin of the transactions that undo and redo."""
        return self._origin

    def _expand_scope(self, doc: Doc, scope: Any) -> None:
        if self._js is None:
            self._doc = doc
            self._js = js.undoManager(doc._js, self._key, self._timeout)
            for origin in self._included:
                js.undoInclude(self._js, str(origin))
            for redo, stack in enumerate(self._stacks):
                for item in stack:
                    self._metas.append(item._meta)
                    js.undoPush(
                        self._js,
                        bool(redo),
                        to_array(item._deletions.encode()),
                        to_array(item._insertions.encode()),
                        len(self._metas) - 1,
                    )
            self._stacks = [[], []]
        elif doc is not self._doc:
            raise NotImplementedError(
                "One UndoManager for several documents is not supported on Yjs"
            )
        js.undoAddScope(self._js, scope._js)

    def expand_scope_text(self, doc: Doc, scope: Text) -> None:
        """Also record changes of a Text."""
        self._expand_scope(doc, scope)

    def expand_scope_array(self, doc: Doc, scope: Array) -> None:
        """Also record changes of an Array."""
        self._expand_scope(doc, scope)

    def expand_scope_map(self, doc: Doc, scope: Map) -> None:
        """Also record changes of a Map."""
        self._expand_scope(doc, scope)

    def expand_scope_xmlfragment(self, doc: Doc, scope: XmlFragment) -> None:
        """Also record changes of an XmlFragment."""
        self._expand_scope(doc, scope)

    def include_origin(self, origin: int) -> None:
        """Record transactions of this origin; those without one are then no longer recorded."""
        if origin not in self._included:
            self._included.append(origin)
        if self._js is not None:
            js.undoInclude(self._js, str(origin))

    def exclude_origin(self, origin: int) -> None:
        """No longer record transactions of this origin."""
        if origin in self._included:
            self._included.remove(origin)
        if self._js is not None:
            js.undoExclude(self._js, str(origin))

    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return js.undoCan(self._js) if self._js is not None else bool(self._stacks[0])

    def can_redo(self) -> bool:
        """Whether there is a step to redo."""
        return js.redoCan(self._js) if self._js is not None else bool(self._stacks[1])

    def _step(self, function: Any) -> bool:
        doc = self._doc
        if doc is None:
            return False
        if doc._busy:
            raise RuntimeError("Cannot acquire transaction")
        doc._busy = True
        try:
            return run(self._origin, function, self._js)
        finally:
            doc._busy = False

    def undo(self) -> bool:
        """Undo the last step; False if there was none."""
        return self._step(js.undoStep)

    def redo(self) -> bool:
        """Redo the step undone last; False if there was none."""
        return self._step(js.redoStep)

    def clear_all(self) -> None:
        """Forget all steps."""
        self._stacks = [[], []]
        if self._js is not None:
            run(None, js.undoClear, self._js)

    def _stack(self, redo: bool) -> list[StackItem]:
        if self._js is None:
            return list(self._stacks[redo])
        flat = js.undoStack(self._js, redo).to_py(depth=1)
        return [
            StackItem._of(
                _id_set(flat[i]),
                _id_set(flat[i + 1]),
                None if flat[i + 2] is None else self._metas[flat[i + 2]],
            )
            for i in range(0, len(flat), 3)
        ]

    def undo_stack(self) -> list[StackItem]:
        """The steps that can be undone, the oldest first."""
        return self._stack(False)

    def redo_stack(self) -> list[StackItem]:
        """The steps that can be redone, the oldest first."""
        return self._stack(True)


def _id_set(array: Any) -> IdSet:
    return IdSet.decode(array.to_bytes())
