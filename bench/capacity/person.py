"""A person's JupyterLab page as the server knows it: a document, a cursor, and two websockets.

Everything on the wire is what JupyterLab's page sends for a key: the update of the document and,
since the cursor moves, the whole state of the awareness (seen with 4.6.6 and jupyter-collaboration
5.0.4). The websocket client is picows, which costs a fraction of what the servers spend on a
message: else the clients would be measured.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from itertools import cycle
from typing import Any

from journal import NOW, Journal
from jupyter_ydoc import YNotebook
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect
from pycrdt import (
    Assoc,
    Awareness,
    Doc,
    StickyIndex,
    Text,
    TransactionEvent,
    YMessageType,
    YSyncMessageType,
    create_awareness_message,
    create_sync_message,
    create_update_message,
    handle_sync_message,
)

SECONDS_TO_OPEN = 30
# A page says again that it is there, even when nobody moves: y-protocols' awareness, half of its
# 30 s. https://github.com/yjs/y-protocols/blob/v1.0.6/awareness.js
SECONDS_TO_RENEW = 15
_TYPED = "the mean of this column is higher than in the years before and we do not know why "
_COLORS = 7


class NotOpened(Exception):
    """A notebook did not come in time; the message says which."""


def user(number: int) -> dict[str, str]:
    """Return a person as the page tells of them in the awareness."""
    name = f"Anonymous Person {number}"
    return {
        "username": f"{number:032x}",
        "name": name,
        "display_name": name,
        "initials": "AP",
        "color": f"var(--jp-collaborator-color{number % _COLORS + 1})",
    }


class Page(WSListener):  # type: ignore[misc]
    """A person's notebook, open with others or alone."""

    def __init__(self, number: int, journal: Journal | None = None, others: int = 0) -> None:
        self.document = YNotebook()
        self.synced = asyncio.Event()
        self.ended = asyncio.Event()
        self._journal = journal
        self._others = others
        self._letters = cycle(_TYPED)
        self._transport: WSTransport | None = None
        self._applying = False
        self._pressed_at = 0.0
        self._doc: Doc[Any] = self.document.ydoc
        self._awareness = Awareness(self._doc)
        self._awareness.set_local_state({"user": user(number), "autosave": True, "cursors": []})
        # Kept, since pycrdt ends what nobody holds.
        self._subscription = self._doc.observe(self._changed)

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Ask for what the room has, and tell who is here; picows calls this."""
        self._transport = transport
        self._send(create_sync_message(self._doc))
        self._tell_awareness()

    def on_ws_disconnected(self, _: WSTransport) -> None:
        """Remember the end; picows calls this."""
        self.ended.set()

    def on_ws_frame(self, _: WSTransport, frame: WSFrame) -> None:
        """Take in what the room sends; others' cursors are passed over, as only a screen has use."""
        message = frame.get_payload_as_bytes()
        if frame.msg_type != WSMsgType.BINARY or message[0] != YMessageType.SYNC:
            return
        self._applying = True
        try:
            reply = handle_sync_message(message[1:], self._doc)
        finally:
            self._applying = False
        if reply is not None:
            self._send(reply)
        if message[1] == YSyncMessageType.SYNC_UPDATE and self._journal is not None:
            self._journal.arrive(message, self._doc.client_id)
        elif message[1] == YSyncMessageType.SYNC_STEP2:
            self.synced.set()

    def settle(self, cell: int) -> None:
        """Put the cursor at the end of a cell."""
        self._source: Text = self.document.ycells[cell]["source"]
        self._tell_cursor()

    def press(self) -> None:
        """Press a key: the document changes and is sent, then the cursor that has moved."""
        self._pressed_at = NOW()
        self._source.insert(len(self._source), next(self._letters))
        self._tell_cursor()

    @property
    def texts(self) -> list[str]:
        """The texts of the cells, as this person sees them."""
        return [str(cell["source"]) for cell in self.document.ycells]

    def _changed(self, event: TransactionEvent) -> None:
        if self._applying or self._transport is None:
            return
        message = create_update_message(event.update)
        if self._journal is not None:
            self._journal.press(message, self._pressed_at, self._others)
        self._send(message)

    def _tell_cursor(self) -> None:
        end = StickyIndex.new(self._source, len(self._source), Assoc.AFTER).to_json()
        cursor = {"anchor": end, "head": end, "primary": True, "empty": True}
        self._awareness.set_local_state_field("cursors", [cursor])
        self._tell_awareness()

    def _tell_awareness(self) -> None:
        update = self._awareness.encode_awareness_update([self._awareness.client_id])
        self._send(create_awareness_message(update))

    def _send(self, message: bytes) -> None:
        assert self._transport is not None
        self._transport.send(WSMsgType.BINARY, message)


class Presence(WSListener):  # type: ignore[misc]
    """The page's other websocket, by which all users of a server know who is there."""

    def __init__(self, number: int, path: str) -> None:
        self._awareness = Awareness(Doc())
        self._state = {"user": user(number), "current": f"notebook:{path}", "documents": [path]}

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Tell who is here; picows calls this."""
        self._transport = transport
        self.renew()

    def renew(self) -> None:
        """Say again who is here."""
        self._awareness.set_local_state(self._state)
        update = self._awareness.encode_awareness_update([self._awareness.client_id])
        self._transport.send(WSMsgType.BINARY, create_awareness_message(update))


@asynccontextmanager
async def opened(page: Page, url: str, headers: Mapping[str, str]) -> AsyncIterator[Page]:
    """Open a person's notebook, and close it at the end.

    Raises `NotOpened` where the room refuses it or does not give it in time.
    """
    try:
        async with asyncio.timeout(SECONDS_TO_OPEN):
            transport, _ = await ws_connect(lambda: page, url, extra_headers=dict(headers))
            await page.synced.wait()
    except (OSError, TimeoutError, RuntimeError) as error:
        raise NotOpened(f"a notebook did not come ({error or type(error).__name__})") from error
    try:
        yield page
    finally:
        transport.disconnect()
        await transport.wait_disconnected()


@asynccontextmanager
async def present(
    presence: Presence, url: str, headers: Mapping[str, str], phase: float
) -> AsyncIterator[None]:
    """Be known to all users of a server; `phase` is after how many seconds to renew it first."""
    transport, _ = await ws_connect(lambda: presence, url, extra_headers=dict(headers))

    async def renew() -> None:
        await asyncio.sleep(phase)
        while True:
            presence.renew()
            await asyncio.sleep(SECONDS_TO_RENEW)

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()
        transport.disconnect()
        await transport.wait_disconnected()
