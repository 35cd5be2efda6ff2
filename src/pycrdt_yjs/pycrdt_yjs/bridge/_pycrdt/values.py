"""Values on their way between Python and JavaScript; the format is told in `js/values.js`.

As in the compiled core, integers within JavaScript's safe range come back as floats.
"""

from __future__ import annotations

import json
import math
from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import Any

from .bridge import MAX_SAFE

MARK = "\x01"
MAX_I64 = 2**63 - 1

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode

kinds: dict[int, Any] = {}
"""What wraps a JavaScript type of each kind; filled by the modules of the types."""

TEXT, ARRAY, MAP, XML_FRAGMENT, XML_ELEMENT, XML_TEXT, DOC, UNDEFINED = range(1, 9)


class _Special(Exception):
    """The value can't be said in plain JSON."""


def _plain(value: Any) -> Any:
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        if -MAX_SAFE <= value <= MAX_SAFE:
            return int(value)
    elif isinstance(value, float):
        if math.isfinite(value):
            return float(value)
    elif isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    elif isinstance(value, dict) and MARK not in value:
        return {_key(key): _plain(item) for key, item in value.items()}
    raise _Special


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"dictionary keys must be strings, not {type(key).__name__}")
    return key


def _node(value: Any) -> list[Any]:
    try:
        return ["j", _plain(value)]
    except _Special:
        pass
    if isinstance(value, bytes):
        return ["b", b64encode(value).decode()]
    if isinstance(value, int):
        if not -MAX_I64 - 1 <= value <= MAX_I64:
            raise OverflowError("Python int too large for a 64-bit integer")
        return ["n", str(value)]
    if isinstance(value, float):
        return ["f", "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"]
    if isinstance(value, (list, tuple)):
        return ["a", [_node(item) for item in value]]
    if isinstance(value, dict):
        return ["o", {_key(key): _node(item) for key, item in value.items()}]
    return ["u"]  # as the compiled core does with what it doesn't know


def pack(value: Any) -> str:
    """Write a value as text for `unpack` in JavaScript.

    Raises:
        OverflowError: An integer doesn't fit into 64 bits.
        TypeError: A dictionary key is not a string.
        UnicodeEncodeError: A string holds half a surrogate pair.
    """
    try:
        text = "p" + _encode(_plain(value))
    except _Special:
        text = "s" + _encode(_node(value))
    if not text.isascii():
        text.encode()
    return text


def is_supported(value: Any) -> bool:
    """Whether the compiled core takes such a value as an element of an Array or a Map."""
    return value is None or isinstance(value, (str, bytes, int, float, list, tuple, dict))


def pack_attrs(attrs: Iterable[tuple[str, Any]] | None) -> str | None:
    """Write formatting attributes as text; None stays None."""
    return None if attrs is None else pack(dict(attrs))


def _build(node: list[Any], refs: list[Any]) -> Any:
    tag = node[0]
    if tag == "j":
        return node[1]
    if tag == "a":
        return [_build(item, refs) for item in node[1]]
    if tag == "o":
        return {key: _build(item, refs) for key, item in node[1].items()}
    if tag == "b":
        return bytearray(b64decode(node[1]))
    if tag == "n":
        return number(int(node[1]))
    if tag == "f":
        return float(node[1])
    if tag == "t":
        return wrap(int(node[1]), refs[int(node[2])])
    return None


def loads(text: str, refs: list[Any]) -> Any:
    """Read what JavaScript packed; all its numbers become floats."""
    if text[0] == "p":
        return json.loads(text[1:], parse_int=float)

    def build(found: dict[str, Any]) -> Any:
        return _build(found[MARK], refs) if MARK in found else found

    return json.loads(text[1:], parse_int=float, object_hook=build)


def number(value: int) -> int | float:
    """An integer as the compiled core returns it."""
    return float(value) if -MAX_SAFE <= value <= MAX_SAFE else value


def wrap(kind: int, js: Any) -> Any:
    """The Python object of a shared type or a document, None if its type isn't known yet."""
    return None if kind == UNDEFINED else kinds[kind](js)


def wrap_pairs(pairs: Any) -> list[Any]:
    """The Python objects of `[kind, type, kind, type, …]` from JavaScript."""
    flat = pairs.to_py(depth=1)
    return [wrap(flat[i], flat[i + 1]) for i in range(0, len(flat), 2)]


def take(value: Any) -> Any:
    """What `give` in JavaScript returned, for Python."""
    cls = value.__class__
    if cls is str or cls is float or cls is bool or value is None:
        return value
    if isinstance(value, int):  # a large one is of a class of Pyodide's own
        return number(int(value))
    if not hasattr(value, "to_py"):  # undefined and null
        return None
    kind, content, *_ = value.to_py(depth=1)
    return wrap(kind, content) if kind else loads(content, [])
