"""Pyodide's lock file: which wheels there are, what they need, and their hashes."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rtc_guide.lite.wheels import Wheel


class LockError(Exception):
    """The lock file and the files beside it don't agree; the message names each difference."""


def lock_of(wheels: Iterable[Wheel], info: Mapping[str, Any]) -> dict[str, Any]:
    """Return the lock for `wheels`, as Pyodide reads it; `info` is that of its own lock.

    Raises `LockError` where two wheels have one name.
    """
    wheels = sorted(wheels, key=lambda wheel: wheel.name)
    known = {wheel.name for wheel in wheels}
    if len(known) < len(wheels):
        names = [wheel.name for wheel in wheels]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise LockError(f"More than one wheel of {', '.join(twice)}. Remove the old ones.")
    return {
        "info": dict(info),
        "packages": {
            wheel.name: {
                "name": wheel.name,
                "version": wheel.version,
                "file_name": wheel.path.name,
                "install_dir": "site",
                "sha256": wheel.sha256,
                "package_type": "package",
                "imports": list(wheel.imports),
                # What isn't shipped isn't asked for: Pyodide stops at an unknown name.
                "depends": [name for name in wheel.requires if name in known],
                "unvendored_tests": False,
            }
            for wheel in wheels
        },
    }


def verify(lock: Path) -> None:
    """Compare each file that a lock names, beside it, with its hash.

    In the browser a file of another hash leaves the kernel waiting without a word, so that it has
    to be found when the site is built. Raises `LockError` with every difference.
    """
    packages = json.loads(lock.read_text("utf-8"))["packages"].values()
    wrong = []
    for package in packages:
        path = lock.with_name(package["file_name"])
        if not path.is_file():
            wrong.append(f"{path.name}: not there")
        elif (found := _sha256(path)) != package["sha256"]:
            wrong.append(f"{path.name}: expected sha256 {package['sha256']}, found {found}")
    if wrong:
        raise LockError(
            f"{lock} does not fit the files beside it, notebooks would hang:\n"
            + "\n".join(wrong)
            + f"\nRemove {lock.parent.parent} and build the book again."
        )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
