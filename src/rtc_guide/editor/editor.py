"""The editor itself: a room, a shared text, and the views that show both."""

import asyncio
from dataclasses import asdict
from typing import Any

from pycrdt import Text

from rtc_guide.editor import bundle
from rtc_guide.editor.authority import Authority, Busy, Update
from rtc_guide.editor.cursors import Cursor, list_cursors, list_people, tell_cursor
from rtc_guide.editor.room import Room
from rtc_guide.editor.widget import Widget


class Editor:
    """Shows a shared text and lets one edit it, live, in a notebook's output.

    Display it as the last value of a cell. Whatever changes the text is seen at once: people who
    type in other editors, code in a cell, undo.

    Args:
        text: The text, which is part of the room's document.
        room: Who is there, and how edits get to them.

    Raises:
        ValueError: The text holds something else than characters.
        BundleMissing: The page's side of the editor has not been packed.
        RuntimeError: No event loop runs, as one does in a notebook.
    """

    def __init__(self, text: Text, room: Room) -> None:
        packed = bundle.read()
        self._loop = asyncio.get_running_loop()
        self._refresh_due = False
        self._shared = text
        self._room = room
        self._cursors: list[Cursor] = []
        self._wanted_online = room.online
        self._switching: asyncio.Task[None] | None = None
        self._error = ""
        self._caret_of: str | None = None  # the view whose undo is changing the text
        self._authority = Authority(text, self._publish)
        self._widget = Widget(
            "rtc_guide.Editor", packed.script, packed.style, self._look(), self._receive_soon
        )
        self._watching = room.awareness.observe(lambda *_: self._refresh_soon())
        self._unsubscribe = room.observe(lambda *_: self._refresh_soon())
        self._refresh_soon()

    def __repr__(self) -> str:
        return "An editor of a shared text. Run this cell to use it."

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return self._widget.bundle(repr(self))

    def close(self) -> None:
        """Take the editor away. The text, the room and its connection stay as they are."""
        self._unsubscribe()
        self._room.awareness.unobserve(self._watching)
        self._authority.close()
        self._widget.close()

    def _look(self) -> dict[str, Any]:
        """Return what the views show besides the text and the cursors."""
        return {
            "people": [asdict(person) for person in list_people(self._room.awareness)],
            "online": self._room.online,
            "switching": self._switching is not None,
            "pending": self._room.pending,
            "can_undo": self._authority.can_undo,
            "can_redo": self._authority.can_redo,
            "problem": self._error or self._room.problem or "",
        }

    def _refresh_soon(self) -> None:
        # Who calls may be in the middle of a transaction, in which a document tells nothing.
        if not self._refresh_due:
            self._refresh_due = True
            self._loop.call_soon(self._refresh)

    def _refresh(self) -> None:
        self._refresh_due = False
        self._widget.show(**self._look())
        cursors = list_cursors(self._room.awareness, self._shared, self._authority.text)
        if cursors != self._cursors:
            self._cursors = cursors
            self._send_cursors()

    # What views say, see js/sync.js. A view is named by what it calls itself.

    def _receive_soon(self, message: dict[str, Any]) -> None:
        # JupyterLab has messages of widgets handled in another thread (a subshell of the kernel),
        # and documents belong to the thread that made them.
        self._loop.call_soon_threadsafe(self._receive, message)

    def _receive(self, message: dict[str, Any]) -> None:
        match message:
            case {"type": "open", "view": str(view), "version": int(version)}:
                self._open(view, version)
            case {"type": "open", "view": str(view)}:
                # In Pyodide JavaScript's null isn't Python's None.
                self._open(view, None)
            case {"type": "push", "view": str(view), "version": int(version), "updates": [*pushed]}:
                self._push(view, version, pushed, message.get("selection"))
            case {
                "type": "select",
                "view": str(view),
                "version": int(version),
                "selection": selection,
            }:
                if version == self._authority.version:
                    self._select(selection)
                else:  # the text has changed meanwhile: the view says it again
                    self._widget.send({"type": "unselected", "view": view})
            case {"type": "undo" | "redo" as which, "view": str(view)}:
                self._undo(view, which)
            case {"type": "switch", "online": bool(online)}:
                self._switch(online)

    def _open(self, view: str, version: int | None) -> None:
        missed = None if version is None else self._authority.since(version)
        if missed is None:
            self._send_text(view)
        else:
            self._send_updates(version or 0, missed, to=view)
        self._send_cursors()

    def _push(self, view: str, version: int, pushed: list[Any], selection: Any) -> None:
        try:
            accepted = self._authority.push(view, version, pushed)
        except Busy:
            self._widget.send({"type": "refused", "view": view, "busy": True})
            return
        except ValueError as error:
            # The view is out of step: it gets the text as it is.
            self._report(f"An edit could not be made: {error}")
            self._send_text(view)
            return
        if not accepted:
            self._widget.send({"type": "refused", "view": view, "busy": False})
            return
        self._error = ""
        self._select(selection)
        self._refresh_soon()

    def _undo(self, view: str, which: str) -> None:
        self._caret_of = view
        try:
            if which == "undo":
                self._authority.undo()
            else:
                self._authority.redo()
        except Busy as busy:
            self._report(f"Could not {which}: {busy}")
        finally:
            self._caret_of = None
        self._refresh_soon()

    def _select(self, selection: Any) -> None:
        match selection:
            case [int(anchor), int(head)]:
                try:
                    tell_cursor(
                        self._room.awareness, self._shared, self._authority.text, anchor, head
                    )
                except ValueError:
                    return  # of a text that is no more; the view will say it again

    def _publish(self, version: int, updates: list[Update]) -> None:
        self._send_updates(version, updates)
        self._refresh_soon()

    def _send_text(self, view: str) -> None:
        self._widget.send(
            {
                "type": "text",
                "view": view,
                "version": self._authority.version,
                "text": self._authority.text,
            }
        )

    def _send_updates(self, version: int, updates: list[Update], to: str | None = None) -> None:
        self._widget.send(
            {
                "type": "updates",
                "view": to,
                "from": version,
                "updates": [asdict(update) for update in updates],
                "caret": self._caret_of,
            }
        )

    def _send_cursors(self) -> None:
        self._widget.send(
            {
                "type": "cursors",
                "version": self._authority.version,
                "cursors": [asdict(cursor) for cursor in self._cursors],
            }
        )

    # The connection. One switching at a time; the last wish counts.

    def _switch(self, online: bool) -> None:
        self._wanted_online = online
        if self._switching is None:
            self._switching = self._loop.create_task(self._follow_wish())
            self._report("")

    async def _follow_wish(self) -> None:
        tried = None
        try:
            while self._room.online != self._wanted_online and tried != self._wanted_online:
                tried = self._wanted_online
                await (self._room.connect() if tried else self._room.disconnect())
        except Exception as error:
            going = "online" if self._wanted_online else "offline"
            self._error = f"Going {going} failed: {error or type(error).__name__}"
        finally:
            self._switching = None
            self._refresh_soon()

    def _report(self, error: str) -> None:
        self._error = error
        self._refresh_soon()
