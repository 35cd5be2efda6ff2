"""Reading and writing lib0's binary format, as far as sets of ids need it."""

from __future__ import annotations

import math
import struct
from typing import Any

from .bridge import MAX_SAFE
from .values import MAX_I64, number


class Reader:
    """Reads from bytes; raises ValueError at their end."""

    def __init__(self, data: bytes) -> None:
        if not isinstance(data, bytes):
            raise TypeError(f"'{type(data).__name__}' object cannot be cast as 'bytes'")
        self.data = data
        self.at = 0

    def take(self, length: int) -> bytes:
        """Read so many bytes."""
        end = self.at + length
        if end > len(self.data):
            raise ValueError("unexpected end of buffer")
        taken = self.data[self.at : end]
        self.at = end
        return taken

    def uint(self, limit: int = 0xFFFFFFFF) -> int:
        """Read an unsigned integer up to a limit."""
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if value > limit:
                raise ValueError("integer out of range")
            if byte < 0x80:
                return value
            shift += 7

    def client(self) -> int:
        """Read a client id."""
        return self.uint(MAX_SAFE)

    def count(self, size: int) -> int:
        """Read a number of things that take at least `size` bytes each."""
        value = self.uint()
        if value * size > len(self.data) - self.at:
            raise ValueError("unexpected end of buffer")
        return value

    def string(self) -> str:
        """Read a string."""
        return self.take(self.uint()).decode()

    def any(self, depth: int = 0) -> Any:
        """Read a value; integers outside of JavaScript's safe range stay integers."""
        if depth > 100:
            raise ValueError("values nested too deeply")
        tag = self.take(1)[0]
        if tag in (126, 127):
            return None
        if tag in (120, 121):
            return tag == 120
        if tag == 125:
            return self._int()
        if tag == 124:
            return _normal(struct.unpack(">f", self.take(4))[0])
        if tag == 123:
            return _normal(struct.unpack(">d", self.take(8))[0])
        if tag == 122:
            return number(struct.unpack(">q", self.take(8))[0])
        if tag == 119:
            return self.string()
        if tag == 118:
            return {self.string(): self.any(depth + 1) for _ in range(self.count(2))}
        if tag == 117:
            return [self.any(depth + 1) for _ in range(self.count(1))]
        raise ValueError("unexpected value")

    def _int(self) -> float | int:
        byte = self.take(1)[0]
        sign = -1 if byte & 0x40 else 1
        value, shift = byte & 0x3F, 6
        while byte & 0x80:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if value > MAX_I64:
                raise ValueError("integer out of range")
            shift += 7
        return number(sign * value)


def _normal(value: float) -> float | int:
    if not math.isfinite(value):
        raise ValueError("NaN and infinity cannot be used as attribute values")
    if value.is_integer() and abs(value) > MAX_SAFE and -MAX_I64 - 1 <= value <= MAX_I64:
        return int(value)
    return value


def uint(value: int) -> bytes:
    """Write an unsigned integer."""
    out = bytearray()
    while value > 0x7F:
        out.append(0x80 | value & 0x7F)
        value >>= 7
    out.append(value)
    return bytes(out)


def string(text: str) -> bytes:
    """Write a string."""
    data = text.encode()
    return uint(len(data)) + data


def any_value(value: Any) -> bytes:
    """Write a value, numbers as floats if they are exact as such."""
    if value is None:
        return b"\x7e"
    if isinstance(value, bool):
        return b"\x78" if value else b"\x79"
    if isinstance(value, int) and int(float(value)) != value:
        return b"\x7a" + struct.pack(">q", value)
    if isinstance(value, (int, float)):
        number = float(value)
        try:
            short = struct.pack(">f", number)
        except OverflowError:
            short = b""
        if short and struct.unpack(">f", short)[0] == number:
            return b"\x7c" + short
        return b"\x7b" + struct.pack(">d", number)
    if isinstance(value, str):
        return b"\x77" + string(value)
    if isinstance(value, dict):
        items = b"".join(string(key) + any_value(item) for key, item in value.items())
        return b"\x76" + uint(len(value)) + items
    return b"\x75" + uint(len(value)) + b"".join(map(any_value, value))
