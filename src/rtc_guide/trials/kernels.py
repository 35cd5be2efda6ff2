"""A kernel that a person started on a server, and its websocket."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rtc_guide.trials.sockets import Closed, Message, Refused, Silent, Talk, open_socket
from rtc_guide.trials.waiting import until

if TYPE_CHECKING:
    from rtc_guide.trials.visits import Visit

_SECONDS_TO_START = 60


@dataclass(frozen=True)
class Ran:
    """What running code came to: its output, and the name of the error that ended it, if any."""

    output: str
    error: str | None


class OpenKernel(Talk):
    """The connection to a running kernel."""

    def __init__(self, id_: str) -> None:
        self.id = id_
        self.session = uuid.uuid4().hex
        self._received: list[dict[str, Any]] = []

    def receive(self, message: Message) -> None:
        """Take in what the kernel sends."""
        if isinstance(message, str):
            self._received.append(json.loads(message))

    async def run(self, code: str, seconds: float = _SECONDS_TO_START) -> Ran:
        """Run code and wait for its end.

        Raises `Closed` where the server has closed the connection, `Silent` where nothing answers.
        """
        id_ = uuid.uuid4().hex
        self._received.clear()
        self.socket.send(json.dumps(_request(id_, self.session, code)))

        def answers() -> list[dict[str, Any]]:
            return [one for one in self._received if one["parent_header"].get("msg_id") == id_]

        def done() -> bool:
            return any(one["content"].get("execution_state") == "idle" for one in answers())

        await until(lambda: done() or self.socket.ended.is_set(), seconds)
        if not done():
            raise Closed(self.socket.close_code) if self.socket.ended.is_set() else Silent(seconds)
        output = "".join(one["content"]["text"] for one in answers() if one["msg_type"] == "stream")
        errors = [one["content"]["ename"] for one in answers() if one["msg_type"] == "error"]
        return Ran(output.strip(), errors[0] if errors else None)


def _request(id_: str, session: str, code: str) -> dict[str, Any]:
    """Return an execute_request of Jupyter's messaging protocol, version 5.3."""
    return {
        "channel": "shell",
        "header": {
            "msg_id": id_,
            "msg_type": "execute_request",
            "session": session,
            "username": "",
            "date": datetime.now(UTC).isoformat(),
            "version": "5.3",
        },
        "parent_header": {},
        "metadata": {},
        "content": {
            "code": code,
            "silent": False,
            "store_history": False,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        },
        "buffers": [],
    }


@asynccontextmanager
async def open_kernel(visit: "Visit", id_: str | None = None) -> AsyncIterator[OpenKernel]:
    """Start a kernel, or take the running one `id_`, and open its websocket.

    A kernel goes on running when the websocket is closed, as it does for people.

    Raises `Refused` where the server refuses either.
    """
    if id_ is None:
        started = await visit.ask("POST", "api/kernels", {"name": "python3"})
        if not started.ok:
            raise Refused(started.status)
        id_ = str(started.body["id"])
    kernel = OpenKernel(id_)
    url = f"{visit.server}api/kernels/{id_}/channels?session_id={kernel.session}"
    async with open_socket(visit.person, url, kernel.receive) as socket:
        kernel.begin(socket)
        yield kernel
        # What was sent last is on its way before the websocket ends.
        await asyncio.sleep(0)
