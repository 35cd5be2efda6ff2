"""Channels and presence of the browser, used through Pyodide: in its worker or on a page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from logging import getLogger
from typing import Any

import js  # type: ignore[import-not-found]
from pyodide.ffi import (  # type: ignore[import-not-found]
    JsBuffer,
    JsException,
    create_proxy,
    to_js,
)

from .channels import ChannelClosed, ClosableChannel

_log = getLogger("rtc_guide.room")


class _EventChannel(ClosableChannel):
    """A JavaScript object with `message` events, as a channel."""

    def __init__(self, path: str, target: Any) -> None:
        super().__init__(path)
        self._target = target
        self._inbox: asyncio.Queue[bytes | ChannelClosed] = asyncio.Queue()
        self._proxies: dict[str, Any] = {}
        self._closed: ChannelClosed | None = None
        self._listen("message", self._on_message)

    async def recv(self) -> bytes:
        """Wait for the next message; raises `ChannelClosed`."""
        if self._closed is not None and self._inbox.empty():
            raise self._closed
        message = await self._inbox.get()
        if isinstance(message, ChannelClosed):
            raise message
        return message

    def close(self) -> None:
        """Close it; who waits in `recv` is told."""
        if self._closed is None:
            self._end("This channel was closed.")
            self._target.close()

    def _listen(self, event: str, callback: Callable[[Any], None]) -> None:
        self._proxies[event] = create_proxy(callback)
        self._target.addEventListener(event, self._proxies[event])

    def _on_message(self, event: Any) -> None:
        data = event.data
        if isinstance(data, JsBuffer):
            self._inbox.put_nowait(data.to_bytes())
        else:
            _log.warning("Ignored a message on %s that isn't bytes: %.40s", self.path, data)

    def _end(self, reason: str) -> None:
        self._closed = ChannelClosed(reason)
        self._inbox.put_nowait(self._closed)
        for event, proxy in self._proxies.items():
            self._target.removeEventListener(event, proxy)
            proxy.destroy()
        self._proxies.clear()


class BroadcastChannel(_EventChannel):
    """The BroadcastChannel of a name: all pages and workers of one site, in one browser."""

    def __init__(self, name: str) -> None:
        super().__init__(name, js.BroadcastChannel.new(name))

    async def send(self, message: bytes) -> None:
        """Send a message to all others; raises `ChannelClosed`."""
        if self._closed is not None:
            raise self._closed
        self._target.postMessage(to_js(message))


class WebSocketChannel(_EventChannel):
    """The browser's WebSocket, already open; see `open_websocket`."""

    def __init__(self, url: str, socket: Any) -> None:
        super().__init__(url, socket)
        self._listen("close", self._on_close)

    async def send(self, message: bytes) -> None:
        """Send a message; raises `ChannelClosed`."""
        if self._closed is not None:
            raise self._closed
        self._target.send(to_js(message))

    def _on_close(self, event: Any) -> None:
        self._end(f"The server at {self.path} closed the connection.")


async def open_websocket(url: str) -> WebSocketChannel:
    """Connect to a server.

    Args:
        url: The room's own, such as `ws://127.0.0.1:8000/recipe`.

    Raises:
        ChannelClosed: No server answers there, or the browser doesn't allow it.
    """
    try:
        socket = js.WebSocket.new(url)
    except JsException as error:
        # A page that came by https may not open ws://.
        raise ChannelClosed(f"The browser doesn't connect to {url}: {error}.") from error
    socket.binaryType = "arraybuffer"
    # Listens from the first moment: the server's first message may come with the opening.
    channel = WebSocketChannel(url, socket)
    opened = asyncio.get_running_loop().create_future()

    def settle(event: Any) -> None:
        if not opened.done():
            opened.set_result(event.type)

    proxy = create_proxy(settle)
    for event in ("open", "close"):
        socket.addEventListener(event, proxy)
    try:
        if await opened == "close":
            raise ChannelClosed(
                f"No server took the connection at {url}. "
                "Is the server running, and is its address right?"
            )
    finally:
        for event in ("open", "close"):
            socket.removeEventListener(event, proxy)
        proxy.destroy()
    return channel


class WebLocks:
    """Presence by the Web Locks API: a lock held for as long as one is there.

    The browser releases a worker's locks when the worker dies, so that whoever waits for one knows.
    A lock's name has a number for each time one enters: whoever comes back at once doesn't wait
    for those who still look after the former lock. Those without a lock aren't watched.
    Source: https://developer.mozilla.org/en-US/docs/Web/API/Web_Locks_API
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._client_id = 0
        self._entered = 0
        self._gate: Any = None
        self._watches: dict[int, asyncio.Task[None]] = {}
        self._abort: Any = None

    async def enter(self, client_id: int) -> None:
        """Hold a lock, until `leave` or until this worker dies."""
        self._client_id = client_id
        self._entered += 1
        self._gate = gate = js.Promise.withResolvers()
        self._abort = js.AbortController.new()
        held = asyncio.get_running_loop().create_future()

        def hold(_lock: Any) -> Any:
            held.set_result(None)
            return gate.promise

        proxy = create_proxy(hold)
        js.navigator.locks.request(f"{self._name}:{client_id}:{self._entered}", proxy)
        await held
        proxy.destroy()

    def leave(self) -> None:
        """Release the lock and stop watching others; may be called again."""
        if self._gate is not None:
            self._gate.resolve(None)
            self._abort.abort()
            self._gate = self._abort = None
        for task in self._watches.values():
            task.cancel()
        self._watches.clear()

    async def anyone(self) -> bool:
        """Whether somebody else holds a lock of this room."""
        mine = f"{self._name}:{self._client_id}:"
        return any(not name.startswith(mine) for name in await self._held(f"{self._name}:"))

    def watch(self, client_id: int, gone: Callable[[], None]) -> None:
        """Call `gone` once the client's lock is released, if it has one."""
        if client_id not in self._watches and self._abort is not None:
            self._watches[client_id] = asyncio.ensure_future(self._wait(client_id, gone))

    async def _wait(self, client_id: int, gone: Callable[[], None]) -> None:
        options = js.Object.new()
        options.signal = self._abort.signal
        passing = create_proxy(lambda _lock: None)
        try:
            watched = False
            while names := await self._held(f"{self._name}:{client_id}:"):
                watched = True
                await js.navigator.locks.request(names[0], options, passing)
            # Otherwise somebody who speaks the protocol without holding a lock.
            if watched:
                gone()
        except JsException:
            pass  # aborted by `leave`
        finally:
            passing.destroy()
            if self._watches.get(client_id) is asyncio.current_task():
                del self._watches[client_id]

    async def _held(self, prefix: str) -> list[str]:
        found = await js.navigator.locks.query()
        return [lock.name for lock in found.held if lock.name.startswith(prefix)]


def find_presence(name: str) -> WebLocks | None:
    """Return the presence of a room, or None where the browser has no locks (insecure pages)."""
    return WebLocks(name) if hasattr(js.navigator, "locks") and js.navigator.locks else None
