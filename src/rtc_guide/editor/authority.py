"""The order of edits: what the views of one editor show is what the shared text holds.

The protocol is that of @codemirror/collab (https://codemirror.net/examples/collab/). The text has
a version, which counts its changes. A view pushes its edits together with the version that they
were made on; on an older version they are refused, the view rebases them on the changes that it
has been sent meanwhile, and pushes again. So no keystroke is lost, doubled or misplaced.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from pycrdt import Text, TextEvent, UndoManager

from rtc_guide.editor.changes import (
    Changes,
    Splice,
    apply_to_shared,
    apply_to_string,
    find_change,
    read_changes,
    read_delta,
    write_changes,
)

NOBODY = ""
"""The author of changes that no view has pushed."""

_KEPT = 1000  # changes for views that come back; whoever comes later gets the whole text


class Busy(Exception):
    """The document can't be edited just now; try again soon."""


@dataclass(frozen=True)
class Update:
    """One change of the text: CodeMirror's changes, and the view that pushed them."""

    changes: Changes
    view: str = NOBODY


class Authority:
    """Keeps the version of a shared text, and edits it for the views.

    Args:
        shared: The text, which is part of a document.
        publish: Called with each run of updates and the version that they begin at. It may be
            called within the transaction that changes the text, and must not change it.

    Raises:
        ValueError: The text holds something else than characters.
    """

    def __init__(self, shared: Text, publish: Callable[[int, list[Update]], None]) -> None:
        self._shared = shared
        self._publish = publish
        self._text = str(shared)
        self._check_plain()
        self._updates: list[Update] = []
        self._first = 0  # the version that the oldest kept update begins at
        # Undo takes back what has this origin: the edits of this editor's views, nobody else's.
        self._origin = f"rtc-guide-editor-{uuid4()}"
        self._undo_manager = UndoManager(scopes=[shared])
        self._undo_manager.include_origin(self._origin)
        self._subscription = shared.observe(self._follow)

    @property
    def version(self) -> int:
        """How many changes there have been."""
        return self._first + len(self._updates)

    @property
    def text(self) -> str:
        """The text at that version."""
        return self._text

    @property
    def can_undo(self) -> bool:
        """Whether the views have edits to undo. Not to be asked within a transaction."""
        return self._undo_manager.can_undo()

    @property
    def can_redo(self) -> bool:
        """Whether the views have undone edits to redo. Not to be asked within a transaction."""
        return self._undo_manager.can_redo()

    def since(self, version: int) -> list[Update] | None:
        """Return the updates from a version on; None if they are no longer known."""
        if self._first <= version <= self.version:
            return self._updates[version - self._first :]
        return None

    def push(self, view: str, version: int, pushed: list[Any]) -> bool:
        """Make a view's edits; return False if they are of another version than the present one.

        Raises:
            ValueError: They are no changes of the text; none is made.
            Busy: A transaction of the document is open.
        """
        self._catch_up()
        if version != self.version:
            return False
        self._check_plain()
        text = self._text
        steps: list[tuple[list[Splice], str]] = []
        for changes in pushed:
            splices = read_changes(changes, text)
            steps.append((splices, text))
            text = apply_to_string(splices, text)
        for changes, (splices, base) in zip(pushed, steps, strict=True):
            self._edit(splices, base)
            self._add([Update(changes, view)])
        self._catch_up()
        return True

    def _edit(self, splices: list[Splice], base: str) -> None:
        """Make one edit in a transaction of its own: one keystroke, one edit of the document."""
        try:
            transaction = self._shared.doc.transaction(self._origin)
        except RuntimeError as error:  # one of somebody else's, left open while it awaits
            raise Busy(str(error)) from error
        self._text = apply_to_string(splices, base)  # so that `_follow` knows this edit
        try:
            with transaction:
                apply_to_shared(splices, base, self._shared)
        except BaseException:
            self._text = base
            raise

    def undo(self) -> None:
        """Undo the views' last edits, if there are any. Raises `Busy` as `push` does."""
        self._step(self._undo_manager.undo)

    def redo(self) -> None:
        """Redo the edits undone last, if there are any. Raises `Busy` as `push` does."""
        self._step(self._undo_manager.redo)

    def close(self) -> None:
        """Follow the text no longer."""
        self._shared.unobserve(self._subscription)

    def _step(self, step: Callable[[], bool]) -> None:
        try:
            step()
        except RuntimeError as error:
            raise Busy(str(error)) from error

    def _follow(self, event: TextEvent) -> None:
        now = str(self._shared)
        if now == self._text:
            return
        try:
            splices = read_delta(event.delta, self._text)  # type: ignore[attr-defined]
            if apply_to_string(splices, self._text) != now:
                splices = find_change(self._text, now)
        except ValueError:
            # The delta is of a text that was never shown, or has embeds.
            splices = find_change(self._text, now)
        self._move(splices, now)

    def _catch_up(self) -> None:
        """See what a transaction that is still open has changed."""
        now = str(self._shared)
        if now != self._text:
            self._move(find_change(self._text, now), now)

    def _move(self, splices: list[Splice], now: str) -> None:
        update = Update(write_changes(splices, self._text))
        self._text = now
        self._add([update])

    def _add(self, updates: list[Update]) -> None:
        version = self.version
        self._updates += updates
        surplus = len(self._updates) - _KEPT
        if surplus > 0:
            del self._updates[:surplus]
            self._first += surplus
        if updates:
            self._publish(version, updates)

    def _check_plain(self) -> None:
        # An embedded object counts in positions but not in what is read.
        if len(self._shared) != len(self._text.encode()):
            raise ValueError(
                "The text holds embedded objects, which the editor can't show. "
                "Give it a Text of characters only."
            )
