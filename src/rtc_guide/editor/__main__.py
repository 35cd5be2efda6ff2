"""Pack the page's side of the editor from the project's own node_modules."""

import gzip
import sys
from pathlib import Path

from rtc_guide.editor.bundle import STATIC, BundleFailed, build


def main() -> int:
    """Pack, and say how big it is; return the exit status."""
    try:
        bundle = build(Path("node_modules"))
    except BundleFailed as failed:
        print(failed, file=sys.stderr)
        return 1
    size = sum(len(gzip.compress(text.encode())) for text in (bundle.script, bundle.style))
    print(f"{STATIC}: {size / 1000:.1f} kB gzipped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
