"""Putting the browser's Python together: Pyodide, wheels, and the lock file that names them."""

import hashlib
import json
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_path
from pycrdt_yjs import node, pins
from pycrdt_yjs import wheel as pycrdt_yjs

from rtc_guide.editor import bundle
from rtc_guide.lite import locking, packing, wheels

HERE = Path(__file__).parent
PACKAGE = HERE.parent
PINS = HERE / "kernel.lock"

OWN_MODULES = ("editor", "room")
"""What of this package runs in the browser."""

STARTED = ("piplite.piplite", "pyodide_kernel", "jupyter_ydoc", "rtc_guide.editor", "rtc_guide.room")
"""What a notebook imports before its reader sees anything."""

KERNEL_WHEELS = ("ipykernel", "piplite", "pyodide_kernel")
"""Wheels that come with JupyterLite's Pyodide kernel."""

NO_JEDI = packing.package(
    "jedi",
    "0",
    {"jedi/__init__.py": b'raise ImportError("left out; IPython completes without it")\n'},
)
"""The kernel asks for jedi: 4.9 MB and a second of every start, for which IPython has a stand-in."""

CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
STANDARD_LIBRARY = "python_stdlib.zip"


class AssemblyError(Exception):
    """The browser's Python can't be put together; the message says why and what to do."""


FAILURES = (
    AssemblyError,
    bundle.BundleFailed,
    locking.LockError,
    node.NodeFailed,
    node.NodeMissing,
    pins.WrongHash,
    wheels.WheelError,
)
"""What stops the making; each tells what to do."""


@dataclass(frozen=True)
class Runtime:
    """The browser's Python, ready to be served. Each file's content can be told by its path."""

    folder: Path
    pyodide: str
    """Where in it Pyodide's entry point is, …"""
    lock: str
    """… its lock file, with the wheels beside it, …"""
    standard_library: str
    """… and the archive of Python's own modules."""


def assemble() -> Runtime:
    """Return the browser's Python, made first where anything that goes into it has changed.

    What is made is kept in the user's cache, whole or not at all. Raises what `FAILURES` lists.
    """
    npm = node.install(HERE)
    bundle.build(npm)
    pyodide = npm / "pyodide"
    cache = user_cache_path("rtc-guide") / "lite"
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".making-") as making:
        work = Path(making)
        sources = _collect(work / "sources", cache, pyodide)
        made = cache / f"runtime-{_digest([*_files(sources), *_files(HERE)])}"
        if not made.is_dir():
            print("Compiling the demo's Python (once) …", file=sys.stderr, flush=True)
            _make(work / "runtime", sources, pyodide)
            (work / "runtime").rename(made)
    return _found_in(made)


def _collect(folder: Path, cache: Path, pyodide: Path) -> Path:
    """Lay every source of the browser's Python into `folder`, with a lock, and return it."""
    pinned = cache / f"wheels-{_digest([PINS])}"
    folder.mkdir()
    if not pinned.is_dir():
        print("Fetching the demo's wheels (once) …", file=sys.stderr, flush=True)
        wheels.fetch(PINS, folder.with_name("pinned"), _info(pyodide)["python"])
        folder.with_name("pinned").rename(pinned)
    kernel = labextension("@jupyterlite/pyodide-kernel-extension") / "static" / "pypi"
    found = [
        *pinned.glob("*.whl"),
        *(path for name in KERNEL_WHEELS for path in kernel.glob(f"{name}-*.whl")),
        pycrdt_yjs.build(folder.with_name("pycrdt")),
    ]
    for path in found:
        packing.write(folder, packing.trimmed(packing.contents(path)))
    packing.write(folder, _own_wheel())
    packing.write(folder, NO_JEDI)
    shutil.copy(pyodide / STANDARD_LIBRARY, folder)
    _write_lock(folder / "pyodide-lock.json", pyodide)
    return folder


def _make(runtime: Path, sources: Path, pyodide: Path) -> None:
    """Write the runtime's folder: compiled archives under names that tell their contents."""
    compiled = runtime.with_name("compiled")
    compiled.mkdir()
    _compile(sources, compiled, pyodide)
    core = runtime / f"pyodide-{_version_of(pyodide)}"
    core.mkdir(parents=True)
    for name in CORE:
        shutil.copyfile(pyodide / name, core / name)
    folder = runtime / "packages"
    folder.mkdir()
    for path in compiled.glob("*.whl"):
        packing.write(folder, packing.contents(path))
    library = compiled / STANDARD_LIBRARY
    library.rename(folder / f"{library.stem}-{_digest([library])}{library.suffix}")
    lock = _write_lock(folder / "pyodide-lock.json", pyodide)
    locking.verify(lock.rename(folder / f"{lock.stem}-{_digest([lock])}{lock.suffix}"))


def _found_in(runtime: Path) -> Runtime:
    def only(pattern: str) -> str:
        (path,) = runtime.glob(pattern)
        return path.relative_to(runtime).as_posix()

    return Runtime(
        runtime,
        pyodide=only("pyodide-*/pyodide.mjs"),
        lock=only("packages/pyodide-lock-*.json"),
        standard_library=only("packages/python_stdlib-*.zip"),
    )


def _write_lock(path: Path, pyodide: Path) -> Path:
    """Write the lock of the wheels beside `path`."""
    info = _info(pyodide)
    found = [wheels.read(wheel, info["python"]) for wheel in path.parent.glob("*.whl")]
    path.write_text(json.dumps(locking.lock_of(found, info), indent=1), "utf-8")
    return path


def _compile(sources: Path, compiled: Path, pyodide: Path) -> None:
    try:
        node.run(HERE / "compile.mjs", pyodide, sources, compiled, json.dumps(STARTED))
    except node.NodeFailed as error:
        raise AssemblyError(
            f"The demo's modules can't be imported in the browser's Python: {error}"
        ) from error


def _own_wheel() -> dict[str, bytes]:
    """Return the wheel of this package's modules that run in the browser."""
    paths = [PACKAGE / "__init__.py", *(path for name in OWN_MODULES for path in _files(PACKAGE / name))]
    files = {path.relative_to(PACKAGE.parent).as_posix(): path.read_bytes() for path in paths}
    return packing.package("rtc-guide", version("rtc-guide"), files, requires=("comm", "pycrdt"))


def labextension(name: str) -> Path:
    """Return the folder of an extension of JupyterLab in this environment.

    Raises `AssemblyError` where it isn't installed.
    """
    folder = Path(sysconfig.get_path("data"), "share", "jupyter", "labextensions", name)
    if not folder.is_dir():
        raise AssemblyError(f"{name} isn't installed. Run: pip install 'rtc-guide[book,demo]'")
    return folder


def _files(folder: Path) -> list[Path]:
    """List the files below `folder`, but for what Python leaves there."""
    return sorted(
        path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )


def _info(pyodide: Path) -> dict[str, str]:
    """Return what Pyodide's own lock says of its Python and platform."""
    info: dict[str, str] = json.loads((pyodide / "pyodide-lock.json").read_text("utf-8"))["info"]
    return info


def _version_of(package: Path) -> str:
    told = json.loads((package / "package.json").read_text("utf-8"))["version"]
    return str(told)


def _digest(paths: Iterable[Path]) -> str:
    """Tell the names and contents of files apart, in twelve hexadecimal digits."""
    told = hashlib.sha256()
    for path in paths:
        told.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return told.hexdigest()[:12]
