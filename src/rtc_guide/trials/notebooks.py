"""A notebook open for editing together, as JupyterLab's page has it: one pycrdt document.

The protocol is jupyter-server-ydoc's: a request for a session, then the room's websocket with
y-protocols' sync messages.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jupyter_ydoc import YNotebook
from pycrdt import (
    TransactionEvent,
    YMessageType,
    YSyncMessageType,
    create_sync_message,
    create_update_message,
    handle_sync_message,
)

from rtc_guide.trials.sockets import Closed, Message, Refused, Silent, Socket, Talk, open_socket
from rtc_guide.trials.waiting import until

if TYPE_CHECKING:
    from rtc_guide.trials.visits import Visit

_SECONDS_TO_SYNC = 20


class OpenNotebook(Talk):
    """A person's document of a notebook that others may have open too."""

    def __init__(self) -> None:
        self.document = YNotebook()
        self.synced = False
        self._applying = False
        # Kept, since pycrdt ends what nobody holds.
        self._subscription = self.document.ydoc.observe(self._send)

    def begin(self, socket: Socket) -> None:
        """Ask for what the room has."""
        super().begin(socket)
        socket.send(create_sync_message(self.document.ydoc))

    def receive(self, message: Message) -> None:
        """Take in what the room sends; what isn't about the document is passed over."""
        if isinstance(message, str) or message[0] != YMessageType.SYNC:
            return
        self._applying = True
        try:
            reply = handle_sync_message(message[1:], self.document.ydoc)
        finally:
            self._applying = False
        if reply is not None:
            self.socket.send(reply)
        if message[1] == YSyncMessageType.SYNC_STEP2:
            self.synced = True

    def _send(self, event: TransactionEvent) -> None:
        if self._socket is not None and not self._applying:
            self._socket.send(create_update_message(event.update))

    def write(self, text: str) -> None:
        """Add a cell with this text and send it. Raises `Closed` where the room is closed.

        That it was sent doesn't mean that the room took it: look on disk.
        """
        if self.socket.ended.is_set():
            raise Closed(self.socket.close_code)
        self.document.append_cell({"cell_type": "markdown", "source": text, "metadata": {}})

    @property
    def texts(self) -> list[str]:
        """The texts of the cells, as this person sees them."""
        return [cell["source"] for cell in self.document.source["cells"]]

    async def sees(self, text: str, seconds: float) -> float | None:
        """Wait until a cell has this text; return the seconds, `None` if it doesn't come."""
        return await until(lambda: text in self.texts, seconds)


async def find_room(visit: "Visit", path: str) -> str:
    """Ask for the session of a notebook; return the address of its room's websocket.

    Raises `Refused` where the server refuses it.
    """
    asked = await visit.ask(
        "PUT", f"api/collaboration/session/{quote(path)}", {"format": "json", "type": "notebook"}
    )
    if not asked.ok:
        raise Refused(asked.status)
    session: dict[str, Any] = asked.body
    room = f"{session['format']}:{session['type']}:{session['fileId']}"
    return f"{visit.server}api/collaboration/room/{room}?sessionId={session['sessionId']}"


@asynccontextmanager
async def open_notebook(
    visit: "Visit", path: str, room: str | None = None
) -> AsyncIterator[OpenNotebook]:
    """Open a notebook of the visited server, and close it at the end.

    With `room`, which `find_room` returned earlier, only the websocket is asked for.

    Raises `Refused` where the server refuses the session or the room's websocket, `Closed` where
    it closes the room before the notebook has come, and `Silent` where that doesn't come.
    """
    notebook = OpenNotebook()
    url = room or await find_room(visit, path)
    async with open_socket(visit.person, url, notebook.receive) as socket:
        notebook.begin(socket)
        await until(lambda: notebook.synced or socket.ended.is_set(), _SECONDS_TO_SYNC)
        if not notebook.synced:
            raise Closed(socket.close_code) if socket.ended.is_set() else Silent(_SECONDS_TO_SYNC)
        yield notebook
