"""Pack the page's side of the editor with the npm packages that it pins."""

import gzip
import sys
from pathlib import Path

from pycrdt_yjs import node
from rtc_guide.editor.bundle import STATIC, BundleFailed, build


def main() -> int:
    """Pack, and say how big it is; return the exit status."""
    try:
        bundle = build(node.install(Path(__file__).parent))
    except (BundleFailed, node.NodeFailed, node.NodeMissing) as failed:
        print(failed, file=sys.stderr)
        return 1
    size = sum(len(gzip.compress(text.encode())) for text in (bundle.script, bundle.style))
    print(f"{STATIC}: {size / 1000:.1f} kB gzipped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
