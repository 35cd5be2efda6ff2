"""Compile what a notebook imports at its start: from the archives in /from, into folders of /to.

Runs in Pyodide, by compile.mjs, which sets `started`: the modules that a notebook's start imports.
A browser compiles each imported source anew on every visit, which takes several times as long as
reading a compiled one. Compiled files are large, so that only what `started` needs is compiled.
For `x.py` in an archive there is then an `x.pyc` in the folder of the archive's name.
"""

import importlib
import sys
import zipfile
from pathlib import Path
from py_compile import PycInvalidationMode, compile

STANDARD_LIBRARY = f"/lib/python3{sys.version_info.minor}.zip/"


def inner_path(file: str) -> str:
    """Return a module's path in its archive: that in `site-packages` or in the library's zip."""
    return file.partition("/site-packages/")[2] or file.removeprefix(STANDARD_LIBRARY)


def convert(archive: Path, into: Path, modules: set[str]) -> None:
    """Compile those of `modules` that are in `archive`."""
    with zipfile.ZipFile(archive) as source:
        for name in modules.intersection(source.namelist()):
            file = into / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(source.read(name))
            # Unchecked: never compared with its source (https://peps.python.org/pep-0552/).
            mode = PycInvalidationMode.UNCHECKED_HASH
            compile(str(file), str(file.with_suffix(".pyc")), name, True, -1, mode)
            file.unlink()


started: list[str] = globals()["started"]
for module in started:
    importlib.import_module(module)
    # JupyterLite's kernel sends what is printed to a notebook, and there is none.
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
origins = [getattr(module, "__file__", None) for module in sys.modules.values()]
files = {inner_path(origin) for origin in origins if origin}
for path in sorted([*Path("/from").glob("*.whl"), *Path("/from").glob("*.zip")]):
    convert(path, Path("/to", path.name), files)
