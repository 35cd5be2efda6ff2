"""Wheels that this project makes itself: its own modules, and others' less what no browser uses."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from pycrdt_yjs.bytecode import read_wheel, write_wheel


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write a wheel of pure Python with `files` into `folder` and return its path.

    Its name tells its contents apart (in the build tag), so that a browser never takes an old file
    for the new.
    """
    (info,) = (path.split("/")[0] for path in files if path.endswith(".dist-info/METADATA"))
    unnamed = folder / f"{info}.part"
    write_wheel(unnamed, dict(sorted(files.items())))
    told = hashlib.sha256(unnamed.read_bytes()).hexdigest()[:8]
    return unnamed.rename(folder / f"{info.removesuffix('.dist-info')}-0{told}-py3-none-any.whl")


def package(
    name: str, version: str, files: Mapping[str, bytes], requires: Iterable[str] = ()
) -> dict[str, bytes]:
    """Return a wheel's files for a distribution with `files`, which wants `requires`."""
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    metadata = [f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n"]
    metadata += [f"Requires-Dist: {wanted}\n" for wanted in requires]
    wheel = "Wheel-Version: 1.0\nGenerator: rtc-guide\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    return {
        **files,
        f"{info}/METADATA": "".join(metadata).encode(),
        f"{info}/WHEEL": wheel.encode(),
    }


LEFT_OUT = (
    *(".data/", "/tests/", "/labextension/", "/__pycache__/"),
    *("IPython/sphinxext/", "IPython/terminal/shortcuts/"),
    *("anyio/_backends/_trio.py", "anyio/pytest_plugin.py"),
)
"""Parts of paths in wheels of what no notebook here can use."""

LEXERS = "pygments/lexers/"
LEXERS_KEPT = (
    *("__init__", "_css_builtins", "_mapping", "css", "html", "javascript", "jvm", "perl"),
    *("python", "ruby", "shell", "special", "web"),
)
"""Those that IPython colours tracebacks and sources with, of some 250."""

SOURCES_KEPT = ("anyio/", "jupyter_ydoc/", "pycrdt/", "rtc_guide/")
"""Packages whose sources stay beside compiled files: for readers, and for anyio, which reads it."""


def trimmed(wheel: Path) -> dict[str, bytes]:
    """Return a wheel's files without what no notebook here can use."""
    return {path: data for path, data in read_wheel(wheel).items() if not _is_left_out(path)}


def _is_left_out(path: str) -> bool:
    if path.startswith(LEXERS):
        return path.removeprefix(LEXERS).removesuffix(".py") not in LEXERS_KEPT
    return any(part in path for part in LEFT_OUT)


def with_compiled(wheel: Path, compiled: Path, tag: str) -> dict[str, bytes]:
    """Return a wheel's files and those below `compiled`.

    A compiled file takes its source's place; of `SOURCES_KEPT` it lies where Python's cache would
    have it. `tag` is the Python's cache tag, such as `cpython-314`. See
    https://docs.python.org/3/reference/import.html#cached-bytecode-invalidation.
    """
    files = read_wheel(wheel)
    for path in compiled.rglob("*.pyc"):
        name = path.relative_to(compiled).with_suffix("").as_posix()
        if name.startswith(SOURCES_KEPT):
            folder, _, module = name.rpartition("/")
            files[f"{folder}/__pycache__/{module}.{tag}.pyc"] = path.read_bytes()
        else:
            del files[f"{name}.py"]
            files[f"{name}.pyc"] = path.read_bytes()
    return files
