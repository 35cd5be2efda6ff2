"""One connection of a room: what a peer says to others, and what it does with what they say.

A peer that connects **asks and offers**. It asks for what it hasn't (SYNC_STEP1), offers all that
it has (an update with the whole document, which costs nobody anything who has it already), and
introduces itself (its awareness). From then on it sends its own edits and its own awareness. A peer
answers a question with what the asker lacks, and introduces itself to whoever it didn't know.

That one habit serves both kinds of channel. On a BroadcastChannel nobody presides: the offer
is how edits made offline reach those who never ask again. A pycrdt-websocket server asks by itself,
but doesn't know who is there: introductions are how a newcomer sees the others. The y-websocket
client does the same on its BroadcastChannel; a query for awareness (message 3 of y-protocols, which
pycrdt has no name for) is answered too.

pycrdt's own Provider is not used for it: it carries no awareness, sends back what it received, ends
with the first damaged message, and can't tell what has been sent. Channels work with it unchanged.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from logging import getLogger
from typing import Any

from pycrdt import (
    Awareness,
    Decoder,
    Doc,
    YMessageType,
    YSyncMessageType,
    create_awareness_message,
    create_sync_message,
    create_update_message,
    handle_sync_message,
    read_message,
)

from .channels import ClosableChannel

REMOTE = "rtc_guide.room.remote"
"""The origin of transactions that apply what others sent; an UndoManager should not track it."""

QUERY_AWARENESS = 3
"""y-protocols: somebody wants to know who is there."""

_log = getLogger("rtc_guide.room")


@dataclass(frozen=True)
class Outgoing:
    """A message to send; `made` is how many own transactions others have once it is sent."""

    message: bytes
    made: int | None = None


class Session:
    """A document and its awareness on one channel, from connecting to the end of the channel."""

    def __init__(
        self,
        doc: Doc[Any],
        awareness: Awareness,
        channel: ClosableChannel,
        made: int,
        sent: Callable[[int], None],
        report: Callable[[str], None],
    ) -> None:
        """Prepare the greeting; nothing is sent before `run`.

        Args:
            doc: The document.
            awareness: Its awareness.
            channel: An open channel, which this session closes.
            made: How many transactions of one's own the document has.
            sent: Called with the number of own transactions that were sent.
            report: Called with a sentence when something went wrong that the person should know.
        """
        self._doc = doc
        self._awareness = awareness
        self._channel = channel
        self._sent = sent
        self._report = report
        self._outbox: asyncio.Queue[Outgoing | None] = asyncio.Queue()
        self._finishing = False
        self.applying = False
        """Whether what others sent is being applied right now."""
        self.caught_up = asyncio.Event()
        """Set by the first answer to the question."""
        self._put(create_sync_message(doc))
        self._put(create_update_message(doc.get_update()), made)
        self.introduce()

    def send_update(self, update: bytes, made: int) -> None:
        """Send an own transaction, the `made`-th."""
        self._put(create_update_message(update), made)

    def introduce(self) -> None:
        """Send one's own awareness."""
        me = self._awareness.client_id
        self._put(create_awareness_message(self._awareness.encode_awareness_update([me])))

    def finish(self) -> None:
        """Receive nothing any more, send what is waiting and a goodbye, then end `run`."""
        if not self._finishing:
            self._finishing = True
            self._outbox.put_nowait(None)

    async def run(self) -> None:
        """Talk until `finish` or the end of the channel.

        Raises:
            ChannelClosed: The channel ended without being asked to.
        """
        tasks = [asyncio.ensure_future(self._send()), asyncio.ensure_future(self._receive())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            self._channel.close()
        for result in results:
            if isinstance(result, Exception) and not self._finishing:
                raise result

    async def _send(self) -> None:
        while (outgoing := await self._outbox.get()) is not None:
            await self._channel.send(outgoing.message)
            if outgoing.made is not None:
                self._sent(outgoing.made)

    async def _receive(self) -> None:
        while True:
            message = await self._channel.recv()
            if self._finishing:
                continue
            try:
                await self._handle(message)
            except ExceptionGroup as group:
                # pycrdt raises so what observers raised; the update itself was applied.
                _log.exception("An observer of the document failed at an edit of somebody else")
                self._report(f"An observer of the document failed: {group.exceptions[0]!r}")
            except Exception as error:
                _log.warning(
                    "Ignored a message on %s that is damaged or not of this protocol: %s (%r)",
                    self._channel.path,
                    message[:16].hex(),
                    error,
                )

    async def _handle(self, message: bytes) -> None:
        if message[0] == YMessageType.SYNC:
            kind = YSyncMessageType(message[1])
            reply = await self._apply(message[1:])
            if kind == YSyncMessageType.SYNC_STEP2:
                self.caught_up.set()
            if reply is not None:
                self._put(reply)
        elif message[0] == YMessageType.AWARENESS:
            update = read_message(message[1:])
            check_awareness(update)
            self._meet(update)
        elif message[0] == QUERY_AWARENESS:
            self.introduce()
        else:
            raise ValueError(f"unknown kind of message {message[0]}")

    async def _apply(self, message: bytes) -> bytes | None:
        while True:
            try:
                transaction = self._doc.transaction(origin=REMOTE)
                break
            except RuntimeError:
                # Somebody's transaction is open while they await something: theirs goes first.
                await asyncio.sleep(0.01)
        self.applying = True
        try:
            with transaction:
                return handle_sync_message(message, self._doc)
        finally:
            self.applying = False

    def _meet(self, update: bytes) -> None:
        states, own = self._awareness.states, self._awareness.meta[self._awareness.client_id]
        known, clock = set(states), own["clock"]
        try:
            self._awareness.apply_awareness_update(update, REMOTE)
        except Exception as error:
            # The update was checked: an observer raised. All states are in place by then.
            _log.exception("An observer of the awareness failed")
            self._report(f"An observer of the awareness failed: {error!r}")
        own = self._awareness.meta[self._awareness.client_id]
        # A newcomer is told who is here (pycrdt's "added" leaves out those who come back), and
        # whoever said that one is gone, that one isn't.
        if set(states) - known or own["clock"] != clock:
            self.introduce()

    def _put(self, message: bytes, made: int | None = None) -> None:
        if not self._finishing:
            self._outbox.put_nowait(Outgoing(message, made))


def check_awareness(update: bytes) -> None:
    """Read an awareness update to its end; pycrdt applies one while it reads it.

    Raises:
        ValueError: It is damaged, or a state is no JSON object.
    """
    decoder = Decoder(update)
    try:
        for _ in range(decoder.read_var_uint()):
            decoder.read_var_uint()
            decoder.read_var_uint()
            text = decoder.read_var_string()
            # "null" is somebody who left; pycrdt would take nothing at all for the same.
            if not isinstance(json.loads(text), dict | None):
                raise ValueError(f"a state that is no JSON object: {text[:40]}")
    except (IndexError, RuntimeError) as error:
        raise ValueError("an awareness update that ends too early") from error
