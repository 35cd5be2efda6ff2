"""Wheels for the browser's Python: fetched by their hashes, read for what a lock tells of them."""

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from packaging.metadata import Metadata
from packaging.utils import canonicalize_name

MARKERS = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "wasm32",
    "platform_system": "Emscripten",
    "sys_platform": "emscripten",
}
"""What Pyodide's Python says of itself (https://peps.python.org/pep-0776/), less its version."""


class WheelError(Exception):
    """A wheel can't be had or isn't what it should be; the message says which and what to do."""


@dataclass(frozen=True)
class Wheel:
    """A wheel file, and what its metadata say."""

    path: Path
    name: str
    """Its normalized name, such as `jupyter-ydoc`."""
    version: str
    requires: tuple[str, ...]
    """The normalized names of the packages it wants under Pyodide without any extra."""
    imports: tuple[str, ...]
    """The top-level modules it brings."""

    @property
    def sha256(self) -> str:
        """The hash of the file, in hexadecimal."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


def fetch(pins: Path, folder: Path, python: str) -> None:
    """Fetch every wheel that `pins` names, by its hash, into `folder`.

    `pins` is a requirements file with hashes, `python` the browser's version, such as `3.14.2`.
    Raises `WheelError` where a wheel can't be fetched
    or has another hash.
    """
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--only-binary=:all:", "--platform=any", "--implementation=py"),
            *("--abi=none", f"--python-version={python}", "--require-hashes"),
            *("--requirement", pins, "--dest", folder),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise WheelError(
            f"The wheels of {pins.name} can't be fetched:\n{done.stderr.strip()}\n"
            "Check the connection to the package index; after a change of kernel.in run: make lock"
        )


def are_pinned(found: Iterable[Path], pins: Path) -> bool:
    """Tell whether each of the wheels still has a hash that `pins` names."""
    hashes = pins.read_text("utf-8")
    return all(hashlib.sha256(path.read_bytes()).hexdigest() in hashes for path in found)


def read(path: Path, python: str) -> Wheel:
    """Read a wheel's metadata; `python` is the browser's version, such as `3.14.2`.

    Raises `WheelError` where the file is no wheel.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
            # Not all of it has to be right (stack-data's isn't), only what is asked for.
            told = Metadata.from_email(archive.read(metadata), validate=False)
        name, version, wants = told.name, told.version, told.requires_dist or ()
    except (zipfile.BadZipFile, ValueError, ExceptionGroup) as error:
        raise WheelError(
            f"{path.name} is no wheel ({error}). Remove it and build again."
        ) from error
    minor = ".".join(python.split(".")[:2])
    markers = MARKERS | {"python_version": minor, "python_full_version": python, "extra": ""}
    requires = (
        canonicalize_name(wanted.name)
        for wanted in wants
        if wanted.marker is None or wanted.marker.evaluate(markers)
    )
    return Wheel(
        path,
        canonicalize_name(name),
        str(version),
        tuple(dict.fromkeys(requires)),
        tuple(sorted(_modules(names))),
    )


def _modules(names: Iterable[str]) -> set[str]:
    """Name the modules and packages at the top of a wheel with the files `names`."""
    modules = set()
    for name in map(PurePosixPath, names):
        top = name.parts[0]
        if len(name.parts) == 1 and name.suffix in (".py", ".pyc"):
            modules.add(name.stem)
        elif len(name.parts) > 1 and top.isidentifier() and top != "__pycache__":
            modules.add(top)
    return modules
