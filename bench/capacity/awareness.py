"""What pages tell of themselves, and tell on of others.

A page's websocket provider sends each state of the awareness that is new to it, its own as well as
those that came in (`_awarenessUpdateHandler` of y-websocket, in JupyterLab 4.6.6's pages as in
https://github.com/yjs/y-websocket/blob/v1.5.4/src/y-websocket.js), and pycrdt-websocket's rooms
hand each of these on to everybody. So with n pages in a room a moved cursor is n² messages; with
three pages in browsers they were counted to be nine.
"""

from functools import lru_cache
from typing import Any

from pycrdt import Awareness, Decoder, Doc, create_awareness_message

_COLORS = 7


class Told:
    """A page's own state in a room, and which states of the others it knows."""

    def __init__(self, doc: Doc[Any], state: dict[str, Any]) -> None:
        self._awareness = Awareness(doc)
        self._state = state
        self._known: dict[int, int] = {}

    def tell(self, **changed: Any) -> bytes:
        """Change the state, or only say that it is still right; return the message."""
        self._state |= changed
        own = self._awareness.client_id
        self._awareness.set_local_state(self._state)
        message = create_awareness_message(self._awareness.encode_awareness_update([own]))
        self._known |= _clocks(message)
        return message

    def is_news(self, message: bytes) -> bool:
        """Tell whether a message has something that this page has not seen; remember it."""
        news = {
            client: clock
            for client, clock in _clocks(message).items()
            if clock > self._known.get(client, 0)
        }
        self._known |= news
        return bool(news)


@lru_cache(2048)
def _clocks(message: bytes) -> dict[int, int]:
    """Return for each client in an awareness message the number of its state.

    The same bytes come many times. Source: y-protocols' `encodeAwarenessUpdate`,
    https://github.com/yjs/y-protocols/blob/v1.0.6/awareness.js
    """
    decoder = Decoder(message[1:])
    decoder.read_var_uint()
    found = {}
    for _ in range(decoder.read_var_uint()):
        client, clock = decoder.read_var_uint(), decoder.read_var_uint()
        decoder.read_var_string()
        found[client] = clock
    return found


def user(number: int) -> dict[str, Any]:
    """Return a person as a page tells of them."""
    name = f"Anonymous Person {number}"
    return {
        "username": f"{number:032x}",
        "name": name,
        "display_name": name,
        "initials": "AP",
        "avatar_url": None,
        "color": f"var(--jp-collaborator-color{number % _COLORS + 1})",
    }
