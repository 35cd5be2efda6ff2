"""What the editor needs to know of the others and of the connection to them."""

from collections.abc import Callable
from typing import Any, Protocol

from pycrdt import Awareness, Doc


class Room(Protocol):
    """One person's place in a document that several people edit."""

    @property
    def doc(self) -> Doc[Any]:
        """The shared document."""

    @property
    def awareness(self) -> Awareness:
        """Who is here; each state has `"user": {"name": …, "color": …}`."""

    @property
    def online(self) -> bool:
        """Whether edits go out and come in now."""

    @property
    def pending(self) -> int:
        """How many of this person's edits nobody else has been sent yet."""

    @property
    def problem(self) -> str | None:
        """What keeps the room from working, in words for whoever looks at it."""

    async def connect(self) -> None:
        """Go online; what was edited meanwhile goes out and comes in."""

    async def disconnect(self) -> None:
        """Go offline; edits wait."""

    def observe(self, callback: Callable[..., None], /) -> Callable[[], None]:
        """Call back whenever one of the above changes; return how to end that."""
