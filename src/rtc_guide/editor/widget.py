"""The kernel's end of an anywidget: state that its views show, messages to and from them.

The page's end is anywidget's (https://anywidget.dev), the protocol that of Jupyter's widgets
(https://github.com/jupyter-widgets/ipywidgets, packages/schema/messages.md). anywidget's Python
package is not used, since it imports ipywidgets, which in a browser takes longer than pycrdt.
"""

from collections.abc import Callable
from typing import Any

import comm

_VERSION = "2.1.0"  # of the messages
_VIEW_TYPE = "application/vnd.jupyter.widget-view+json"

Handler = Callable[[dict[str, Any]], None]


class Widget:
    """A widget whose JavaScript and styles are given as text.

    Args:
        identity: What names this kind of widget.
        script: An ECMAScript module that exports anywidget's `render`.
        style: CSS.
        state: What the views show at first, by name; JSON.
        receive: Called with each message of a view.
    """

    def __init__(
        self, identity: str, script: str, style: str, state: dict[str, Any], receive: Handler
    ) -> None:
        self._receive = receive
        self._state = state | {
            "_anywidget_id": identity,
            "_esm": script,
            "_css": style,
            "_model_module": "anywidget",
            "_model_module_version": "*",
            "_model_name": "AnyModel",
            "_view_module": "anywidget",
            "_view_module_version": "*",
            "_view_name": "AnyView",
            "_view_count": None,
        }
        self._comm = comm.create_comm(
            target_name="jupyter.widget",
            data={"state": self._state, "buffer_paths": []},
            metadata={"version": _VERSION},
        )
        self._comm.on_msg(self._handle)

    def show(self, **state: Any) -> None:
        """Show state in the views; what they show already is not sent."""
        changed = {name: value for name, value in state.items() if self._state[name] != value}
        if changed:
            self._state |= changed
            self._comm.send({"method": "update", "state": changed, "buffer_paths": []})

    def send(self, message: dict[str, Any]) -> None:
        """Send a message to every view."""
        self._comm.send({"method": "custom", "content": message})

    def close(self) -> None:
        """Take the widget away: its views stay, without a kernel."""
        self._comm.close()

    def bundle(self, text: str) -> dict[str, Any]:
        """Return what a cell displays; `text` is for where widgets can't be shown."""
        view = {"version_major": 2, "version_minor": 1, "model_id": self._comm.comm_id}
        return {"text/plain": text, _VIEW_TYPE: view}

    def _handle(self, message: dict[str, Any]) -> None:
        data = message["content"]["data"]
        if data["method"] == "custom":
            self._receive(data["content"])
        elif data["method"] == "request_state":  # a page that was loaded again
            self._comm.send({"method": "update", "state": self._state, "buffer_paths": []})
