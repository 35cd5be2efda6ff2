"""A live editor of a shared text, shown in the output of a notebook's cell.

Here belongs what stands between a `pycrdt.Text` in the kernel and its views in the page: the same
in JupyterLab and in JupyterLite. It imports only pycrdt and comm, since in a browser every import
is waited for; how people are connected is the business of whoever makes the `Room`.
"""

from rtc_guide.editor.editor import Editor
from rtc_guide.editor.room import Room

__all__ = ["Editor", "Room"]
