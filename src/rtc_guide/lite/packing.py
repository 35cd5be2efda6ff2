"""Wheels that this project makes itself: its own modules, and others' less what no browser uses."""

import hashlib
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from pycrdt_yjs.bytecode import read_wheel, write_wheel


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write a wheel of pure Python with `files` into `folder` and return its path.

    Its name tells its contents apart (in the build tag), so that a browser never takes an old file
    for the new.
    """
    (info,) = (path.split("/")[0] for path in files if path.endswith(".dist-info/METADATA"))
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".whl", delete=False) as making:
        unnamed = Path(making.name)
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


def trimmed(wheel: Path) -> dict[str, bytes]:
    """Return a wheel's files without tests, compiled files, and what isn't for Python at all."""
    left_out = (".data/", "/tests/", "/labextension/", "/__pycache__/")
    return {
        path: data
        for path, data in read_wheel(wheel).items()
        if not any(part in path for part in left_out)
    }


def with_compiled(wheel: Path, compiled: Path, tag: str) -> dict[str, bytes]:
    """Return a wheel's files and those below `compiled`, where Python's cache would have them.

    The sources stay: tracebacks show them, and anyio reads its own. `tag` is the Python's cache
    tag, such as `cpython-314`.
    """
    files = read_wheel(wheel)
    for path in compiled.rglob("*.pyc"):
        folder = path.relative_to(compiled).parent.as_posix()
        files[f"{folder}/__pycache__/{path.stem}.{tag}.pyc"] = path.read_bytes()
    return files
