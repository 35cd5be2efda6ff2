"""Subscriptions: Python's callbacks are kept here, JavaScript knows them by number only."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from pyodide.ffi import create_proxy

from .bridge import js
from .transaction import Scope, frames

if TYPE_CHECKING:
    from .doc import Doc

keys = count(1)
_subscriptions: WeakValueDictionary[int, Subscription] = WeakValueDictionary()
clocks: WeakValueDictionary[int, Any] = WeakValueDictionary()
"""The undo managers, by their key: each is asked for its own time."""

_unobserve = js.unobserve


class Subscription:
    """What an observation ends with; it ends by itself when nobody holds it any more."""

    __slots__ = ("__weakref__", "_callback", "_deliver", "_doc", "_off")

    def __init__(
        self,
        callback: Callable[[Any], Any],
        deliver: Callable[[Scope, Any, Any], Any],
        observe: Callable[[Any, int], Any],
        target: Any,
        doc: Doc,
    ) -> None:
        key = next(keys)
        self._callback: Callable[[Any], Any] | None = callback
        self._deliver = deliver  # makes the event the callback gets
        self._doc = doc
        _subscriptions[key] = self
        self._off: Any = observe(target, key)

    def drop(self) -> None:
        """End the observation; more than once does no harm."""
        off, self._off, self._callback = self._off, None, None
        if off is not None:
            _unobserve(off)

    def __del__(self) -> None:
        with suppress(BaseException):  # the interpreter may be going down
            self.drop()


def _dispatch(key: int, depth: int, payload: Any, refs: Any = None) -> None:
    subscription = _subscriptions.get(key)
    if subscription is None or subscription._callback is None:
        return
    frame = frames[-1]
    scope = Scope(subscription._doc, depth, frame._origin)
    try:
        subscription._callback(subscription._deliver(scope, payload, refs))
    except BaseException as error:
        frame._error = error  # raised when the commit returns
    finally:
        scope.alive = False


def _clock(key: int) -> float:
    try:
        return clocks[key].now()
    except BaseException as error:
        frames[-1]._error = error
        return 0


js.connect(create_proxy(_dispatch), create_proxy(_clock))
