"""Somebody who edits with others, as JupyterLab's page does it; see `pages`."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from rtc_guide.stacks.jupyterlab import Lab
from rtc_guide.trials.faults.notebook import first_word, texts_of
from rtc_guide.trials.faults.pages import Pages
from rtc_guide.trials.people import Person
from rtc_guide.trials.registry import Unplayable
from rtc_guide.trials.sockets import Refused
from rtc_guide.trials.waiting import until

# Whoever sees no notebook by then reloads the page. Servers before jupyter-collaboration 5 now and
# then give somebody nothing who comes at the same moment as others.
_SECONDS_TO_OPEN = 20
_LOADS = 3
# y-websocket waits at most 2.5 s before it tries again, and a hanging server may let it wait.
_SECONDS_TO_COME_BACK = 6
# Some seven times as fast as people type, that a trial is over soon; each key is sent by itself.
SECONDS_A_KEY = 0.04


class Client:
    """A person with the notebook open together with others; see `Writer`."""

    def __init__(
        self,
        name: str,
        pages: Pages,
        server: Callable[[], Lab],
        path: str,
        *,
        as_text: bool = False,
    ) -> None:
        self.name = name
        self.dialogs: list[str] = []
        self._pages = pages
        self._server = server
        self._path = path
        self._as_text = as_text
        self._person = Person(name)
        self._open = False
        self._state: dict[str, Any] = {}

    async def close(self) -> None:
        """Be gone for good."""
        await self.leave()
        await self._person.close()

    async def come(self) -> None:
        """Open the notebook, and reload the page where it does not come up.

        Raises `Refused`, or `Unplayable` where it doesn't come up then either.
        """
        for _ in range(_LOADS):
            await self._load()
            if await self._is_back(_SECONDS_TO_OPEN):
                return
        raise Unplayable(f"{self.name} loaded the page {_LOADS} times and saw no notebook")

    async def _load(self) -> None:
        lab = self._server()
        application = lab.application
        kind = "file" if self._as_text else "notebook"
        asked = await self._person.ask(
            "PUT",
            f"http://127.0.0.1:{lab.port}/{application.sessions}{quote(self._path)}",
            {"format": "text" if self._as_text else "json", "type": kind},
            {"Authorization": f"token {lab.token}"},
        )
        if not asked.ok:
            raise Refused(asked.status)
        session = asked.body
        await self._ask(
            "open",
            server=f"ws://127.0.0.1:{lab.port}/{application.rooms}",
            room=f"{session['format']}:{session['type']}:{session['fileId']}",
            params={"sessionId": session["sessionId"], "token": lab.token},
            text=self._as_text,
        )
        self._open = True

    async def leave(self) -> None:
        """Close the notebook; what the server hasn't got is gone."""
        self._open = False
        await self._ask("close")

    async def reload(self) -> None:
        """Open it anew, from what the server has."""
        await self.come()

    async def drop(self) -> None:
        """Lose the connection."""
        await self._ask("drop")

    async def go_on(self) -> None:
        """Have it back, and wait until the page has used it, if the server lets it."""
        await self._ask("goOn")
        if self._open:
            await self._is_back(_SECONDS_TO_COME_BACK)

    async def type(self, cell: int, word: str) -> None:
        """Type a word at the end of a cell, key by key."""
        await self._ask(
            "type",
            cell=cell,
            word=word,
            after=first_word(cell),
            milliseconds=1000 * SECONDS_A_KEY,
        )

    async def add(self, word: str) -> None:
        """Add a cell with this word."""
        await self._ask("add", word=word, cellId=str(uuid4()))

    async def texts(self) -> list[str] | None:
        """Return the cells' texts as this person sees them."""
        texts = await self._ask("texts")
        return texts_of(texts) if self._as_text and texts is not None else texts

    async def is_up_to_date(self) -> bool:
        """Whether the page is connected and has what the room had."""
        await self._look()
        return bool(self._open and self._state["synced"])

    async def follow_advice(self) -> None:
        """Reload where the page asked for it, or told that edits could not be applied."""
        await self._look()
        if self._open and self._state["ended"]:
            await self.come()

    async def _is_back(self, seconds: float) -> bool:
        async def back() -> bool:
            return await self.is_up_to_date() or self._state["ended"]

        return await until(back, seconds) is not None

    async def _look(self) -> None:
        self._state = await self._ask("state")
        self.dialogs = self._state["dialogs"]

    async def _ask(self, does: str, **more: Any) -> Any:
        # Each notebook has people of its own.
        return await self._pages.ask(f"{self._path}/{self.name}", does, **more)
