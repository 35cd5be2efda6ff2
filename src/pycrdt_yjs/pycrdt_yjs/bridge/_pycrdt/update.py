"""Updates, without a document."""

from __future__ import annotations

from typing import Any

from pyodide.ffi import JsException, to_js

from .bridge import js, raise_error, to_array


def _call(what: str, function: Any, *args: Any) -> bytes:
    try:
        return function(*args).to_bytes()
    except JsException as error:
        raise_error(error, ValueError, what)


def merge_updates(updates: tuple[bytes, ...]) -> bytes:
    """One update that does what all of these do."""
    arrays = to_js([to_array(update) for update in updates])
    return _call("Cannot merge updates", js.mergeAll, arrays)


def get_state(update: bytes) -> bytes:
    """The state of a document that has this update only."""
    return _call("Cannot encode state vector from update", js.stateOfUpdate, to_array(update))


def get_update(update: bytes, state: bytes) -> bytes:
    """The part of an update that a document with that state doesn't have."""
    return _call("Cannot diff updates", js.updateSince, to_array(update), to_array(state))
