"""What all shared types have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyodide.ffi import JsException

from .bridge import js, raise_error
from .doc import Doc
from .events import deep, shallow
from .observers import Subscription
from .transaction import Transaction


class SharedType:
    """A shared type of Yjs."""

    __slots__ = ("_js",)

    def __init__(self, js: Any) -> None:
        self._js = js

    def _edit(self, txn: Transaction, function: Any, *args: Any) -> Any:
        """Call a JavaScript function that edits this type, in a transaction."""
        txn._write()
        try:
            return function(self._js, *args)
        except JsException as error:
            raise_error(error)

    def observe(self, callback: Callable[[Any], None]) -> Subscription:
        """Call `callback` with an event for each transaction that changed this type."""
        target = self._js
        return Subscription(callback, shallow, js.observe, target, Doc._of(target.doc))

    def observe_deep(self, callback: Callable[[list[Any]], None]) -> Subscription:
        """Call `callback` with events of each transaction that changed this type or one in it."""
        target = self._js
        return Subscription(callback, deep, js.observeDeep, target, Doc._of(target.doc))

    def unobserve(self, subscription: Subscription) -> None:
        """End an observation."""
        subscription.drop()
