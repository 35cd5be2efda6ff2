"""pycrdt's pinned files, fetched from PyPI once and kept in the user's cache."""

from __future__ import annotations

import hashlib
import tempfile
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from .storing import cache_folder


@dataclass(frozen=True)
class Pin:
    """A file of PyPI."""

    version: str
    file: str
    sha256: str


class NotFetched(Exception):
    """A file could not be had from PyPI."""


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
        NotFetched: PyPI didn't answer, or has no file of that name.
        WrongHash: PyPI's file is not the pinned one.
    """
    path = cache_folder() / pin.file
    if _matches(path, pin):
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        fresh = Path(folder) / pin.file
        _download(project, pin.file, fresh)
        if not _matches(fresh, pin):
            raise WrongHash(
                f"PyPI's {pin.file} is not the one that is pinned: expected sha256 {pin.sha256}, "
                f"found {hashlib.sha256(fresh.read_bytes()).hexdigest()}"
            )
        fresh.replace(path)
    return path


def _download(project: str, file: str, path: Path) -> None:
    # Not needed, and not imported, once the cache is filled.
    from pypi_simple import NoSuchProjectError, PyPISimple
    from requests import RequestException

    try:
        with PyPISimple() as pypi:
            for package in pypi.get_project_page(project).packages:
                if package.filename == file:
                    pypi.download_package(package, path, verify=True)
                    return
    except (NoSuchProjectError, RequestException) as error:
        raise NotFetched(f"{file} could not be downloaded from PyPI (once): {error}") from error
    raise NotFetched(f"PyPI has no file {file} of {project}")
