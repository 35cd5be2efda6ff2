"""pycrdt's pinned files, fetched from PyPI once and kept in the user's cache."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from platformdirs import user_cache_path


@dataclass(frozen=True)
class Pin:
    """A file of PyPI."""

    version: str
    file: str
    sha256: str


class WrongHash(Exception):
    """A file isn't the pinned one."""


def read(kind: str) -> Pin:
    """Read the pin of pycrdt's `wheel` or `sdist`."""
    pins = tomllib.loads(files(__package__).joinpath("pins.toml").read_text("utf-8"))
    return Pin(version=pins["version"], **pins[kind])


def _matches(path: Path, pin: Pin) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == pin.sha256


def fetch(pin: Pin, project: str = "pycrdt") -> Path:
    """Return the pinned file, downloaded if it isn't in the cache.

    Raises:
        WrongHash: PyPI's file is not the pinned one, or PyPI has none of that name.
    """
    from pypi_simple import PyPISimple  # not needed once the cache is filled

    path = user_cache_path("pycrdt-yjs") / pin.file
    if _matches(path, pin):
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with PyPISimple() as pypi:
        for package in pypi.get_project_page(project).packages:
            if package.filename == pin.file:
                pypi.download_package(package, path, verify=True)
    if not _matches(path, pin):
        path.unlink(missing_ok=True)
        raise WrongHash(f"PyPI's {pin.file} is not the one pinned in pins.toml")
    return path
