"""The people of a room: what the awareness says of them, and the colours they get."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

PALETTE = (
    "#ad1457",  # pink
    "#a24d00",  # orange
    "#1b7f3b",  # green
    "#8e24aa",  # purple
    "#0b6bcb",  # blue
    "#00707c",  # teal
)
"""White words on any of these, and words of these on white, have a contrast of 4.5 or more.

Few, so that no two of them look alike."""


@dataclass(frozen=True)
class Person:
    """Somebody in a room, as the awareness has them: one for each connection."""

    client_id: int
    name: str
    color: str


def choose_color(name: str) -> str:
    """Return a colour for a name, the same for the same name everywhere."""
    # Python's own hash of a string is another one in each process.
    return PALETTE[crc32(name.encode()) % len(PALETTE)]


def read_people(states: Mapping[int, Any]) -> tuple[Person, ...]:
    """Return those who say their name, in the order of their client ids.

    Args:
        states: The awareness's states by client id. `user` has `name` and `color`, as JupyterLab
            and y-codemirror write it. A server that takes part without a name is nobody.
    """
    people = []
    for client_id, state in sorted(states.items()):
        user = state.get("user") if isinstance(state, dict) else None
        if isinstance(user, dict) and isinstance(name := user.get("name"), str):
            people.append(Person(client_id, name, str(user.get("color") or choose_color(name))))
    return tuple(people)
