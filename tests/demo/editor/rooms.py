"""Two rooms in one process, whose documents really synchronise: for tests of the editor.

Also read into notebooks, which is why it needs nothing but pycrdt.
"""

from pycrdt import Awareness, Doc


class LocalRoom:
    """One person's place; edits reach the other rooms at once while both are online."""

    problem = None

    def __init__(self, person, color):
        self.person = person
        self.color = color
        self.doc = Doc()
        self.awareness = Awareness(self.doc)
        self.awareness.set_local_state({"user": {"name": person, "color": color}})
        self.online = True
        self.pending = 0
        self.others = []
        self._callbacks = []
        self._receiving = False
        # Kept, since pycrdt ends a subscription that nobody holds.
        self._subscription = self.doc.observe(self._on_update)
        self.awareness.observe(self._on_awareness)

    def observe(self, callback):
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    async def connect(self):
        self.online = True
        self.pending = 0
        for other in self._reachable():
            other._receive(self.doc.get_update(other.doc.get_state()))
            self._receive(other.doc.get_update(self.doc.get_state()))
            other._meet(self)
            self._meet(other)
        self._tell()

    async def disconnect(self):
        self.online = False
        for other in self.others:
            other.awareness.remove_awareness_states([self.awareness.client_id], "room")
            self.awareness.remove_awareness_states([other.awareness.client_id], "room")
        self._tell()

    def _reachable(self):
        return [other for other in self.others if self.online and other.online]

    def _on_update(self, event):
        if self._receiving:
            return
        for other in self._reachable():
            other._receive(event.update)
        if not self.online:
            self.pending += 1
            self._tell()

    def _receive(self, update):
        self._receiving = True
        try:
            self.doc.apply_update(update)
        finally:
            self._receiving = False

    def _on_awareness(self, topic, event):
        if topic == "change" and event[1] == "local":
            for other in self._reachable():
                other._meet(self)

    def _meet(self, other):
        client = other.awareness.client_id
        # A state that was removed has its clock kept: only a newer one counts.
        if client in other.awareness.states and client not in self.awareness.states:
            self.awareness.meta.pop(client, None)
        self.awareness.apply_awareness_update(
            other.awareness.encode_awareness_update([client]), "room"
        )

    def _tell(self):
        for callback in list(self._callbacks):
            callback()


def link(*people):
    """Return rooms of people, given as (name, colour), that are online with each other."""
    rooms = [LocalRoom(name, color) for name, color in people]
    for room in rooms:
        room.others = [other for other in rooms if other is not room]
        for other in room.others:
            room._meet(other)
    return rooms
