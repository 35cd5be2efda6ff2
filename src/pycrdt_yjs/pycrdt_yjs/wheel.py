"""Assembling the wheel: pycrdt's Python files unchanged, our `_pycrdt`, and Yjs."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import zipfile
from email.parser import Parser
from importlib.metadata import distribution
from pathlib import Path

from . import names, node, pins
from .bytecode import compiled, write_wheel
from .storing import keep

HERE = Path(__file__).resolve().parent
BRIDGE = HERE / "bridge"
LICENSED = ("yjs", "lib0")
"""The npm packages that are in the bundle."""


class Outgrown(Exception):
    """pycrdt's compiled core has names that ours doesn't."""


def npm_version(package: str) -> str:
    """The version of an npm package that the lock file pins."""
    lock = json.loads((HERE / "package-lock.json").read_text("utf-8"))
    return str(lock["packages"][f"node_modules/{package}"]["version"])


def _digest() -> str:
    """A digest of all files that what is built depends on."""
    digest = hashlib.sha256(_own_licence())
    for path in sorted(HERE.rglob("*")):
        inner = path.relative_to(HERE)
        if path.is_file() and not {"__pycache__", "testing"}.intersection(inner.parts):
            digest.update(f"{inner.as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _own_licence() -> bytes:
    text = distribution("pycrdt-yjs").read_text("licenses/LICENSE")
    if text is None:
        raise FileNotFoundError("the installed pycrdt-yjs has no LICENSE; install it again")
    return text.encode()


def bundle() -> Path:
    """Pack the JavaScript side; returns a folder with `bridge.js`, and `bridge.mjs`, the module.

    Raises:
        node.NodeMissing: There is no Node.
        node.NodeFailed: npm or the bundler failed; the message has its last lines.
    """

    def fill(place: Path) -> None:
        modules = node.install(HERE)
        node.run(BRIDGE / "js" / "bundle.mjs", modules, place / "bridge.js")
        for package in LICENSED:
            shutil.copy(modules / package / "LICENSE", place / f"LICENSE-{package}")

    return keep("bundle", _digest(), fill)


def local_version(version: str) -> str:
    """Return the version with that of Yjs behind it, which no release on PyPI can have."""
    return f"{version}+yjs{npm_version('yjs')}"


def _metadata(original: str, version: str) -> str:
    message = Parser().parsestr(original)
    message.replace_header("Version", version)
    for header in ("License", "License-File", "License-Expression"):
        del message[header]
    message["License-Expression"] = "MIT AND BSD-3-Clause"
    for file in ("LICENSE", *(f"LICENSE-{package}" for package in LICENSED), "LICENSE-bridge"):
        message["License-File"] = file
    classifiers = [c for c in message.get_all("Classifier", []) if not c.startswith("License ::")]
    del message["Classifier"]
    for classifier in classifiers:
        message["Classifier"] = classifier
    return message.as_string()


def _contents(original: zipfile.ZipFile, pin: pins.Pin, bundled: Path) -> dict[str, bytes]:
    version = local_version(pin.version)
    old_info = f"pycrdt-{pin.version}.dist-info"
    info = f"pycrdt-{version}.dist-info"
    contents = {
        name: original.read(name)
        for name in original.namelist()
        if name.startswith("pycrdt/") and not name.endswith((".so", ".pyd"))
    }
    absent = names.missing(contents["pycrdt/_pycrdt.pyi"].decode(), BRIDGE / "_pycrdt")
    if absent:
        raise Outgrown(f"not in bridge/_pycrdt: {', '.join(absent)}")
    for path in sorted((BRIDGE / "_pycrdt").glob("*.py")):
        contents[f"pycrdt/_pycrdt/{path.name}"] = path.read_bytes()
    contents["pycrdt/_pycrdt/bridge.js"] = (bundled / "bridge.js").read_bytes()

    metadata = original.read(f"{old_info}/METADATA").decode()
    contents[f"{info}/METADATA"] = _metadata(metadata, version).encode()
    contents[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: pycrdt-yjs\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    licences = [name for name in original.namelist() if name.endswith("licenses/LICENSE")]
    contents[f"{info}/licenses/LICENSE"] = original.read(licences[0])
    for package in LICENSED:
        licence = (bundled / f"LICENSE-{package}").read_bytes()
        contents[f"{info}/licenses/LICENSE-{package}"] = licence
    contents[f"{info}/licenses/LICENSE-bridge"] = _own_licence()
    return contents


def built() -> Path:
    """Return the wheel, built if it isn't in the user's cache, where it must stay as it is.

    Raises:
        Outgrown: pycrdt's stub declares names that `bridge/_pycrdt` doesn't have.
        pins.NotFetched: PyPI's wheel could not be had.
        pins.WrongHash: PyPI's wheel is not the pinned one.
        node.NodeMissing: There is no Node.
        node.NodeFailed: npm, the bundler or Pyodide failed; the message has its last lines.
    """
    version = local_version(pins.read("wheel").version)
    name = f"pycrdt-{version}-py3-none-any.whl"
    return keep("wheel", _digest(), lambda place: _assemble(place / name)) / name


def build(folder: Path) -> Path:
    """Build the wheel into a folder, and return it; raises what `built` raises."""
    source = built()
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / source.name
    if not wheel.is_file() or wheel.read_bytes() != source.read_bytes():
        shutil.copyfile(source, wheel)
    return wheel


def _assemble(wheel: Path) -> None:
    pin = pins.read("wheel")
    bundled = bundle()
    with zipfile.ZipFile(pins.fetch(pin)) as archive:
        contents = _contents(archive, pin, bundled)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / wheel.name
        write_wheel(plain, contents)
        shutil.copyfile(compiled([plain])[0], wheel)
