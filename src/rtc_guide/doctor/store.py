"""Reading the database in which a Jupyter server keeps every edit of shared documents.

The server writes it through pycrdt-store (through ypy-websocket up to JupyterLab 4.0), whose own
classes aren't used to read it: they open it for writing, move a store of another version away, and
tell a damaged store as one without the document. The table is theirs, the same since
ypy-websocket 0.8: `yupdates (path, yupdate, metadata, timestamp)`; see `pycrdt/store/sqlite.py`.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote

NAME = ".jupyter_ystore.db"
"""What the server calls it, in the folder that it was started in."""

# https://www.sqlite.org/fileformat.html
_MAGIC = b"SQLite format 3\0"
_SECONDS_TO_WAIT = 10
# What SQLite keeps beside a database while, or because, a writer hasn't finished.
_UNFINISHED = ("-journal", "-wal")
# Reading has to undo or redo first what a killed writer left, which a reader may not.
_NEEDS_WRITING = ("SQLITE_READONLY", "SQLITE_CANTOPEN")


class StoreError(Exception):
    """A store can't be read, or has not what was asked for; the message says what to do."""


@dataclass(frozen=True)
class Edit:
    """One edit as it came to the server."""

    update: bytes
    """A Yjs update, in the encoding's version 1."""
    when: float
    """In seconds since 1970."""


@dataclass(frozen=True)
class Key:
    """What the server calls a document in the store."""

    text: str
    """Such as `.notebook:5b3f….y`, or `folder/.notebook:lesson.ipynb.y` before JupyterLab 4.1."""

    @property
    def kind(self) -> str:
        """What kind of document it is, such as `notebook`; empty where the key doesn't say so."""
        name = PurePosixPath(self.text).name
        return name.removeprefix(".").partition(":")[0] if ":" in name else ""

    @property
    def id(self) -> str:
        """The file's id, or its path in a store of before JupyterLab 4.1."""
        path = PurePosixPath(self.text)
        return str(path.with_name(path.name.partition(":")[2].removesuffix(".y") or path.name))


class Store:
    """An open store; `open_store` makes it."""

    def __init__(self, database: sqlite3.Connection, path: Path) -> None:
        self._database = database
        self.path = path

    def documents(self) -> list[Key]:
        """List the documents, the one that was edited last first."""
        query = "SELECT path FROM yupdates GROUP BY path ORDER BY max(timestamp) DESC, path"
        with _told_as_damage(self.path.name):
            return [Key(path) for (path,) in self._database.execute(query)]

    def edits(self, key: Key) -> list[Edit]:
        """Return a document's edits in the order in which they came."""
        query = "SELECT yupdate, timestamp FROM yupdates WHERE path = ? ORDER BY timestamp, rowid"
        with _told_as_damage(self.path.name):
            rows = self._database.execute(query, (key.text,)).fetchall()
        return [Edit(bytes(update or b""), float(when)) for update, when in rows]


def is_store(path: Path) -> bool:
    """Tell whether a file, or the one in this folder, is a database of SQLite, as a store is."""
    try:
        with (path / NAME if path.is_dir() else path).open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


@contextmanager
def open_store(path: Path) -> Iterator[Store]:
    """Open a store for reading, while a server may be writing it; `path` may be its folder.

    The file is never changed. Raises `StoreError` where there is none, or none that can be read.
    """
    if path.is_dir():
        path = path / NAME
    if not path.is_file():
        raise StoreError(
            f"{path}: there is no such file. Name the server's store: it is called {NAME} and is "
            "in the folder that Jupyter was started in (list hidden files to see it)."
        )
    with ExitStack() as opened:
        with _told_as_damage(path.name):
            database = opened.enter_context(_connected(path))
            names = database.execute("SELECT name FROM sqlite_master WHERE name = 'yupdates'")
            if names.fetchone() is None:
                raise StoreError(
                    f"{path} is a database, but no store of shared documents: it has no table "
                    f"“yupdates”. The store is called {NAME}."
                )
        yield Store(database, path)


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    """Connect for reading; where a killed writer left its work unfinished, to a copy."""
    with ExitStack() as opened:
        database = opened.enter_context(closing(_connect(path, "ro")))
        try:
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith(_NEEDS_WRITING):
                raise
            folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
            for name in (path.name, *(f"{path.name}{end}" for end in _UNFINISHED)):
                if path.with_name(name).is_file():
                    shutil.copyfile(path.with_name(name), folder / name)
            database = opened.enter_context(closing(_connect(folder / path.name, "rw")))
        yield database


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    address = f"file:{quote(str(path.resolve()))}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=_SECONDS_TO_WAIT)


@contextmanager
def _told_as_damage(name: str) -> Iterator[None]:
    """Say what SQLite's errors mean to somebody who wants a notebook back."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"{name} can't be read now ({error}). If a server is using it, try again in a moment; "
            "else look whether you may read it."
        ) from error
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"{name} is damaged, or no store at all: {error}. Nothing can be taken from it; look "
            "for a copy of it in a backup. Notebooks on disk are not affected."
        ) from error
