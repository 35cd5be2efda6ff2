"""Joining a room, going offline and coming back, leaving."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from logging import getLogger
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from pycrdt import Awareness, Doc, TransactionEvent

from .channels import ChannelClosed, ClosableChannel
from .people import Person, choose_color, read_people
from .presence import Presence
from .session import REMOTE, Session

SERVER_VARIABLE = "RTC_SERVER"
"""The environment variable that names the server for those who run natively."""

CATCH_UP_SECONDS = 2.0
"""How long joining waits for what the others have; a peer may be busy with a long cell."""

GOODBYE_SECONDS = 1.0
"""How long going offline waits for what is still to be sent."""

_log = getLogger("rtc_guide.room")
_joined: dict[tuple[str | None, str, str], Room] = {}


class ServerUnknown(Exception):
    """No server to join the room on, or no address of one; the message says what to do."""


@dataclass(frozen=True)
class Way:
    """How the people of a room reach each other."""

    open: Callable[[], Awaitable[ClosableChannel]]
    presence: Presence | None = None


async def join(
    name: str, person: str, *, color: str | None = None, server: str | None = None
) -> Room:
    """Join a room, and return it once its document is what the others have.

    In the browser without a server, a room is all who join it on this site in this browser. Joining
    again, from a cell that is run again, leaves the old room first and goes on with its text.

    Args:
        name: The room's.
        person: Whom to show to the others.
        color: A CSS colour; by default one chosen by the person's name.
        server: Where the server is, such as `ws://127.0.0.1:8000`. If none is given, natively the
            one that the environment variable `RTC_SERVER` names.

    Raises:
        ServerUnknown: Natively, no server was given; or it isn't the address of one.
        ChannelClosed: No server answers.
    """
    in_browser = sys.platform == "emscripten"
    server = server or (None if in_browser else os.environ.get(SERVER_VARIABLE))
    way = _find_way(name, server, in_browser)
    key = (server, name, person)
    former = _joined.pop(key, None)
    if former is not None:
        await former.leave()
    room = Room(
        name,
        person,
        color or choose_color(person),
        way,
        former.doc.get_update() if former is not None else None,
    )
    # Known from here on: should the connection fail, the text is still there for the next try.
    _joined[key] = room
    await room.connect()
    return room


def _find_way(name: str, server: str | None, in_browser: bool) -> Way:
    if server is not None:
        if not server.startswith(("ws://", "wss://")):
            raise ServerUnknown(
                f"A server's address begins with ws:// or wss://, and this one is {server!r}."
            )
        url = f"{server.rstrip('/')}/{quote(name, safe='')}"
        if in_browser:
            from . import browser

            return Way(lambda: browser.open_websocket(url))
        from . import native

        return Way(lambda: native.open_websocket(url))
    if not in_browser:
        raise ServerUnknown(
            "Outside the browser, the people of a room meet on a server, and none was named. "
            f"Set {SERVER_VARIABLE} or pass server=, for example "
            'join("recipe", "Ada", server="ws://127.0.0.1:8000"), '
            "with the address of a running pycrdt-websocket server."
        )
    from . import browser

    address = f"rtc-room:{name}"

    async def broadcast() -> ClosableChannel:
        return browser.BroadcastChannel(address)

    return Way(broadcast, browser.find_presence(address))


class Room:
    """One person in a room: the document, who else is there, and whether they are connected.

    `join` makes one. As an async context manager it is left at the end.
    """

    doc: Doc[Any]
    """The shared document."""
    awareness: Awareness
    """Who is there; the own state has `user` with `name` and `color`."""

    def __init__(
        self, name: str, person: str, color: str, way: Way, state: bytes | None = None
    ) -> None:
        """Prepare a room, offline.

        Args:
            name: The room's.
            person: Whom to show to the others.
            color: A CSS colour.
            way: How to reach the others.
            state: An update the document begins with.
        """
        self.name = name
        self.person = person
        self.color = color
        self.problem: str | None = None
        """What went wrong in the background, until the next connection."""
        self.doc = Doc()
        if state is not None:
            self.doc.apply_update(state)
        self.awareness = Awareness(self.doc)
        self.awareness.set_local_state({"user": {"name": person, "color": color}})
        self._way = way
        self._session: Session | None = None
        self._talk: asyncio.Task[None] | None = None
        self._left = False
        self._switching = asyncio.Lock()
        self._loop = asyncio.get_running_loop()
        self._made = 0
        self._sent = 0
        self._callbacks: list[Callable[[], None]] = []
        self._shown = self._look()
        self._telling = False
        self._on_edit = self.doc.observe(self._note_transaction)
        self._on_awareness = self.awareness.observe(self._note_awareness)
        self._renewal = asyncio.ensure_future(self.awareness.start())
        self._renewal.add_done_callback(self._note_end_of_renewal)

    @property
    def online(self) -> bool:
        """Whether edits are sent and received."""
        return self._session is not None

    @property
    def pending(self) -> int:
        """How many own transactions weren't sent to anybody yet."""
        return self._made - self._sent

    @property
    def people(self) -> tuple[Person, ...]:
        """Who is there, oneself included."""
        return read_people(self.awareness.states)

    def observe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Have a callback called after online, pending, problem or people changed.

        Returns:
            A function that ends it.
        """
        if not self._callbacks:
            self._shown = self._look()
        self._callbacks.append(callback)

        def unsubscribe() -> None:
            with suppress(ValueError):
                self._callbacks.remove(callback)

        return unsubscribe

    async def connect(self) -> None:
        """Go online, and wait until the document is what the others have.

        Does nothing when online. A peer that doesn't answer is not waited for longer than
        `CATCH_UP_SECONDS`: what it has comes later.

        Raises:
            ChannelClosed: No server answers.
            RuntimeError: This room was left.
        """
        async with self._switching:
            if self._left:
                raise RuntimeError("This room was left. Join it again to go on.")
            if self._session is None:
                await self._connect()

    async def disconnect(self) -> None:
        """Go offline: edits go on here, nothing is sent or received, and nobody else is seen."""
        async with self._switching:
            await self._disconnect()

    async def leave(self) -> None:
        """Go offline for good. The document stays usable; may be called again."""
        async with self._switching:
            await self._disconnect()
            if self._left:
                return
            self._left = True
            self.doc.unobserve(self._on_edit)
            self.awareness.unobserve(self._on_awareness)
            self._renewal.cancel()
            for key, room in list(_joined.items()):
                if room is self:
                    del _joined[key]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.leave()

    async def _connect(self) -> None:
        try:
            channel = await self._way.open()
        except ChannelClosed as error:
            self._report(str(error))
            raise
        presence = self._way.presence
        try:
            if presence is not None:
                await presence.enter(self.awareness.client_id)
            alone = presence is not None and not await presence.anyone()
        except BaseException:  # the cell was interrupted, for example
            channel.close()
            self._forget_session()
            raise
        self.problem = None
        session = Session(
            self.doc, self.awareness, channel, self._made, self._note_sent, self._report
        )
        self._session = session
        self._talk = asyncio.ensure_future(session.run())
        self._talk.add_done_callback(self._note_end_of_talk)
        self._changed()
        if not alone:
            answer = asyncio.ensure_future(session.caught_up.wait())
            try:
                await asyncio.wait(
                    (answer, self._talk),
                    timeout=CATCH_UP_SECONDS,
                    return_when=asyncio.FIRST_COMPLETED,
                )
            finally:
                answer.cancel()

    async def _disconnect(self) -> None:
        session, talk = self._session, self._talk
        if session is None or talk is None:
            return
        # The others are to see one leave, and one's own state is to be there for coming back:
        # with a later clock, or the others would take it for an old one.
        state = self.awareness.get_local_state()
        self._survive_observers(partial(self.awareness.set_local_state, None))
        session.finish()
        self._survive_observers(partial(self.awareness.set_local_state, state))
        self._forget_session()
        await asyncio.wait((talk,), timeout=GOODBYE_SECONDS)
        talk.cancel()
        await asyncio.gather(talk, return_exceptions=True)

    def _forget_session(self) -> None:
        self._session = self._talk = None
        if self._way.presence is not None:
            self._way.presence.leave()
        others = [client for client in self.awareness.meta if client != self.awareness.client_id]
        self._survive_observers(partial(self.awareness.remove_awareness_states, others, "offline"))
        for client in others:
            # Its clock too: the same state must count as news when one is back.
            del self.awareness.meta[client]
        self._changed()

    def _note_end_of_talk(self, talk: asyncio.Task[None]) -> None:
        if talk is not self._talk:
            return  # by `disconnect`
        error = None if talk.cancelled() else talk.exception()
        if isinstance(error, ChannelClosed):
            self._report(f"{error} Edits are kept here until you connect again.")
        elif error is not None:
            _log.error("The connection of room %s failed", self.name, exc_info=error)
            self._report(f"The connection failed: {error!r}. Connect again to go on.")
        self._forget_session()

    def _note_end_of_renewal(self, renewal: asyncio.Task[None]) -> None:
        error = None if renewal.cancelled() else renewal.exception()
        if error is not None:
            _log.error("The awareness of room %s failed", self.name, exc_info=error)
            self._report(f"Who is here is not kept up to date any more: {error!r}.")

    def _note_transaction(self, event: TransactionEvent) -> None:
        if self._session is not None and self._session.applying:
            return
        self._made += 1
        if self._session is not None:
            self._session.send_update(event.update, self._made)
        self._changed()

    def _note_awareness(self, topic: str, change: tuple[dict[str, list[int]], Any]) -> None:
        clients, origin = change
        presence = self._way.presence
        if topic == "update" and origin == "local" and self._session is not None:
            self._session.introduce()
        elif topic == "update" and origin == REMOTE and presence is not None:
            for client in {*clients["added"], *clients["updated"]} - {self.awareness.client_id}:
                presence.watch(client, partial(self._note_gone, client))
        self._changed()

    def _note_gone(self, client: int) -> None:
        self._survive_observers(partial(self.awareness.remove_awareness_states, [client], "gone"))

    def _survive_observers(self, change: Callable[[], None]) -> None:
        try:
            change()
        except Exception as error:
            # The awareness has changed by then, but who would have heard of it next did not.
            _log.exception("An observer of the awareness of room %s failed", self.name)
            self._report(f"An observer of the awareness failed: {error!r}")
            if self._session is not None:
                self._session.introduce()

    def _note_sent(self, made: int) -> None:
        self._sent = max(self._sent, made)
        self._changed()

    def _report(self, problem: str) -> None:
        self.problem = problem
        self._changed()

    def _look(self) -> tuple[object, ...]:
        return (self.online, self.pending, self.problem, self.people)

    def _changed(self) -> None:
        # A BroadcastChannel takes a keystroke in the same turn of the loop: a turn later,
        # nothing is pending and there is nothing to tell.
        if not self._telling and self._callbacks:
            self._telling = True
            self._loop.call_soon(self._tell)

    def _tell(self) -> None:
        self._telling = False
        if (now := self._look()) == self._shown:
            return
        self._shown = now
        for callback in list(self._callbacks):
            try:
                callback()
            except Exception:
                _log.exception("An observer of room %s failed", self.name)
