"""IdSet: sets of ids of blocks, as ranges of clocks by client."""

from __future__ import annotations

from .varint import Reader, uint

Ranges = list[tuple[int, int]]


def merged(ranges: Ranges) -> Ranges:
    """Sorted, with those joined that touch."""
    result: Ranges = []
    for start, end in sorted(ranges):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


class IdSet:
    """A set of ids."""

    __slots__ = ("_clients",)

    def __init__(self) -> None:
        self._clients: dict[int, Ranges] = {}

    @classmethod
    def _of(cls, clients: dict[int, Ranges]) -> IdSet:
        result = cls()
        result._clients = clients
        return result

    def encode(self) -> bytes:
        """Write the set: the clients in ascending order."""
        parts = [uint(len(self._clients))]
        for client, ranges in sorted(self._clients.items()):
            parts += [uint(client), uint(len(ranges))]
            for start, end in ranges:
                parts += [uint(start), uint(end - start)]
        return b"".join(parts)

    @staticmethod
    def decode(data: bytes) -> IdSet:
        """Read a set.

        Raises:
            ValueError: The bytes are none.
        """
        reader = Reader(data)
        clients: dict[int, Ranges] = {}
        try:
            for _ in range(reader.count(2)):
                ranges = clients.setdefault(reader.client(), [])
                for _ in range(reader.count(2)):
                    start = reader.uint()
                    end = start + reader.uint()
                    if end > 0xFFFFFFFF:
                        raise ValueError("clock out of range")
                    ranges.append((start, end))
        except ValueError as error:
            raise ValueError(f"Failed to decode IdSet: {error}") from None
        return IdSet._of(clients)

    def _merge(self, other: IdSet) -> IdSet:
        """The union."""
        clients = {client: list(ranges) for client, ranges in self._clients.items()}
        for client, ranges in other._clients.items():
            clients[client] = merged(clients.get(client, []) + ranges)
        return IdSet._of(clients)

    def __repr__(self) -> str:
        clients = (
            f"{client}: [{', '.join(f'[{start}..{end}, ()]' for start, end in ranges)}]"
            for client, ranges in sorted(self._clients.items())
        )
        return f" {{ {', '.join(clients)} }}" if self._clients else ""
