"""A person's JupyterLab page as the server knows it: websockets, and requests now and then.

What goes over the wire is what was seen between a browser and JupyterLab 4.6.6 with
jupyter-collaboration 5.0.4. The websocket client is picows, which costs a fraction of what the
servers spend on a message: else the clients would be measured.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from itertools import cycle
from typing import Any

from awareness import Told, user
from journal import NOW, Journal
from jupyter_ydoc import YNotebook
from picows import WSError, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect
from pycrdt import (
    Assoc,
    Doc,
    StickyIndex,
    Text,
    TransactionEvent,
    YMessageType,
    YSyncMessageType,
    create_sync_message,
    create_update_message,
    handle_sync_message,
)

SECONDS_TO_OPEN = 20
# A page says again that it is there, even when nobody moves: y-protocols' awareness.
_SECONDS_TO_RENEW = 15
_TYPED = "the mean of this column is higher than in the years before and we do not know why "


class NotOpened(Exception):
    """A notebook did not come in time; the message says why."""


class Socket(WSListener):  # type: ignore[misc]
    """One of the page's websockets; what comes in is passed over."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self._transport: WSTransport | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Keep the connection; picows calls this."""
        self._transport = transport

    def on_ws_disconnected(self, _: WSTransport) -> None:
        """Remember the end; picows calls this."""
        self.ended.set()

    def send(self, message: bytes) -> None:
        """Send a message, unless the connection has ended."""
        if self._transport is not None and not self.ended.is_set():
            self._transport.send(WSMsgType.BINARY, message)


class Presence(Socket):
    """The websocket by which all users of a server know who is there."""

    def __init__(self, number: int, path: str) -> None:
        super().__init__()
        state = {"user": user(number), "current": f"notebook:{path}", "documents": [path]}
        self._told = Told(Doc(), state)

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Tell who is here; picows calls this."""
        super().on_ws_connected(transport)
        self.tell()

    def on_ws_frame(self, _: WSTransport, frame: WSFrame) -> None:
        """Tell on what is new; picows calls this."""
        message = frame.get_payload_as_bytes()
        if message[0] == YMessageType.AWARENESS and self._told.is_news(message):
            self.send(message)

    def tell(self) -> None:
        """Say again who is here."""
        self.send(self._told.tell())


class Page(Socket):
    """A person's notebook, open with others or alone."""

    def __init__(self, number: int, journal: Journal | None = None, others: int = 0) -> None:
        super().__init__()
        self.document = YNotebook()
        self.synced = asyncio.Event()
        self.saves = 0
        """How often the server has said that it saved the notebook."""
        self._journal = journal
        self._others = others
        self._letters = cycle(_TYPED)
        self._applying = False
        self._pressed_at = 0.0
        self._doc: Doc[Any] = self.document.ydoc
        self._hash = self.document.hash
        self._told = Told(self._doc, {"user": user(number), "autosave": True, "cursors": []})
        self._told_at = 0.0
        # Kept, since pycrdt ends what nobody holds.
        self._subscription = self._doc.observe(self._changed)

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Ask for what the room has, and tell who is here; picows calls this."""
        super().on_ws_connected(transport)
        self.send(create_sync_message(self._doc))
        self._tell()

    def on_ws_frame(self, _: WSTransport, frame: WSFrame) -> None:
        """Take in what the room sends; picows calls this."""
        if frame.msg_type != WSMsgType.BINARY:
            return
        message = frame.get_payload_as_bytes()
        if message[0] == YMessageType.SYNC:
            self._take_in(message)
        elif message[0] == YMessageType.AWARENESS and self._told.is_news(message):
            self.send(message)

    def ask_again(self) -> None:
        """Ask for what the room has; `synced` is set once it has answered."""
        self.synced.clear()
        self.send(create_sync_message(self._doc))

    def settle(self, cell: int) -> None:
        """Put the cursor at the end of a cell."""
        self._source: Text = self.document.ycells[cell]["source"]
        self.move()

    def move(self) -> None:
        """Move the cursor, as somebody who comes back to the text does."""
        # After the text's end there is nothing to stick to, and pycrdt 0.14.13 panics.
        at = StickyIndex.new(self._source, len(self._source), Assoc.BEFORE).to_json()
        # As pages write it; nobody here looks the text up.
        at |= {"type": {"client": 0, "clock": 0}, "tname": None}
        self._tell(cursors=[{"anchor": at, "head": at, "primary": True, "empty": True}])

    def press(self) -> None:
        """Press a key: text and the mark that it is unsaved change together, the cursor follows.

        A page does not tell its cursor then, since it stays with what it stood before.
        """
        self._pressed_at = NOW()
        with self._doc.transaction():
            self._source.insert(len(self._source), next(self._letters))
            self.document.dirty = True

    def renew(self) -> None:
        """Say again that this page is there, if it has said nothing of itself for long."""
        if NOW() - self._told_at >= _SECONDS_TO_RENEW:
            self._tell()

    @property
    def texts(self) -> list[str]:
        """The texts of the cells, as this person sees them."""
        return [str(cell["source"]) for cell in self.document.ycells]

    def _take_in(self, message: bytes) -> None:
        self._applying = True
        try:
            reply = handle_sync_message(message[1:], self._doc)
        finally:
            self._applying = False
        if reply is not None:
            self.send(reply)
        if message[1] == YSyncMessageType.SYNC_STEP2:
            self.synced.set()
        elif message[1] == YSyncMessageType.SYNC_UPDATE and self._journal is not None:
            is_key = self._journal.arrive(message, self._doc.client_id)
            if not is_key and self.document.hash != self._hash:
                self._hash = self.document.hash
                self.saves += 1

    def _changed(self, event: TransactionEvent) -> None:
        if self._applying or self._transport is None:
            return
        message = create_update_message(event.update)
        if self._journal is not None:
            self._journal.press(message, self._pressed_at, self._others)
        self.send(message)

    def _tell(self, **changed: Any) -> None:
        self._told_at = NOW()
        self.send(self._told.tell(**changed))


@asynccontextmanager
async def connected(socket: Socket, url: str, headers: Mapping[str, str]) -> AsyncIterator[None]:
    """Open a websocket, and close it at the end. Raises `NotOpened` where the server refuses it."""
    try:
        async with asyncio.timeout(SECONDS_TO_OPEN):
            transport, _ = await ws_connect(lambda: socket, url, extra_headers=dict(headers))
    except (OSError, TimeoutError, WSError) as error:
        what = f"{type(error).__name__}: {error}".rstrip(": ")
        raise NotOpened(f"a websocket was not opened ({what})") from error
    try:
        yield
    finally:
        transport.disconnect()
        await transport.wait_disconnected()


@asynccontextmanager
async def opened(page: Page, url: str, headers: Mapping[str, str]) -> AsyncIterator[Page]:
    """Open a person's notebook, and close it at the end.

    Raises `NotOpened` where the room refuses it or does not give it in time.
    """
    async with connected(page, url, headers):
        try:
            async with asyncio.timeout(SECONDS_TO_OPEN):
                await page.synced.wait()
        except TimeoutError as error:
            raise NotOpened(f"a notebook did not come within {SECONDS_TO_OPEN} s") from error
        yield page
