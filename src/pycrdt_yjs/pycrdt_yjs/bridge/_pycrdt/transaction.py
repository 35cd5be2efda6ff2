"""Transactions: owned ones from a document, borrowed ones during an observer's call."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pyodide.ffi import JsException

from .bridge import js, raise_error

if TYPE_CHECKING:
    from .doc import Doc

_commit = js.commit
_open = js.openTransaction

OPEN, COMMITTING, BORROWED, DROPPED = range(4)


class Scope:
    """One call of an observer; what it was given is invalid after it."""

    __slots__ = ("alive", "depth", "doc", "origin")

    def __init__(self, doc: Doc, depth: int, origin: int | None) -> None:
        self.alive = True
        self.doc = doc
        self.depth = depth  # which of the nested calls it is, for JavaScript
        self.origin = origin

    def check(self) -> None:
        """Raise if the call is over."""
        if not self.alive:
            raise RuntimeError(
                "Observer callback has finished; borrowed event or transaction is no longer valid"
            )


class Frame:
    """A call into JavaScript that may call observers, and the last error they raised."""

    __slots__ = ("_error", "_origin")

    def __init__(self, origin: int | None) -> None:
        self._origin = origin
        self._error: BaseException | None = None


frames: list[Frame | Transaction] = []
"""The calls that are under way, the innermost last: a committing transaction is its own frame."""


def run(origin: int | None, function: Callable[..., Any], *args: Any) -> Any:
    """Call a JavaScript function that calls observers; raise what they raised."""
    frame = Frame(origin)
    frames.append(frame)
    try:
        result = function(*args)
    except JsException as error:
        raise_error(error)
    finally:
        frames.pop()
    if frame._error is not None:
        raise frame._error
    return result


class Transaction:
    """A transaction of a document.

    Yjs' own transaction is opened by the first edit only, so that reading costs nothing.
    """

    # Defaults of the class: one is made for every edit, and most need none of these.
    _state = OPEN
    _dirty = False
    _error: BaseException | None = None
    _origin: int | None = None
    _scope: Scope | None = None

    def __init__(self, doc: Doc) -> None:
        self._doc = doc

    @classmethod
    def _borrowed(cls, scope: Scope) -> Transaction:
        """The transaction whose observers are called, to read in."""
        txn = cls(scope.doc)
        txn._state, txn._scope, txn._origin = BORROWED, scope, scope.origin
        return txn

    def _read(self) -> None:
        """Raise unless the transaction may be read in; callers skip it for an open one."""
        if self._state == BORROWED:
            assert self._scope is not None
            self._scope.check()
        elif self._state == DROPPED:
            raise RuntimeError("Transaction is no longer valid")

    def _write(self) -> None:
        """Prepare for an edit, or raise."""
        if self._state != OPEN:
            self._read()
            raise RuntimeError(
                "Transactions executed in context of observer callbacks "
                "cannot be used to modify document structure"
            )
        if not self._dirty:
            self._dirty = True
            if self._origin is not None:
                _open(self._doc._js, str(self._origin))

    def commit(self) -> None:
        """Commit the edits: observers are called, and what they raise is raised."""
        if self._state != OPEN:
            self._read()
            raise RuntimeError("Already committing")
        if self._dirty:
            self._dirty = False
            self._state = COMMITTING
            # As `run` does, without its cost.
            frames.append(self)
            try:
                _commit(self._doc._js)
            except JsException as error:
                raise_error(error)
            finally:
                frames.pop()
                self._state = OPEN
            if self._error is not None:
                raised, self._error = self._error, None
                raise raised

    def drop(self) -> None:
        """Commit what isn't committed, and give the document free for the next transaction."""
        state = self._state
        if state == OPEN:
            try:
                if self._dirty:
                    self.commit()
            finally:
                self._state = DROPPED
                self._doc._busy = False
        elif state == BORROWED:
            self._state = DROPPED if self._scope is not None and self._scope.alive else BORROWED

    def origin(self) -> int | None:
        """The origin's hash, or None."""
        if self._state != OPEN:
            self._read()
        return self._origin

    def __del__(self) -> None:
        if self._state != DROPPED:
            # Nobody is left to hear what an observer raises.
            with suppress(BaseException):
                self.drop()
