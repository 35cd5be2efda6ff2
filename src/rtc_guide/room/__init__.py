"""Several people who edit one pycrdt document, in the browser or natively, with the same code.

```python
room = await join("recipe", "Ada")
text = room.doc.get("text", type=Text)
```

What belongs here: joining and leaving (`room`), what two peers say to each other once they are
connected (`session`), what carries it (`channels`, `browser`, `native`), who is there (`people`,
`presence`). Editors and widgets don't. It runs inside Pyodide, so it imports nothing of the rest
of the guide, and only pycrdt and the standard library at start; `browser` is imported in Pyodide
alone, `native` (and with it Tornado) where a server is joined from CPython.

There is no server for a room in the browser: its document is where its people are. If all of them
leave, it is gone.
"""

from .channels import ChannelClosed
from .people import Person
from .room import Room, ServerUnknown, join

__all__ = ["ChannelClosed", "Person", "Room", "ServerUnknown", "join"]
