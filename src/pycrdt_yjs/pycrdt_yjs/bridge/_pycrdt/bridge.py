"""Loading the JavaScript side, and speaking with it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from pyodide.code import run_js
from pyodide.ffi import JsException, to_js

# A page whose content security policy forbids `eval` registers the bridge under this name before
# Python imports pycrdt (see the README): Pyodide then imports it like any module.
REGISTERED = "pycrdt_yjs_bridge"


def _load() -> Any:
    try:
        return import_module(REGISTERED)
    except ModuleNotFoundError:
        # Not importlib.resources, whose import takes longer than the rest of this.
        return run_js(Path(__file__).with_name("bridge.js").read_text("utf-8"))


js = _load()
"""The functions of `bridge/js/index.js`."""

MAX_U32 = 0xFFFFFFFF
MAX_SAFE = 2**53 - 1
"""The largest integer up to which JavaScript's numbers are exact."""


def u32(number: int) -> int:
    """Check a position or length as the compiled core does: 32 bits, not negative."""
    if number.__class__ is int and 0 <= number <= MAX_U32:
        return number
    if not isinstance(number, int):
        raise TypeError(f"'{type(number).__name__}' object cannot be interpreted as an integer")
    if number < 0:
        raise OverflowError("number too small to fit in target type")
    if number > MAX_U32:
        raise OverflowError("number too large to fit in target type")
    return number


def check_text(text: str) -> str:
    """Refuse what isn't UTF-8: a string with half a surrogate pair."""
    if not text.isascii():
        text.encode()
    return text


def to_array(data: bytes) -> Any:
    """Copy bytes into a JavaScript Uint8Array."""
    if not isinstance(data, bytes):
        raise TypeError(f"'{type(data).__name__}' object cannot be cast as 'bytes'")
    return to_js(data)


_ERRORS: dict[str, type[Exception]] = {"RangeError": IndexError, "SyntaxError": ValueError}


def raise_error(
    error: JsException, kind: type[Exception] | None = None, what: str = ""
) -> NoReturn:
    """Raise a JavaScript error as a Python one: of `kind`, or of the kind its name tells."""
    message = f"{what}: {error.message}" if what else str(error.message)
    raise (kind or _ERRORS.get(str(error.name), RuntimeError))(message) from None
