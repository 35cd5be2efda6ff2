"""One run of Jupyter Book, in a process of its own that is started ahead of it; see `process`.

``python -m rtc_guide.building.running BOOK SITE`` imports what a build needs, waits until it is
told to go on, and builds what the site lacks. Every warning is an error, and then the status is 1.
"""

import gc
import json
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from jupyter_book.config import get_final_config  # type: ignore[import-untyped]
from jupyter_book.sphinx import build_sphinx  # type: ignore[import-untyped]

from rtc_guide.building.process import GO, READ
from rtc_guide.building.record import IMPORTED

EXTENSION = "rtc_guide.building.extension"


def run(book: Path, site: Path) -> int:
    """Build as ``jupyter-book build -W -n --keep-going`` does, with our extension besides."""
    config = book / "_config.yml"
    wanted = {
        "external_toc_path": str(book / "_toc.yml"),
        "nitpicky": True,
        "latex_individualpages": False,
    }
    # What is asked for here replaces a list: so it has to be the whole one.
    told, _ = get_final_config(user_yaml=config, cli_config=dict(wanted), sourcedir=book)
    extensions = [*told["extensions"], EXTENSION]
    result = build_sphinx(
        book, site,
        noconfig=True, path_config=config, warningiserror=True, keep_going=True,
        confoverrides={**wanted, "extensions": extensions},
    )  # fmt: skip
    return result if isinstance(result, int) else 1


def import_ahead(listed: Path) -> None:
    """Import what an earlier build has imported, if it left a list: half of a short one is that."""
    try:
        names = json.loads(listed.read_text("utf-8"))
    except (OSError, ValueError):
        return
    for name in names:
        # Some modules are made by others, and some are gone by now. Whoever needs them will tell.
        with suppress(Exception):
            import_module(name)


if __name__ == "__main__":
    # What is made stays until the end: looking for garbage all the time would take a tenth of it.
    gc.set_threshold(200_000)
    book, site = (Path(argument).resolve() for argument in sys.argv[1:])
    import_ahead(site.parent / READ / IMPORTED)
    if sys.stdin.readline() == GO:
        sys.exit(run(book, site))
