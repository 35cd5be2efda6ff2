"""Notebook files: finding them, reading their text, writing them whole or not at all."""

import glob
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

MENDED = ".mended.ipynb"
"""How the name of a mended notebook ends, in place of `.ipynb`."""
BACKUP = ".before-mending"
"""What is added to the name of a notebook that is mended in place, for what it was."""
_CHECKPOINTS = ".ipynb_checkpoints"
_NOT_LOOKED_INTO = {_CHECKPOINTS, ".git", "node_modules"}


class FileError(Exception):
    """A file can't be read or written; the message says which, why, and what to do."""


@dataclass(frozen=True)
class NotebookFile:
    """The text of a notebook file."""

    path: Path
    text: str
    broken: int
    """How many places in it are no text of its encoding; each reads as U+FFFD."""


def find(names: Iterable[str]) -> Iterator[Path]:
    """Yield the files that are meant by paths, folders and patterns such as `week*/*.ipynb`.

    A folder means the notebooks in it and below, without checkpoints. A name that means nothing is
    yielded as it is, so that reading it says so.
    """
    seen = set()
    for name in names:
        path = Path(name)
        found = [path]
        if path.is_dir():
            found = sorted(
                file
                for file in path.rglob("*.ipynb")
                if file.is_file() and not _NOT_LOOKED_INTO & set(file.relative_to(path).parts)
            )
        elif not path.exists() and glob.has_magic(name):
            found = [Path(file) for file in sorted(glob.glob(name, recursive=True))] or [path]  # noqa: PTH207
        for file in found:
            if file not in seen:
                seen.add(file)
                yield file


def checkpoint_of(path: Path) -> Path | None:
    """Return the checkpoint of a notebook, if there is one.

    JupyterLab makes it when a notebook that has none is opened, and when somebody saves by hand.
    Source: `FileCheckpoints` of jupyter-server.
    """
    found = path.parent / _CHECKPOINTS / f"{path.stem}-checkpoint{path.suffix}"
    try:
        return found if found.is_file() else None
    except OSError:  # the folder may not be entered
        return None


def read(path: Path) -> NotebookFile:
    """Read a notebook file in UTF-8, -16 or -32; raises `FileError`."""
    try:
        encoded = path.read_bytes()
    except FileNotFoundError:
        raise FileError(f"{path}: there is no such file") from None
    except OSError as error:
        raise FileError(f"{path}: can't be read: {error.strerror}") from error
    encoding = json.detect_encoding(encoded)
    try:
        return NotebookFile(path, encoded.decode(encoding), 0)
    except UnicodeDecodeError:
        text = encoded.decode(encoding, "replace")
        return NotebookFile(path, text, text.count("\ufffd"))


def write(path: Path, text: str) -> None:
    """Write a new file, whole or not at all; raises `FileError`, also where there is one."""
    if path.exists():
        raise FileError(f"{path}: is there already; move it away, or name another one by --output")
    _write(path, text)


def replace(path: Path, text: str) -> Path:
    """Write a file in place of another, whose copy is returned; raises `FileError`.

    The copy is made first, and never in place of an older one.
    """
    path = path.resolve()  # the file, and not a link to it
    backup = path.with_name(path.name + BACKUP)
    try:
        with path.open("rb") as source, backup.open("xb") as target:
            shutil.copyfileobj(source, target)
        shutil.copystat(path, backup)
    except FileExistsError:
        raise FileError(
            f"{backup}: is there already, from an earlier mending; move it away first"
        ) from None
    except OSError as error:
        raise FileError(f"{backup}: can't be written: {error.strerror}") from error
    _write(path, text)
    return backup


def _write(path: Path, text: str) -> None:
    unfinished = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent or Path())
        unfinished = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, unfinished)
        else:
            umask = os.umask(0)
            os.umask(umask)
            unfinished.chmod(0o666 & ~umask)
        unfinished.replace(path)
    except OSError as error:
        raise FileError(f"{path}: can't be written: {error.strerror}") from error
    finally:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)
