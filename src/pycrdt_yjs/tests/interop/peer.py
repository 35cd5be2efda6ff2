"""A peer that edits a document: runs natively and, unchanged, in Pyodide.

An operation is a list: its name, a position between 0 and 1, and arguments. Positions are told as
fractions since nobody knows beforehand how long anything is.
"""

from pycrdt import Array, Doc, Map, Text, UndoManager, XmlElement, XmlFragment, XmlText


class Peer:
    def __init__(self, client_id):
        self.doc = Doc(client_id=client_id)
        self.text = self.doc.get("text", type=Text)
        self.array = self.doc.get("array", type=Array)
        self.map = self.doc.get("map", type=Map)
        self.xml = self.doc.get("xml", type=XmlFragment)
        self.undo = UndoManager(scopes=[self.text, self.array, self.map], capture_timeout_millis=0)
        self.undo.include_origin("mine")
        self.updates = []
        self.subscription = self.doc.observe(lambda event: self.updates.append(event.update))

    def edit(self, operations):
        """Carry out operations; returns the updates they made."""
        for name, at, *arguments in operations:
            if name in ("undo", "redo"):
                getattr(self.undo, name)()
            else:
                with self.doc.transaction(origin="mine"):
                    getattr(self, name)(at, *arguments)
        made, self.updates[:] = list(self.updates), []
        return made

    def receive(self, updates):
        for update in updates:
            self.doc.apply_update(update)
        self.updates.clear()

    # Positions of texts are in bytes and between characters; an embed takes one.
    def _places(self, text):
        places = [0]
        for chunk, _ in text.diff():
            for character in chunk if isinstance(chunk, str) else "e":
                places.append(places[-1] + len(character.encode()))
        return places

    def _range(self, text, at, length):
        places = self._places(text)
        start = int(at * (len(places) - 1))
        return places[start], places[min(start + length, len(places) - 1)]

    def insert(self, at, chunk, attrs=None):
        self.text.insert(self._range(self.text, at, 0)[0], chunk, attrs)

    def embed(self, at, value, attrs=None):
        self.text.insert_embed(self._range(self.text, at, 0)[0], value, attrs or {})

    def remove(self, at, length):
        start, stop = self._range(self.text, at, length)
        del self.text[start:stop]

    def format(self, at, length, attrs):
        start, stop = self._range(self.text, at, length)
        self.text.format(start, stop, attrs)

    def push(self, at, value):
        self.array.insert(int(at * len(self.array)), value)

    def push_type(self, at, kind, value):
        types = {"text": Text, "array": Array, "map": Map}
        self.array.insert(int(at * len(self.array)), types[kind](value))

    def pull(self, at, length):
        start = int(at * len(self.array))
        stop = min(start + length, len(self.array))
        if stop > start:
            del self.array[start:stop]

    def deepen(self, at, value):
        """Edit a nested type."""
        nested = [item for item in self.array if isinstance(item, (Text, Array, Map))]
        if nested:
            target = nested[int(at * (len(nested) - 1))]
            if isinstance(target, Text):
                target.insert(0, str(value))
            elif isinstance(target, Array):
                target.append(value)
            else:
                target["nested"] = value

    def set(self, at, key, value):
        self.map[key] = value

    def set_type(self, at, key, value):
        self.map[key] = Map(value)

    def unset(self, at, key):
        if key in self.map:
            del self.map[key]

    def node(self, at, tag, name, value):
        children = self.xml.children
        children.insert(int(at * len(children)), XmlElement(tag, {name: value}, ["in"]))

    def line(self, at, chunk):
        children = self.xml.children
        children.insert(int(at * len(children)), XmlText(chunk))

    def prune(self, at):
        children = self.xml.children
        if len(children):
            del children[int(at * (len(children) - 1))]

    def look(self):
        """All of the document, as JSON can say it, the same for all peers."""
        return {
            "text": chunks(self.text),
            "length": len(str(self.text).encode()),
            "array": plain(self.array.to_py()),
            "map": plain(self.map.to_py()),
            "xml": [tree(child) for child in self.xml.children],
        }


def chunks(text):
    found = []
    for chunk, attrs in text.diff():
        attrs = plain(attrs or {})
        if (
            isinstance(chunk, str)
            and found
            and isinstance(found[-1][0], str)
            and (found[-1][1] == attrs)
        ):
            found[-1][0] += chunk
        else:
            found.append([plain(chunk), attrs])
    return found


def plain(value):
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": list(value)}
    if isinstance(value, int) and not isinstance(value, bool):
        return {"big": str(value)}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def tree(node):
    if isinstance(node, XmlText):
        return str(node)
    attributes = {name: plain(value) for name, value in node.attributes}
    return [node.tag, attributes, [tree(child) for child in node.children]]
