"""The user's cache: folders made once for each content of what they are made from."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_cache_path


def cache_folder() -> Path:
    """The folder of all that this package keeps."""
    return user_cache_path("pycrdt-yjs")


def keep(kind: str, digest: str, fill: Callable[[Path], None]) -> Path:
    """Return the folder of that kind and digest, made by `fill` if there is none.

    It is filled under another name and renamed, so that it is there completely or not at all.
    """
    folder = cache_folder() / kind / digest[:24]
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="making-", dir=folder.parent))
    try:
        fill(place)
        try:
            place.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was faster, with the same content
                raise
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return folder
