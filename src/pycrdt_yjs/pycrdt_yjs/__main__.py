"""`python -m pycrdt_yjs [FOLDER]`: build the wheel into a folder, `dist` by default."""

from __future__ import annotations

import sys
from pathlib import Path

from .wheel import build

if __name__ == "__main__":
    print(build(Path(sys.argv[1] if len(sys.argv) > 1 else "dist")))
