"""Compile what a notebook imports at its start, in the archives of /from, into those of /to.

Runs in Pyodide, by compile.mjs, which sets `started`: the modules that a notebook's start imports.
A browser compiles each imported source anew on every visit, which takes several times as long as
reading a compiled one. Compiled files are large, so that only what `started` needs is compiled.

In a wheel they lie where Python itself would cache them, and the sources stay: tracebacks show
them, and anyio reads its own. In the archive of the standard library they take the sources' place.
See https://docs.python.org/3/reference/import.html#cached-bytecode-invalidation.
"""

import importlib
import importlib._bootstrap_external as importing
import sys
import zipfile
from importlib.util import cache_from_source
from pathlib import Path

EPOCH = (1980, 1, 1, 0, 0, 0)  # the same sources make the same archive
STANDARD_LIBRARY = "/lib/python3{}.zip/".format(sys.version_info.minor)


def inner_path(file: str) -> str:
    """Return a module's path in its archive: that in `site-packages` or in the library's zip."""
    return file.partition("/site-packages/")[2] or file.removeprefix(STANDARD_LIBRARY)


def compiled(source: bytes, name: str) -> bytes:
    """Return a module's compiled file."""
    code = compile(source, name, "exec", dont_inherit=True)
    # Unchecked: never compared with its source.
    return bytes(importing._code_to_hash_pyc(code, bytes(8), False))


def convert(archive: Path, into: Path, modules: set[str]) -> int:
    """Write `archive` with those of `modules` that it has compiled; return their number."""
    count = 0
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(into, "w") as target:
        for entry in source.infolist():
            if entry.is_dir():
                continue
            name, data = entry.filename, source.read(entry)
            files = {name: data}
            if name in modules:
                count += 1
                code = compiled(data, name)
                wheel = archive.suffix == ".whl"
                files = {name: data, cache_from_source(name): code} if wheel else {name + "c": code}
            for written, content in files.items():
                info = zipfile.ZipInfo(written, EPOCH)
                info.external_attr = 0o644 << 16
                target.writestr(info, content, zipfile.ZIP_DEFLATED, 9)
    return count


for module in started:  # noqa: F821 (set by compile.mjs)
    importlib.import_module(module)
    # JupyterLite's kernel sends what is printed to a notebook, and there is none.
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
files = {inner_path(m.__file__) for m in [*sys.modules.values()] if getattr(m, "__file__", None)}
for path in sorted([*Path("/from").glob("*.whl"), *Path("/from").glob("*.zip")]):
    print(path.name, convert(path, Path("/to") / path.name, files), flush=True)
