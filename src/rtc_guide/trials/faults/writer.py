"""A person at a notebook, however they have it open: with others, alone, or in a browser."""

from typing import Protocol


class Writer(Protocol):
    """Somebody who types into a notebook; `dialogs` are the messages that they were shown."""

    name: str
    dialogs: list[str]

    async def close(self) -> None:
        """Be gone for good."""

    async def come(self) -> None:
        """Open the notebook."""

    async def leave(self) -> None:
        """Close it."""

    async def reload(self) -> None:
        """Open it anew."""

    async def drop(self) -> None:
        """Lose the connection."""

    async def go_on(self) -> None:
        """Have the connection again, if it was lost."""

    async def type(self, cell: int, word: str) -> None:
        """Type a word at the end of a cell, key by key; cells are counted round."""

    async def add(self, word: str) -> None:
        """Add a cell with this word."""

    async def texts(self) -> list[str] | None:
        """Return the cells' texts as this person sees them; `None` with no notebook open."""

    async def is_up_to_date(self) -> bool:
        """Whether what others do reaches this person, and what they do reaches the server."""

    async def follow_advice(self) -> None:
        """Do what the last message asks for, if there was one: in the end, to reload."""
