"""Putting the browser's Python together: Pyodide, wheels, and the lock file that names them."""

import hashlib
import json
import shutil
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from pycrdt_yjs.storing import keep

import pycrdt_yjs
from pycrdt_yjs import node, pins, wheel
from rtc_guide import licences
from rtc_guide.editor import bundle
from rtc_guide.lite import locking, packing, wheels

HERE = Path(__file__).parent
PACKAGE = HERE.parent
PINS = HERE / "kernel.lock"

OWN_MODULES = ("editor", "room")
"""What of this package runs in the browser."""

STARTED = (
    "piplite.piplite",
    "pyodide_kernel",
    "jupyter_ydoc",
    "rtc_guide.editor",
    "rtc_guide.room",
    "nbformat",
)
"""What a notebook imports before its reader sees anything, and what the doctor's page does."""

KERNEL_WHEELS = ("ipykernel", "piplite", "pyodide_kernel")
"""Wheels that come with JupyterLite's Pyodide kernel."""

NO_JEDI = packing.package("jedi", "0", {})
"""The kernel asks for jedi: 4.9 MB, a second of each start. It gets a package without a module …"""

USES_JEDI = ("pyodide_kernel/interpreter.py", b"Completer.use_jedi = True")
"""… and this line of it is turned, so that IPython completes by itself."""

NO_RPDS = packing.package(
    "rpds-py",
    "0",
    {"rpds.py": b"from pyrsistent_as_rpds.pure import HashTrieMap, HashTrieSet, List\n"},
    requires=("pyrsistent", "pyrsistent-as-rpds-py"),
)
"""jsonschema asks for rpds, which is compiled and has no build for the browser."""

CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
STANDARD_LIBRARY = "python_stdlib.zip"

ABOUT = """\
Pyodide {version}, in this folder, is under the Mozilla Public License 2.0. Its source, which tells
where that of Python and of the libraries compiled into it is, with their licences:
{homepage}, tag {version}

Python's own modules, in ../packages, are under Python's licence, which follows. They are those of
Pyodide, compiled, and otherwise unchanged.

The wheels in ../packages have their licences in their folders .dist-info. What they left out of the
published ones no notebook here can use; modules of theirs are compiled.
"""
"""What is told of the licences: neither Pyodide's npm package nor its standard library has one."""

PYTHONS_LICENCE = "typing_extensions"
"""A wheel of modules that are Python's own, and so under its licence."""


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
    bundle.build(node.install(PACKAGE / "editor"))
    pyodide = node.install(Path(pycrdt_yjs.__file__).parent) / "pyodide"
    found = _find_wheels(pyodide)
    own = _own_wheel()
    digest = _digest([*found, *_files(HERE), pyodide / "package.json"], *own.values())

    def kept() -> Path:
        return keep("runtime", digest, lambda place: _make(place, found, own, pyodide))

    runtime = _found_in(kept())
    try:
        locking.verify(runtime.folder / runtime.lock)
    except locking.LockError as error:  # a disk or a hand has damaged what was whole
        print(f"The demo's Python is made anew: {error}", file=sys.stderr, flush=True)
        shutil.rmtree(runtime.folder)
        runtime = _found_in(kept())
    return runtime


def _find_wheels(pyodide: Path) -> list[Path]:
    """Return the wheels of others that go into the browser's Python, fetched where missing."""
    python = _info(pyodide)["python"]
    fetch = partial(wheels.fetch, PINS, python=python)
    pinned = keep("kernel", _digest([PINS]), fetch)
    if not wheels.are_pinned(pinned.glob("*.whl"), PINS):
        shutil.rmtree(pinned)  # a disk or a hand has damaged what was whole
        pinned = keep("kernel", _digest([PINS]), fetch)
    kernel = labextension("@jupyterlite/pyodide-kernel-extension") / "static" / "pypi"
    return [
        *sorted(pinned.glob("*.whl")),
        *(path for name in KERNEL_WHEELS for path in kernel.glob(f"{name}-*.whl")),
        wheel.built(),
    ]


def _make(runtime: Path, found: list[Path], own: dict[str, bytes], pyodide: Path) -> None:
    """Write the runtime's folder: compiled archives under names that tell their contents."""
    print("Putting the demo's Python together (once) …", file=sys.stderr, flush=True)
    core = runtime / f"pyodide-{_version_of(pyodide)}"
    core.mkdir(parents=True)
    for name in CORE:
        shutil.copyfile(pyodide / name, core / name)
    (core / licences.FILE).write_text(_licences(found, pyodide), "utf-8")
    folder = runtime / "packages"
    folder.mkdir()
    with tempfile.TemporaryDirectory() as work:
        sources, compiled = Path(work, "sources"), Path(work, "compiled")
        sources.mkdir()
        compiled.mkdir()
        for files in (*map(packing.trimmed, found), own, NO_JEDI, NO_RPDS):
            packing.write(sources, _without_jedi(files))
        shutil.copyfile(pyodide / STANDARD_LIBRARY, sources / STANDARD_LIBRARY)
        _write_lock(sources / "pyodide-lock.json", pyodide)
        _compile(sources, compiled, pyodide)
        tag = "cpython-" + "".join(_info(pyodide)["python"].split(".")[:2])
        for path in sources.glob("*.whl"):
            packing.write(folder, packing.with_compiled(path, compiled / path.name, tag))
        library = folder / STANDARD_LIBRARY
        _write_library(library, sources / STANDARD_LIBRARY, compiled / STANDARD_LIBRARY)
    _name_by_contents(library)
    locking.verify(_name_by_contents(_write_lock(folder / "pyodide-lock.json", pyodide)))


def _licences(found: Iterable[Path], pyodide: Path) -> str:
    """Say under which licences Pyodide and Python are."""
    told = json.loads((pyodide / "package.json").read_text("utf-8"))
    (python,) = (path for path in found if path.name.startswith(f"{PYTHONS_LICENCE}-"))
    with zipfile.ZipFile(python) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith("/LICENSE"))
        licence = archive.read(name).decode()
    about = ABOUT.format(version=told["version"], homepage=told["homepage"])
    return licences.joined([about, licence])


def _without_jedi(files: dict[str, bytes]) -> dict[str, bytes]:
    """Turn `USES_JEDI` in the kernel's wheel; return the files of any other as they are."""
    path, line = USES_JEDI
    if path in files:
        if line not in files[path]:
            raise AssemblyError(f"{path} says no more “{line.decode()}”: look how it completes now")
        files = {**files, path: files[path].replace(line, line.replace(b"True", b"False"))}
    return files


def _write_library(library: Path, source: Path, compiled: Path) -> None:
    """Write the standard library with compiled files in the place of their sources."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(library, "w") as new:
        for entry in (entry for entry in old.infolist() if not entry.is_dir()):
            path = (compiled / entry.filename).with_suffix(".pyc")
            if entry.filename.endswith(".py") and path.is_file():
                name, data = f"{entry.filename}c", path.read_bytes()
            else:
                name, data = entry.filename, old.read(entry)
            new.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED, 9)


def _name_by_contents(path: Path) -> Path:
    return path.rename(path.with_stem(f"{path.stem}-{_digest([path])}"))


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
    paths = [
        PACKAGE / "__init__.py",
        *(
            path
            for name in OWN_MODULES
            for path in _files(PACKAGE / name)
            if path.suffix == ".py" or path.parent == bundle.STATIC  # not what is packed into it
        ),
    ]
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


def _digest(paths: Iterable[Path], *contents: bytes) -> str:
    """Tell files, by their names and contents, and further contents apart: twelve hex digits."""
    told = hashlib.sha256()
    for path in paths:
        told.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    for content in contents:
        told.update(hashlib.sha256(content).digest())
    return told.hexdigest()[:12]
