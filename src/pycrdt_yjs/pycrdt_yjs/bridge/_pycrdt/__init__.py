"""What pycrdt's Python layer takes from its compiled core, here driving Yjs in the browser.

Names, signatures and errors are those of the compiled `pycrdt._pycrdt`. Lengths and positions of
texts are in UTF-8 bytes, those of arrays in elements.
"""

from .array import Array
from .doc import Doc
from .events import (
    ArrayEvent,
    MapEvent,
    SubdocsEvent,
    TextEvent,
    TransactionEvent,
    XmlEvent,
)
from .id_map import AttrRange, ContentAttribute, IdMap
from .id_set import IdSet
from .map import Map
from .observers import Subscription
from .snapshot import Snapshot
from .sticky_index import (
    StickyIndex,
    decode_sticky_index,
    get_sticky_index_from_json_string,
)
from .text import Text
from .transaction import Transaction
from .undo import StackItem, UndoManager
from .update import get_state, get_update, merge_updates
from .version import tell
from .xml import XmlElement, XmlFragment, XmlText

__all__ = [
    "Array",
    "ArrayEvent",
    "AttrRange",
    "ContentAttribute",
    "Doc",
    "IdMap",
    "IdSet",
    "Map",
    "MapEvent",
    "Snapshot",
    "StackItem",
    "StickyIndex",
    "SubdocsEvent",
    "Subscription",
    "Text",
    "TextEvent",
    "Transaction",
    "TransactionEvent",
    "UndoManager",
    "XmlElement",
    "XmlEvent",
    "XmlFragment",
    "XmlText",
    "decode_sticky_index",
    "get_state",
    "get_sticky_index_from_json_string",
    "get_update",
    "merge_updates",
]

tell()
