"""Wheels that this project makes itself: its own modules, and others' less what no browser uses."""

import base64
import hashlib
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

EPOCH = (1980, 1, 1, 0, 0, 0)  # the same contents make the same file


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write a wheel of pure Python with `files` into `folder` and return its path.

    The `RECORD` is made here. The file's name tells its contents apart (in a wheel's build tag), so
    that a browser never takes an old file for the new.
    """
    (info,) = (path.split("/")[0] for path in files if path.endswith(".dist-info/METADATA"))
    record = f"{info}/RECORD"
    complete = {path: data for path, data in sorted(files.items()) if path != record}
    lines = [f"{path},sha256={_digest(data)},{len(data)}" for path, data in complete.items()]
    complete[record] = "\n".join([*lines, f"{record},,", ""]).encode()
    told = hashlib.sha256(complete[record]).hexdigest()[:8]
    wheel = folder / f"{info.removesuffix('.dist-info')}-0{told}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, data in complete.items():
            entry = zipfile.ZipInfo(path, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return wheel


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


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


def contents(wheel: Path) -> dict[str, bytes]:
    """Return a wheel's files."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name[-1] != "/"}


def trimmed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Leave out what installs beside the modules (extensions of JupyterLab) and tests of others."""
    return {
        path: data
        for path, data in files.items()
        if ".data/" not in path and "/tests/" not in path and "/labextension/" not in path
    }
