"""A terminal that a person opened on a server, and its websocket."""

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from rtc_guide.trials.sockets import Closed, Message, Refused, Silent, Talk, open_socket
from rtc_guide.trials.waiting import until

if TYPE_CHECKING:
    from rtc_guide.trials.visits import Visit

_SECONDS_TO_ANSWER = 20


class OpenTerminal(Talk):
    """The connection to a running terminal."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.ready = False
        self._shown = ""

    def receive(self, message: Message) -> None:
        """Take in what the terminal shows."""
        kind, *told = json.loads(message)
        self.ready = self.ready or kind == "setup"
        if kind == "stdout":
            self._shown += told[0]

    async def run(self, command: str, seconds: float = _SECONDS_TO_ANSWER) -> str:
        """Run a shell command and wait for its end; return what it printed.

        Raises `Closed` where the server has closed the connection, `Silent` where nothing answers.
        """
        mark = uuid.uuid4().hex
        self._shown = ""
        # The typed line is shown too, with the quotes, and so isn't taken for the output.
        line = f"echo be''gin-{mark}; {command}; echo en''d-{mark}\r"
        self.socket.send(json.dumps(["stdin", line]))
        begin, end = f"begin-{mark}\r\n", f"end-{mark}"
        await until(lambda: end in self._shown or self.socket.ended.is_set(), seconds)
        if end not in self._shown:
            raise Closed(self.socket.close_code) if self.socket.ended.is_set() else Silent(seconds)
        return self._shown.partition(begin)[2].partition(end)[0].replace("\r\n", "\n").strip()


@asynccontextmanager
async def open_terminal(visit: "Visit", name: str | None = None) -> AsyncIterator[OpenTerminal]:
    """Start a terminal, or take the running one `name`, and open its websocket.

    Raises `Refused` where the server refuses either, `Closed` or `Silent` where it doesn't begin.
    """
    if name is None:
        started = await visit.ask("POST", "api/terminals")
        if not started.ok:
            raise Refused(started.status)
        name = str(started.body["name"])
    terminal = OpenTerminal(name)
    url = f"{visit.server}terminals/websocket/{name}"
    async with open_socket(visit.person, url, terminal.receive) as socket:
        terminal.begin(socket)
        await until(lambda: terminal.ready or socket.ended.is_set(), _SECONDS_TO_ANSWER)
        if not terminal.ready:
            raise (
                Closed(socket.close_code) if socket.ended.is_set() else Silent(_SECONDS_TO_ANSWER)
            )
        yield terminal
