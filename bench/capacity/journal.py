"""What became of each key: when it was pressed, and when each other document had it."""

import time
from dataclasses import dataclass, field

from pycrdt import Decoder

Edit = tuple[int, int]
"""Which edit it is: the client that made it, and the number it has there."""

NOW = time.monotonic
"""The clock. All people of a measurement are in one process, so that one is right for all."""


@dataclass
class Journal:
    """Keys that were pressed in a measurement, and the milliseconds until others had them."""

    keys: int = 0
    expected: int = 0
    delays: list[float] = field(default_factory=list)
    _pressed: dict[Edit, float] = field(default_factory=dict)
    _awaited: dict[Edit, int] = field(default_factory=dict)
    _read: dict[bytes, Edit] = field(default_factory=dict)

    def press(self, message: bytes, at: float, others: int) -> None:
        """Write down a key, by the update that it sends, and how many others are to have it."""
        edit = edit_of(message)
        self._pressed[edit] = at
        self._awaited[edit] = others
        self.keys += 1
        self.expected += others

    def arrive(self, message: bytes, own: int) -> bool:
        """Write down that a document has an update now, unless it is the one of its client `own`.

        Return whether the update is a key at all: the server makes some of its own.
        """
        edit = self._read.get(message)
        if edit is None:
            # The same bytes come once for each person.
            edit = self._read[message] = edit_of(message)
        if edit not in self._pressed:
            return False
        if edit[0] != own and self._awaited[edit]:
            self._awaited[edit] -= 1
            self.delays.append(1000 * (NOW() - self._pressed[edit]))
        return True

    @property
    def complete(self) -> bool:
        """Whether all others have all keys."""
        return len(self.delays) == self.expected

    def close(self) -> int:
        """Count what is missing now as having taken until now; return how many that are."""
        now, missing = NOW(), 0
        for edit, count in self._awaited.items():
            self.delays += [1000 * (now - self._pressed[edit])] * count
            missing += count
            self._awaited[edit] = 0
        return missing


def edit_of(message: bytes) -> Edit:
    """Return the first edit of an update message; a number below 0 where it adds nothing.

    The message has two bytes of its kind, then the update's length, then the update. That says of
    how many clients it has edits, and of each how many, who it is, and the number of the first.
    Source: https://github.com/yjs/yjs/blob/v13.6.0/src/utils/encoding.js
    """
    decoder = Decoder(message[2:])
    decoder.read_var_uint()
    if decoder.read_var_uint() == 0:
        return 0, -1
    decoder.read_var_uint()
    return decoder.read_var_uint(), decoder.read_var_uint()
