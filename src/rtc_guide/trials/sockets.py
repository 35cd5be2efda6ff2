"""A websocket as a person's browser opens it, and what its end was.

The client is Tornado's: it reads all the time, so that the server's end is seen at once and its
answers are never waited for in vain; it keeps the close code; and it runs in no task group, so
that sockets may be opened and closed in any order.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.iostream import StreamClosedError
from tornado.simple_httpclient import HTTPStreamClosedError, HTTPTimeoutError
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, websocket_connect

from rtc_guide.trials.people import Person

Message = str | bytes
_SECONDS = 30


class Denied(Exception):
    """Somebody didn't get what they asked of a server; the message says how, for a proof."""


class Refused(Denied):
    """The server didn't let somebody have what they asked for; `status` is 0 without an answer."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}" if status else "no answer")
        self.status = status

    @property
    def is_no(self) -> bool:
        """Whether the server said no to this person; no answer, or a failure, doesn't."""
        return self.status in (302, 401, 403)


class Closed(Denied):
    """The server closed a connection; `code` is `None` where it just broke."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"close code {code}" if code else "the connection broke")
        self.code = code


class Silent(Denied):
    """What is open doesn't answer; `seconds` is how long it was waited for."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no answer for {seconds:.0f} s")
        self.seconds = seconds


class Socket:
    """An open websocket; `open_socket` makes it."""

    def __init__(self, receive: Callable[[Message], None]) -> None:
        self._receive = receive
        self._connection: WebSocketClientConnection | None = None
        self._early: list[Message | None] = []
        self.ended = asyncio.Event()
        """Set once the connection has ended."""

    @property
    def close_code(self) -> int | None:
        """The code with which the server closed it, if it has."""
        return self._connection.close_code if self._connection else None

    def send(self, message: Message) -> None:
        """Send a message. Raises `Closed` where the server has closed."""
        assert self._connection is not None
        try:
            # What it returns tells when the message is written, which nobody waits for.
            self._connection.write_message(message, binary=isinstance(message, bytes))
        except (WebSocketClosedError, StreamClosedError) as error:
            raise Closed(self.close_code) from error

    def on_message(self, message: Message | None) -> None:
        """Take what comes in; Tornado calls this, with `None` at the end."""
        if self._connection is None:
            self._early.append(message)
        elif message is None:
            self.ended.set()
        else:
            self._receive(message)

    def begin(self, connection: WebSocketClientConnection) -> None:
        """Take what came in before `connection` was known, and all that follows."""
        self._connection = connection
        for message in self._early:
            self.on_message(message)

    def close(self) -> None:
        """Close it from this side."""
        if self._connection is not None:
            self._connection.close()


class Talk:
    """What a person has open over one websocket; subclasses take in what comes over it."""

    _socket: Socket | None = None

    @property
    def socket(self) -> Socket:
        """The websocket, with its close code once it has ended."""
        assert self._socket is not None
        return self._socket

    def begin(self, socket: Socket) -> None:
        """Talk over this websocket."""
        self._socket = socket


@asynccontextmanager
async def open_socket(
    person: Person, url: str, receive: Callable[[Message], None]
) -> AsyncIterator[Socket]:
    """Open a websocket with a person's cookies; `receive` is called with what comes in.

    Raises `Refused` where the server refuses the handshake.
    """
    url = url.replace("http", "ws", 1)
    socket = Socket(receive)
    request = HTTPRequest(
        url, headers=person.handshake(url), follow_redirects=False, request_timeout=_SECONDS
    )
    try:
        connection = await websocket_connect(request, on_message_callback=socket.on_message)
    except (HTTPStreamClosedError, HTTPTimeoutError, OSError) as error:
        raise Refused(0) from error
    except HTTPClientError as error:
        raise Refused(error.code) from error
    socket.begin(connection)
    try:
        yield socket
    finally:
        socket.close()
