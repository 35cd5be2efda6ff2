"""Values told so that two processes tell equal ones alike, to see whether anything has changed."""

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import fields, is_dataclass
from enum import Enum
from hashlib import sha256
from pathlib import Path
from typing import Any

from docutils import nodes

LINES = frozenset({"line", "lineno"})
"""Fields of data classes that only authors are told; they change with whatever stands above."""

# Where something is in memory differs from process to process.
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")

# A text of Sphinx that was asked for before translations were there; else it would be a `str`.
_TRANSLATED_LATE = "_TranslationProxy"


def digest_of(value: Any) -> str:
    """Tell values apart by their types and parts, but for the numbers of lines.

    Of what has neither parts nor a value of its own, `repr` is taken. Two different digests may be
    of values that are the same to everybody; two values that differ have different digests.
    """
    told = sha256()
    for part in _told(value):
        told.update(f"{part}\0".encode("utf-8", "surrogatepass"))
    return told.hexdigest()


def _told(value: Any) -> Iterator[str]:
    kind = type(value).__name__
    if isinstance(value, nodes.Node):
        yield value.pformat()
    elif isinstance(value, Enum | Path) or type(value) in (str, bytes, int, float, bool):
        yield f"{kind} {value!r}"
    elif kind == _TRANSLATED_LATE:
        yield f"str {str(value)!r}"
    elif isinstance(value, Mapping):
        yield f"{kind} {len(value)}"
        for key, each in sorted(value.items(), key=lambda item: repr(item[0])):
            yield from _told(key)
            yield from _told(each)
    elif isinstance(value, Set):
        yield f"{kind} {len(value)}"
        yield from sorted(digest_of(each) for each in value)
    elif isinstance(value, list | tuple):
        yield f"{kind} {len(value)}"
        for each in value:
            yield from _told(each)
    elif is_dataclass(value) and not isinstance(value, type):
        yield kind
        for field in fields(value):
            if field.name not in LINES:
                yield from _told(getattr(value, field.name))
    elif not isinstance(value, type) and not callable(value) and hasattr(value, "__dict__"):
        yield kind
        yield from _told(vars(value))
    else:
        yield _ADDRESS.sub("", repr(value))
