"""Assembling the wheel: pycrdt's Python files unchanged, our `_pycrdt`, and Yjs."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import zipfile
from email.parser import Parser
from pathlib import Path

from . import names, pins

ROOT = Path(__file__).resolve().parent.parent
BRIDGE = ROOT / "bridge"
LICENSED = ("yjs", "lib0")
"""The npm packages that are in the bundle."""

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same files make the same wheel


class Outgrown(Exception):
    """pycrdt's compiled core has names that ours doesn't."""


def npm_version(package: str) -> str:
    """The version of an npm package that is installed here."""
    text = (ROOT / "node_modules" / package / "package.json").read_text("utf-8")
    return json.loads(text)["version"]


def bundle() -> Path:
    """Pack the JavaScript side; returns `build/bridge.js` (`bridge.mjs` lies next to it)."""
    if not (ROOT / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=ROOT, check=True)
    output = ROOT / "build" / "bridge.js"
    subprocess.run(["node", BRIDGE / "js" / "bundle.mjs", output], cwd=ROOT, check=True)
    return output


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


def _contents(original: zipfile.ZipFile, pin: pins.Pin, script: Path) -> dict[str, bytes]:
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
    contents["pycrdt/_pycrdt/bridge.js"] = script.read_bytes()

    metadata = original.read(f"{old_info}/METADATA").decode()
    contents[f"{info}/METADATA"] = _metadata(metadata, version).encode()
    contents[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: pycrdt-yjs\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    licences = [name for name in original.namelist() if name.endswith("licenses/LICENSE")]
    contents[f"{info}/licenses/LICENSE"] = original.read(licences[0])
    for package in LICENSED:
        licence = ROOT / "node_modules" / package / "LICENSE"
        contents[f"{info}/licenses/LICENSE-{package}"] = licence.read_bytes()
    contents[f"{info}/licenses/LICENSE-bridge"] = (ROOT / "LICENSE").read_bytes()
    return contents


def _record(contents: dict[str, bytes], path: str) -> bytes:
    lines = []
    for name, data in contents.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}")
    return "\n".join([*lines, f"{path},,", ""]).encode()


def build(folder: Path) -> Path:
    """Build the wheel into a folder, and return it.

    Raises:
        Outgrown: pycrdt's stub declares names that `bridge/_pycrdt` doesn't have.
        pins.WrongHash: PyPI's wheel is not the pinned one.
    """
    pin = pins.read("wheel")
    original = pins.fetch(pin)
    script = bundle()
    with zipfile.ZipFile(original) as archive:
        contents = _contents(archive, pin, script)
    version = local_version(pin.version)
    record = f"pycrdt-{version}.dist-info/RECORD"
    contents[record] = _record(contents, record)
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"pycrdt-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in contents.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return wheel
