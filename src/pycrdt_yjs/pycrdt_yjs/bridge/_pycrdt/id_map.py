"""IdMap: sets of ids of blocks with attributes, such as who wrote them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from typing import Any

from .bridge import MAX_SAFE, check_text
from .id_set import IdSet, Ranges, merged
from .values import MAX_I64, number
from .varint import Reader, any_value, string, uint


def _json_value(value: Any) -> Any:
    """The value as the compiled core returns it; raises if JSON can't say it."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return check_text(value)
    if isinstance(value, int):
        if not -MAX_I64 - 1 <= value <= MAX_I64:
            raise OverflowError("Python int too large for a 64-bit integer")
        return number(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("NaN and infinity cannot be used as attribute values")
        return value
    if isinstance(value, (list, tuple)):
        return [_json_value(item) for item in value]
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise TypeError("attribute values must have strings as keys")
        return {check_text(key): _json_value(item) for key, item in value.items()}
    if isinstance(value, bytes):
        raise TypeError("bytes cannot be used as a JSON attribute value")
    raise TypeError(
        "attribute value must be JSON-serializable (None, bool, int, float, str, list, tuple, "
        "or dict)"
    )


def _canonical(value: Any) -> Any:
    """Equal for equal values, whatever the order of keys and the kind of a large number."""
    if isinstance(value, float) and value.is_integer() and MAX_SAFE < abs(value) <= MAX_I64:
        return int(value)
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    if isinstance(value, dict):
        return {key: _canonical(item) for key, item in value.items()}
    return value


class ContentAttribute:
    """A named value that can be attached to ids."""

    __slots__ = ("_id", "_name", "_value")

    def __init__(self, name: str, value: Any) -> None:
        """Create an attribute; the value must be one that JSON can say."""
        self._name = check_text(name)
        self._value = _json_value(value)
        self._id = (name, json.dumps(_canonical(self._value), sort_keys=True))

    @property
    def name(self) -> str:
        """The name."""
        return self._name

    @property
    def value(self) -> Any:
        """The value; integers are floats unless they are too large for it."""
        return _json_value(self._value)  # a copy

    def __eq__(self, other: object) -> bool:
        return self._id == other._id if isinstance(other, ContentAttribute) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._id)

    def __repr__(self) -> str:
        return f"ContentAttribute(name={json.dumps(self._name)}, value={self._value})"


Attributes = tuple[ContentAttribute, ...]


class AttrRange:
    """A range of clocks and its attributes."""

    __slots__ = ("_attributes", "end", "start")

    def __init__(self, start: int, end: int, attributes: Attributes = ()) -> None:
        self.start = start
        self.end = end  # not in the range
        self._attributes = attributes

    @property
    def attributes(self) -> list[ContentAttribute]:
        """The attributes, if any."""
        return list(self._attributes)

    def __repr__(self) -> str:
        attributes = ", ".join(map(repr, self._attributes))
        return f"AttrRange(start={self.start}, end={self.end}, attributes=[{attributes}])"


Entry = tuple[int, int, Attributes]


def _same(a: Attributes, b: Attributes) -> bool:
    return len(a) == len(b) and all(item in b for item in a)


def _union(a: Attributes, b: Attributes) -> Attributes:
    return a + tuple(item for item in dict.fromkeys(b) if item not in a)


def _joined(entries: list[Entry]) -> list[Entry]:
    """Neighbours with the same attributes joined."""
    result: list[Entry] = []
    for start, end, attrs in entries:
        if result and result[-1][1] == start and _same(result[-1][2], attrs):
            result[-1] = (result[-1][0], end, result[-1][2])
        else:
            result.append((start, end, attrs))
    return result


def _add(entries: list[Entry], start: int, end: int, attrs: Attributes) -> list[Entry]:
    """With another range; where it overlaps, attributes are united."""
    result: list[Entry] = []
    at = start
    for old_start, old_end, old in entries:
        if old_end <= start or old_start >= end:
            result.append((old_start, old_end, old))
            continue
        if old_start < start:
            result.append((old_start, start, old))
        if at < old_start:
            result.append((at, old_start, attrs))
        overlap = max(old_start, start), min(old_end, end)
        result.append((*overlap, _union(old, attrs)))
        at = overlap[1]
        if old_end > end:
            result.append((end, old_end, old))
    if at < end:
        result.append((at, end, attrs))
    return _joined(sorted(result, key=lambda entry: entry[0]))


def _cut(entries: list[Entry], start: int, end: int) -> list[Entry]:
    """Without a range."""
    result: list[Entry] = []
    for old_start, old_end, attrs in entries:
        if old_start < min(old_end, start):
            result.append((old_start, min(old_end, start), attrs))
        if max(old_start, end) < old_end:
            result.append((max(old_start, end), old_end, attrs))
    return result


def _check(client: int, *clocks: int) -> None:
    if not 0 <= client < 2**64 or not all(0 <= clock <= 0xFFFFFFFF for clock in clocks):
        raise OverflowError("number does not fit in target type")


class IdMap:
    """Ranges of ids with attributes."""

    __slots__ = ("_clients",)

    def __init__(self) -> None:
        self._clients: dict[int, list[Entry]] = {}

    @classmethod
    def _of(cls, clients: dict[int, list[Entry]]) -> IdMap:
        result = cls()
        result._clients = {client: entries for client, entries in clients.items() if entries}
        return result

    def _copy(self) -> IdMap:
        return IdMap._of({client: list(entries) for client, entries in self._clients.items()})

    def insert(
        self, client: int, clock: int, length: int, attributes: list[ContentAttribute]
    ) -> None:
        """Attach attributes to `length` ids of a client from `clock` on."""
        _check(client, clock, length)
        attrs = tuple(attributes)
        if not all(isinstance(attribute, ContentAttribute) for attribute in attrs):
            raise TypeError("expected a list of ContentAttribute")
        if attrs and length:
            entries = self._clients.get(client, [])
            self._clients[client] = _add(entries, clock, clock + length, attrs)

    def remove(self, client: int, clock: int, length: int) -> None:
        """Remove `length` ids of a client from `clock` on."""
        _check(client, clock, length)
        entries = _cut(self._clients.pop(client, []), clock, clock + length)
        if entries:
            self._clients[client] = entries

    def contains(self, client: int, clock: int) -> bool:
        """Whether an id is in the map."""
        return any(start <= clock < end for start, end, _ in self._clients.get(client, []))

    def is_empty(self) -> bool:
        """Whether there is nothing in the map."""
        return not self._clients

    def attributions(self, client: int, clock: int, length: int) -> list[AttrRange]:
        """The ranges that make up `length` ids from `clock` on; gaps have no attributes."""
        _check(client, clock, length)
        end = clock + length
        result: list[AttrRange] = []
        at = clock
        for start, stop, attrs in self._clients.get(client, []):
            start, stop = max(start, clock), min(stop, end)
            if start < stop:
                if at < start:
                    result.append(AttrRange(at, start))
                result.append(AttrRange(start, stop, attrs))
                at = stop
        if at < end or not result:
            result.append(AttrRange(at, end))
        return result

    def entries(self) -> list[tuple[int, AttrRange]]:
        """All ranges, by client and clock."""
        return [
            (client, AttrRange(*entry))
            for client, entries in sorted(self._clients.items())
            for entry in entries
        ]

    def merge_with(self, other: IdMap) -> None:
        """Add another map's ranges and attributes."""
        for client, added in _map(other)._clients.items():
            entries = self._clients.get(client, [])
            for entry in list(added):
                entries = _add(entries, *entry)
            self._clients[client] = entries

    @staticmethod
    def merge_many(maps: list[IdMap]) -> IdMap:
        """The union of maps."""
        result = IdMap()
        for other in maps:
            result.merge_with(other)
        return result

    def intersect_with(self, other: IdMap) -> None:
        """Keep what is in both, with the attributes of both."""
        clients = {}
        for client, entries in self._clients.items():
            clients[client] = _joined(
                [
                    (max(a_start, b_start), min(a_end, b_end), _union(a, b))
                    for a_start, a_end, a in entries
                    for b_start, b_end, b in _map(other)._clients.get(client, [])
                    if max(a_start, b_start) < min(a_end, b_end)
                ]
            )
        self._clients = IdMap._of(clients)._clients

    def diff_with(self, other: IdMap | IdSet) -> None:
        """Remove what is in another map or set."""
        if not isinstance(other, (IdMap, IdSet)):
            raise TypeError("diff_with() expects an IdMap or IdSet")
        for client, ranges in list(other._clients.items()):
            entries = self._clients.pop(client, [])
            for start, end, *_ in list(ranges):
                entries = _cut(entries, start, end)
            if entries:
                self._clients[client] = entries

    def filter(self, predicate: Callable[[list[ContentAttribute]], bool]) -> IdMap:
        """Those ranges whose attributes satisfy `predicate`."""
        return IdMap._of(
            {
                client: [entry for entry in entries if predicate(list(entry[2])) is True]
                for client, entries in sorted(self._clients.items())
            }
        )

    def as_id_set(self) -> IdSet:
        """The ids, without attributes."""
        ranges: dict[int, Ranges] = {
            client: merged([(start, end) for start, end, _ in entries])
            for client, entries in self._clients.items()
        }
        return IdSet._of(ranges)

    @staticmethod
    def from_set(id_set: IdSet, attributes: list[ContentAttribute]) -> IdMap:
        """A map of the ids of a set, all with the same attributes."""
        attrs = tuple(dict.fromkeys(attributes))
        return IdMap._of(
            {
                client: [(start, end, attrs) for start, end in merged(ranges)]
                for client, ranges in id_set._clients.items()
            }
        )

    def encode(self) -> bytes:
        """Write the map; an attribute that was written before is only referred to."""
        parts = [uint(len(self._clients))]
        seen: dict[ContentAttribute, int] = {}
        names: dict[str, int] = {}
        last = 0
        for client, entries in sorted(self._clients.items()):
            parts += [uint(client - last), uint(len(entries))]
            last = client
            for start, end, attrs in entries:
                parts += [uint(start), uint(end - start), uint(len(attrs))]
                for attr in attrs:
                    known = attr in seen
                    parts.append(uint(seen.setdefault(attr, len(seen))))
                    if known:
                        continue
                    named = attr._name in names
                    parts.append(uint(names.setdefault(attr._name, len(names))))
                    if not named:
                        parts.append(string(attr._name))
                    parts.append(any_value(attr._value))
        return b"".join(parts)

    @staticmethod
    def decode(data: bytes) -> IdMap:
        """Read a map.

        Raises:
            ValueError: The bytes are none.
        """
        try:
            return _decode(Reader(data))
        except ValueError as error:
            raise ValueError(f"Failed to decode IdMap: {error}") from None

    def __bool__(self) -> bool:
        return bool(self._clients)

    def __iter__(self) -> Iterator[tuple[int, AttrRange]]:
        return iter(self.entries())

    def __or__(self, other: IdMap) -> IdMap:
        result = self._copy()
        result.merge_with(other)
        return result

    def __ior__(self, other: IdMap) -> IdMap:
        self.merge_with(other)
        return self

    def __and__(self, other: IdMap) -> IdMap:
        result = self._copy()
        result.intersect_with(other)
        return result

    def __iand__(self, other: IdMap) -> IdMap:
        self.intersect_with(other)
        return self

    def __sub__(self, other: IdMap | IdSet) -> IdMap:
        result = self._copy()
        result.diff_with(other)
        return result

    def __isub__(self, other: IdMap | IdSet) -> IdMap:
        self.diff_with(other)
        return self

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, IdMap):
            return NotImplemented
        mine, theirs = self._clients, other._clients
        return mine.keys() == theirs.keys() and all(
            len(mine[client]) == len(theirs[client])
            and all(
                a[:2] == b[:2] and _same(a[2], b[2])
                for a, b in zip(mine[client], theirs[client], strict=True)
            )
            for client in mine
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"IdMap({self.entries()})"


def _map(other: object) -> IdMap:
    if not isinstance(other, IdMap):
        raise TypeError(f"'{type(other).__name__}' object is not an instance of 'IdMap'")
    return other


def _decode(reader: Reader) -> IdMap:
    clients: dict[int, list[Entry]] = {}
    seen: list[ContentAttribute] = []
    names: list[str] = []
    client = 0
    for _ in range(reader.count(2)):
        client += reader.client()
        entries = clients.setdefault(client, [])
        for _ in range(reader.count(3)):
            start = reader.uint()
            end = start + reader.uint()
            attrs = []
            for _ in range(reader.count(1)):
                attr_id = reader.uint()
                if attr_id >= len(seen):
                    name_id = reader.uint()
                    if name_id >= len(names):
                        names.append(reader.string())
                    if name_id >= len(names):
                        raise ValueError("unknown attribute name")
                    seen.append(ContentAttribute(names[name_id], reader.any()))
                if attr_id >= len(seen):
                    raise ValueError("unknown attribute")
                attrs.append(seen[attr_id])
            entries.append((start, end, tuple(attrs)))
    return IdMap._of(clients)
