"""What people do with Jupyter's documents: runs natively and, unchanged, in Pyodide."""

import copy
import warnings
from base64 import b64decode, b64encode

from jupyter_ydoc import YNotebook, YUnicode
from pycrdt import Awareness, Doc, Map, Text

NOTEBOOK = {
    "cells": [
        {
            "cell_type": "markdown",
            "id": "intro",
            "metadata": {"tags": ["wörld"]},
            "source": "# Größe 😀\nText",
            "attachments": {"a.png": {"image/png": "aGk="}},
        },
        {
            "cell_type": "code",
            "id": "sum",
            "metadata": {"collapsed": False},
            "source": "1 + 1\nprint('a')",
            "execution_count": 3,
            "outputs": [
                {"output_type": "stream", "name": "stdout", "text": "a\n"},
                {
                    "output_type": "execute_result",
                    "execution_count": 3,
                    "metadata": {},
                    "data": {"text/plain": "2", "application/json": {"big": 2**60, "pi": 3.5}},
                },
            ],
        },
        {"cell_type": "raw", "id": "raw", "metadata": {}, "source": "<b>"},
    ],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "year": 2026},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def plain(value):
    """A value as JSON can say it."""
    if isinstance(value, (Text, Map)) or hasattr(value, "to_py"):
        return plain(value.to_py())
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def notebook():
    model = YNotebook()
    model.set(copy.deepcopy(NOTEBOOK))
    return model


def set_and_get():
    return notebook().get()


def set_again():
    """A second `set` changes cells in place where it can."""
    model = notebook()
    kept = model.ycells[1]["source"]
    changed = copy.deepcopy(NOTEBOOK)
    changed["cells"][1]["source"] = "1 + 2\nprint('ä')"
    changed["cells"][1]["outputs"].pop()
    changed["cells"].insert(1, {**NOTEBOOK["cells"][2], "id": "new"})
    del changed["cells"][3]
    changed["metadata"]["year"] = 2027
    model.set(changed)
    return [model.get(), str(kept)]


def cells_changes():
    model = notebook()
    model.append_cell({"cell_type": "code", "id": "last", "source": "x", "metadata": {}})
    model.set_cell(0, {"cell_type": "markdown", "id": "other", "source": ["a\n", "b"]})
    model.set_cell(1, source="print('😀')\n1 + 1")
    with model.ydoc.transaction():
        del model.ycells[2]
        model.ycells[1]["execution_state"] = "running"
    return [model.get(), model.cell_number, model.get_cell(1)]


def observed():
    model = notebook()
    seen = []

    def note(topic, event):
        events = event if isinstance(event, list) else [event]
        for each in events:
            change = {"topic": topic, "type": type(each).__name__, "path": list(each.path)}
            for field in ("delta", "keys"):
                if hasattr(each, field):
                    change[field] = plain(getattr(each, field))
            seen.append(change)

    model.observe(note)
    with model.ydoc.transaction():
        source = model.ycells[0]["source"]
        source.insert(len("# Größe ".encode()), "ß")
        source += "!"
    model.ycells[1]["execution_count"] = 4
    text = model.ycells[1]["outputs"][0]["text"]
    text += "b\n"
    model.ycells[1]["outputs"].clear()
    model.dirty = True
    model.path = "größe.ipynb"
    model.unobserve()
    model.dirty = False
    return seen


def undone():
    model = notebook()
    model.undo_manager.clear()
    source = model.ycells[1]["source"]
    source += "# mine"
    edited = model.get()["cells"][1]["source"]
    steps = [model.undo_manager.undo()]
    back = model.get()["cells"][1]["source"]
    steps.append(model.undo_manager.redo())
    return [edited, back, model.get()["cells"][1]["source"], steps]


def awareness():
    ours, theirs = Doc(client_id=1), Doc(client_id=2)
    here, there = Awareness(ours), Awareness(theirs)
    model = YNotebook(ours, here)
    seen = []
    there.observe(lambda topic, change: seen.append([topic, plain(change[0])]))
    here.set_local_state({"user": {"name": "Ada", "color": "#ff0000"}, "cursors": [1, 2.5, None]})
    there.apply_awareness_update(here.encode_awareness_update([1]), "remote")
    model.awareness.set_local_state(None)
    there.apply_awareness_update(here.encode_awareness_update([1]), "remote")
    return [seen, {str(client): state for client, state in there.states.items()}]


def text_file():
    model = YUnicode()
    seen = []
    model.set("Hällo\nWorld 😀\n")
    model.observe(lambda topic, event: seen.append([topic, plain(getattr(event, "delta", None))]))
    model.set("Hällo\nbrave World 😀😀\n")
    model.source = model.source.replace("ä", "e")
    return [model.get(), seen]


def doubled():
    """One file loaded into two histories, then merged: what issue 14031 of JupyterLab is about."""
    one, two = notebook(), notebook()
    two.ydoc.apply_update(one.ydoc.get_update(two.ydoc.get_state()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shown = two.get()
    return [two.cell_number, [cell["id"] for cell in shown["cells"]]]


SCENARIOS = (
    set_and_get, set_again, cells_changes, observed, undone, awareness, text_file, doubled,
)  # fmt: skip


class Peer:
    """Someone who edits a shared notebook and exchanges updates as base64."""

    def __init__(self, client_id, fill):
        self.model = YNotebook(Doc(client_id=client_id))
        if fill:
            self.model.set(copy.deepcopy(NOTEBOOK))

    def state(self):
        return b64encode(self.model.ydoc.get_state()).decode()

    def update(self, state):
        return b64encode(self.model.ydoc.get_update(b64decode(state))).decode()

    def receive(self, update):
        self.model.ydoc.apply_update(b64decode(update))

    def edit(self, name):
        cells = self.model.ycells
        source, text = cells[1]["source"], cells[1]["outputs"][0]["text"]
        source += f"\n# {name} 😀"
        text += f"{name}\n"
        cells[0]["source"].insert(0, f"{name} ")
        self.model.append_cell({"cell_type": "code", "id": name, "source": name, "metadata": {}})

    def look(self):
        return self.model.get()
