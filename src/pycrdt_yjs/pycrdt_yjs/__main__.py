"""`python -m pycrdt_yjs [FOLDER]`: build the wheel into a folder, `dist` by default.

Next to it comes `bridge.mjs`, for pages whose content security policy forbids `eval`.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from .node import NodeFailed, NodeMissing
from .pins import NotFetched, WrongHash
from .wheel import Outgrown, build, bundle


def main() -> int:
    """Build; return the exit status."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "dist")
    try:
        wheel = build(folder)
        shutil.copy(bundle() / "bridge.mjs", folder)
    except (NodeFailed, NodeMissing, NotFetched, Outgrown, WrongHash) as error:
        print(error, file=sys.stderr)
        return 1
    print(wheel)
    return 0


if __name__ == "__main__":
    sys.exit(main())
