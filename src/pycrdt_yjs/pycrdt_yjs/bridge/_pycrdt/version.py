"""Answering pycrdt's question for its own version.

`pycrdt._version` asks `importlib.metadata`, which imports all of `email` to read one line: more
than half of the time of `import pycrdt` in a fresh Pyodide. The name of the folder that it would
read has the answer too.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType


def tell() -> None:
    """Put `pycrdt._version` in place, unless it is there or the wheel's folder isn't."""
    name = f"{__package__.rpartition('.')[0]}._version"
    infos = list(Path(__file__).parents[2].glob("pycrdt-*.dist-info"))
    if len(infos) == 1 and name not in sys.modules:
        module = ModuleType(name)
        module.__version__ = infos[0].stem.split("-")[1]  # type: ignore[attr-defined]
        sys.modules[name] = module
