"""JupyterLite itself, built once for each content of what it is built from."""

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pycrdt_yjs.storing import keep

PACKAGES = ("jupyterlite-core", "jupyterlite-pyodide-kernel", "jupyterlite-sphinx")
"""What builds it; their versions tell its content, as the files do that go into it."""

RUNTIME = "runtime"
"""The folder of the browser's Python in JupyterLite's."""

MADE_OF = "made-of.txt"
"""The last file written into JupyterLite's folder, which tells its content."""


class LiteFailed(Exception):
    """JupyterLite can't be built; the message has what it said."""


def make_site(
    target: Path,
    runtime: Path,
    files: Mapping[str, Mapping[str, Any]],
    others: Iterable[Path],
    build: Callable[[Path], None],
) -> None:
    """Have the folder `target` hold JupyterLite, and nothing that an earlier one left there.

    `runtime` is the folder of the browser's Python, whose name tells its content; it is copied to
    `RUNTIME`. `files` are JupyterLite's settings by their names, `others` the files and folders
    that it is built from besides: notebooks, JupyterLab extensions. `build` builds it into `target`
    from a folder with the settings. What was built is kept in the user's cache, whole or not at
    all. Raises `LiteFailed`.
    """
    told = sha256(Path(__file__).read_bytes() + sys.version.encode())
    for name in PACKAGES:
        told.update(f"{name} {version(name)}\0".encode())
    told.update(json.dumps(files, sort_keys=True).encode())
    for folder in others:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
            if path.is_file():
                told.update(f"{path.relative_to(folder.parent).as_posix()}\0".encode())
                told.update(sha256(path.read_bytes()).digest())
    built = keep("lite", told.hexdigest(), lambda place: _fill(place, target, files, build))
    made_of = target / MADE_OF
    now = f"{built.name} {runtime.name}\n"
    # Whether anybody has touched the site since is not told here: then all of it is built anew.
    if made_of.is_file() and made_of.read_text("utf-8") == now:
        return
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(built, target)
    shutil.copytree(runtime, target / RUNTIME)
    made_of.write_text(now, "utf-8")


def _fill(
    place: Path,
    target: Path,
    files: Mapping[str, Mapping[str, Any]],
    build: Callable[[Path], None],
) -> None:
    """Build JupyterLite from the settings alone, and copy it to `place`."""
    print("Building JupyterLite for the demo (once) …", file=sys.stderr, flush=True)
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory() as work:
        for name, content in files.items():
            Path(work, name).write_text(json.dumps(content, indent=1), "utf-8")
        build(Path(work))
    shutil.copytree(target, place, dirs_exist_ok=True)
