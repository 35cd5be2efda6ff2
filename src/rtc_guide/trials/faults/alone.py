"""Somebody who edits a copy of their own and saves it: JupyterLab without collaboration.

The page reads the file once; on saving it looks whether the file has changed since and, if so,
asks what to do (“File Changed”: revert or overwrite). Source: JupyterLab's documentation context,
`@jupyterlab/docregistry`, which allows for half a second.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from rtc_guide.stacks.jupyterlab import Lab
from rtc_guide.trials.faults.client import SECONDS_A_KEY
from rtc_guide.trials.people import Answer, Person

FILE_CHANGED = "File Changed"
SAVE_ERROR = "File Save Error"
_SECONDS_OF_CLOCKS = 0.5


class Alone:
    """A person with a copy of the notebook, saved after each word; see `Writer`."""

    def __init__(self, name: str, server: Callable[[], Lab], path: str) -> None:
        self.name = name
        self.dialogs: list[str] = []
        self._server = server
        self._path = path
        self._person = Person(name)
        self._model: dict[str, Any] | None = None
        self._unsaved = False
        self._online = True

    async def close(self) -> None:
        """Be gone for good."""
        await self._person.close()

    async def come(self) -> None:
        """Open the notebook."""
        answer = await self._ask("GET")
        if answer.ok:
            self._model, self._unsaved = answer.body, False

    async def leave(self) -> None:
        """Close it; what isn't saved is gone."""
        self._model, self._unsaved = None, False

    async def reload(self) -> None:
        """Open it anew."""
        await self.come()

    async def drop(self) -> None:
        """Lose the connection."""
        self._online = False

    async def go_on(self) -> None:
        """Have it back, and save what is not saved."""
        self._online = True
        await self._save()

    async def type(self, cell: int, word: str) -> None:
        """Type a word at the end of a cell, and save."""
        if self._model is None:
            return
        cells = self._model["content"]["cells"]
        cells[cell % len(cells)]["source"] += f" {word}"
        await asyncio.sleep(SECONDS_A_KEY * (len(word) + 1))
        self._unsaved = True
        await self._save()

    async def add(self, word: str) -> None:
        """Add a cell with this word, and save."""
        if self._model is None:
            return
        cell = {"cell_type": "markdown", "source": word, "metadata": {}}
        self._model["content"]["cells"].append(cell)
        self._unsaved = True
        await self._save()

    async def texts(self) -> list[str] | None:
        """Return the cells' texts of this person's copy."""
        if self._model is None:
            return None
        return [cell["source"] for cell in self._model["content"]["cells"]]

    async def is_up_to_date(self) -> bool:
        """Whether all is saved; what others saved is not seen here before a reload."""
        return self._online and self._model is not None and not self._unsaved

    async def follow_advice(self) -> None:
        """Save what is left, and reload, as everybody does who wants to see what there is."""
        if self._model is not None:
            await self._save()
            await self.come()

    async def _save(self) -> None:
        if not (self._online and self._unsaved and self._model):
            return
        now = await self._ask("GET", "?content=0")
        if now.ok and _time(now.body) - _time(self._model) > _SECONDS_OF_CLOCKS:
            # Whoever reverts loses their own words, whoever overwrites the others'.
            self.dialogs.append(FILE_CHANGED)
        saved = await self._ask("PUT", body=self._model)
        if saved.ok:
            self._model["last_modified"] = saved.body["last_modified"]
            self._unsaved = False
        elif saved.status:
            self.dialogs.append(SAVE_ERROR)

    async def _ask(self, method: str, query: str = "", body: Any = None) -> Answer:
        if not self._online:
            return Answer(0, None)
        lab = self._server()
        url = f"http://127.0.0.1:{lab.port}/api/contents/{quote(self._path)}{query}"
        return await self._person.ask(method, url, body, {"Authorization": f"token {lab.token}"})


def _time(model: dict[str, Any]) -> float:
    return datetime.fromisoformat(model["last_modified"]).timestamp()
