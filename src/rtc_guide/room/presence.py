"""Knowing at once that somebody is gone, where the platform can tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Presence(Protocol):
    """Who holds a room's door. Where there is none, the awareness's own time limit has to do."""

    async def enter(self, client_id: int) -> None:
        """Be there, until `leave` or until this process or worker dies."""

    def leave(self) -> None:
        """Not be there any more, and stop watching others; may be called again."""

    async def anyone(self) -> bool:
        """Whether somebody else is there."""

    def watch(self, client_id: int, gone: Callable[[], None]) -> None:
        """Call `gone` once the client isn't there any more; a second watch of it does nothing."""
