"""One run of Jupyter Book, in a process of its own that is started ahead of it; see `process`.

``python -m rtc_guide.building.running BOOK SITE`` imports what a build needs, waits until it is
told to go on, and builds what the site lacks. Every warning is an error, and then the status is 1.
So it is where the book's settings can't be read, which is told as Sphinx tells of a page: by line.
"""

import gc
import json
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import yaml
from jupyter_book.config import get_final_config  # type: ignore[import-untyped]
from jupyter_book.sphinx import build_sphinx  # type: ignore[import-untyped]

from rtc_guide.building.process import GO, READ
from rtc_guide.building.record import IMPORTED

CONFIG = "_config.yml"

EXTENSIONS = ("rtc_guide.building.extension", "rtc_guide.building.unlisted")


def run(book: Path, site: Path) -> int:
    """Build as ``jupyter-book build -W -n --keep-going`` does, with our extensions besides."""
    config = book / CONFIG
    if problem := problem_in(config):
        print(problem, file=sys.stderr)
        return 1
    wanted = {
        "external_toc_path": str(book / "_toc.yml"),
        "nitpicky": True,
        "latex_individualpages": False,
    }
    # What is asked for here replaces a list: so it has to be the whole one.
    told, _ = get_final_config(user_yaml=config, cli_config=dict(wanted), sourcedir=book)
    extensions = [*told["extensions"], *EXTENSIONS]
    result = build_sphinx(
        book, site,
        noconfig=True, path_config=config, warningiserror=True, keep_going=True,
        confoverrides={**wanted, "extensions": extensions},
    )  # fmt: skip
    return result if isinstance(result, int) else 1


def problem_in(config: Path) -> str | None:
    """Say why a file of settings can't be read, if so: Jupyter Book wouldn't say which file."""
    line, why = 1, "settings are lines such as “title: My book”"
    try:
        if isinstance(yaml.safe_load(config.read_text("utf-8")), dict):
            return None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else line
        why = ", ".join(said for said in (error.context, error.problem) if said)
    except (yaml.YAMLError, ValueError) as error:
        why = str(error)
    return f"{config}:{line}: ERROR: {why}"


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
