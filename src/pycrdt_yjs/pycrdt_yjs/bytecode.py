"""Wheels that bring their own compiled files, since Pyodide would compile them at each start.

Pyodide keeps nothing between two visits: whatever a page imports is compiled anew, which takes
much of the time of an import. A compiled file beside its source, as
`__pycache__/x.cpython-314.pyc`, is used by the Python it is for and ignored by any other. It is an
"unchecked hash" one (PEP 552): Python doesn't compare it with its source.
"""

from __future__ import annotations

import base64
import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from . import node
from .storing import keep

HERE = Path(__file__).resolve().parent
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same files make the same wheel


def write_wheel(path: Path, contents: dict[str, bytes]) -> None:
    """Write files, by their name in the wheel, as a wheel; its RECORD is made here."""
    record = next(name for name in contents if name.endswith(".dist-info/METADATA"))
    record = record.replace("METADATA", "RECORD")
    contents = {name: data for name, data in contents.items() if name != record}
    lines = []
    for name, data in contents.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}")
    contents[record] = "\n".join([*lines, f"{record},,", ""]).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in contents.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)


def read_wheel(path: Path) -> dict[str, bytes]:
    """Read the files of a wheel by their name in it."""
    with zipfile.ZipFile(path) as archive:
        return {i.filename: archive.read(i) for i in archive.infolist() if not i.is_dir()}


def compiled(wheels: Iterable[Path], pyodide: Path | None = None) -> list[Path]:
    """Return each wheel with compiled files added, under the same name, in the user's cache.

    All are compiled in one start of Pyodide (in Node), which takes some seconds; what was compiled
    before is there already.

    Args:
        wheels: Wheels of any packages; files that are no Python are left as they are.
        pyodide: The folder of the `pyodide` npm package they are for; if None, of the pinned one.

    Raises:
        node.NodeMissing: There is no Node.
        node.NodeFailed: npm or Pyodide failed; the message has its last lines.
    """
    pyodide = pyodide or node.install(HERE) / "pyodide"
    version = json.loads((pyodide / "package.json").read_text("utf-8"))["version"]
    wheels = list(wheels)
    digest = hashlib.sha256(f"{version}\0".encode() + (HERE / "compile.mjs").read_bytes())
    for wheel in wheels:
        digest.update(f"{wheel.name}\0".encode())
        digest.update(hashlib.sha256(wheel.read_bytes()).digest())
    folder = keep("bytecode", digest.hexdigest(), lambda place: _compile(wheels, place, pyodide))
    return [folder / wheel.name for wheel in wheels]


def _compile(wheels: list[Path], folder: Path, pyodide: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        for number, wheel in enumerate(wheels):
            for inner, data in read_wheel(wheel).items():
                if inner.endswith(".py"):
                    path = place / str(number) / inner
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(data)
        tag = node.run(HERE / "compile.mjs", pyodide, place).split()[-1]
        for number, wheel in enumerate(wheels):
            contents = read_wheel(wheel)
            for inner in list(contents):
                compiled = (place / str(number) / inner).with_suffix(".pyc")
                if inner.endswith(".py") and compiled.is_file():
                    contents[_cached(inner, tag)] = compiled.read_bytes()
            write_wheel(folder / wheel.name, contents)


def _cached(source: str, tag: str) -> str:
    path = PurePosixPath(source)
    return str(path.parent / "__pycache__" / f"{path.stem}.{tag}.pyc")
