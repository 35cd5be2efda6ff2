"""What `rtc-guide doctor --history` does: tell a store's documents and versions, write one out."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from jupyter_core.paths import jupyter_data_dir

from rtc_guide.doctor.earlier import Earlier, read_earlier
from rtc_guide.doctor.history import History, list_versions, write_version
from rtc_guide.doctor.returning import find_doubled
from rtc_guide.doctor.store import Edit, Store, StoreError, open_store

IDS = "file_id_manager.db"
"""Where Jupyter keeps which file has which id, in its data folder (`jupyter-server-fileid`)."""

_LATEST = 10
"""How many versions are looked into for what a cell was: each is made anew from all its edits."""

_ALL_IDS = "SELECT id, path FROM Files"


@dataclass(frozen=True)
class Kept:
    """A notebook that a store has."""

    name: str
    """Its path where anything tells it, else its id."""
    id: str
    edits: Sequence[Edit]
    history: History

    def is_called(self, name: str) -> bool:
        """Tell whether somebody who writes `name` may mean this one."""
        known = (self.name, self.id, self.history.path, Path(self.name).name)
        return Path(name).as_posix() in known


def tell_history(store: Path, names: Sequence[str] = ()) -> Iterator[str]:
    """Give lines that tell the notebooks of a store, or those called `names`, and their versions.

    Raises `StoreError` where the store can't be read or has no such notebook.
    """
    with open_store(store) as opened:
        notebooks = list(read_notebooks(opened))
        others = sum(key.kind != "notebook" for key in opened.documents())
    for notebook in _chosen(notebooks, names) if names else notebooks:
        yield from _tell(notebook)
    if not names:
        if not notebooks:
            yield "The store has no notebook."
        if others:
            yield f"It also has {others} {'file' if others == 1 else 'files'} of other kinds."


def earlier_of(store: Path, file: Path) -> Earlier:
    """Return the latest versions of a notebook in which nothing is doubled, and what came twice.

    Of a file below the store's folder it is the one of that path, of another file the one of its
    name. Raises `StoreError` where the store can't be read or has no such notebook.
    """
    with open_store(store) as opened:
        notebooks = list(read_notebooks(opened))
        folder = opened.path.resolve().parent
    path = file.resolve()
    name = path.relative_to(folder) if path.is_relative_to(folder) else Path(path.name)
    try:
        (notebook,) = _chosen(notebooks, [name.as_posix()], exactly=path.is_relative_to(folder))
    except StoreError as error:
        raise StoreError(
            f"{error}. Or write a version out, by --history and --version, and name that."
        ) from error
    texts: list[str] = []
    for version in reversed(notebook.history.versions):
        if not version.damage and len(texts) < _LATEST:
            with suppress(StoreError):
                texts.append(write_version(notebook.edits, version))
    earlier = read_earlier(texts, find_doubled(notebook.edits))
    assert earlier is not None, "a version is a notebook"
    return earlier


def recover(store: Path, names: Sequence[str], number: int, output: Path) -> str:
    """Write version `number` of a notebook to a new file, and return what to tell of it.

    With no name the store has to have one notebook only. Raises `StoreError` where that isn't so,
    there is no such version, or `output` is there already.
    """
    with open_store(store) as opened:
        notebooks = list(read_notebooks(opened))
    chosen = _chosen(notebooks, names) if names else notebooks
    if len(chosen) != 1:
        raise StoreError(
            f"Which notebook? Name one of: {_names(chosen or notebooks) or 'none is there'}"
        )
    (notebook,) = chosen
    versions = notebook.history.versions
    if not 1 <= number <= len(versions):
        known = f"versions 1 to {len(versions)}" if versions else "no version with a cell"
        raise StoreError(f"{notebook.name} has {known}, but no version {number}.")
    version = versions[number - 1]
    text = write_version(notebook.edits, version)
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise StoreError(f"{output} is there already. Name a new file by --output.") from None
    except OSError as error:
        raise StoreError(f"{output} can't be written: {error.strerror}.") from error
    return f"{output}: {notebook.name} of {_time(version.when)}, {_count(version.cells, 'cell')}"


def read_notebooks(store: Store) -> Iterator[Kept]:
    """Read all notebooks of an open store, the one that was edited last first."""
    paths = _known_paths(store.path.parent)
    for key in store.documents():
        if key.kind == "notebook":
            edits = store.edits(key)
            history = list_versions(edits)
            name = paths.get(key.id) or history.path or key.id
            yield Kept(name, key.id, edits, history)


def _known_paths(folder: Path) -> dict[str, str]:
    """Return the files' paths by their ids, as far as this user's Jupyter knows them.

    Those below `folder` are told as seen from there.
    """
    path = Path(jupyter_data_dir(), IDS)
    if not path.is_file():
        return {}
    try:
        address = f"file:{quote(str(path.resolve()))}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as database:
            known = {str(id_): Path(path) for id_, path in database.execute(_ALL_IDS)}
    except sqlite3.DatabaseError:
        return {}  # only a nicer name is lost
    folder = folder.resolve()
    return {
        id_: str(path.relative_to(folder) if path.is_relative_to(folder) else path)
        for id_, path in known.items()
    }


def _chosen(
    notebooks: Sequence[Kept], names: Sequence[str], *, exactly: bool = False
) -> list[Kept]:
    """Return the notebooks called so; raise `StoreError` where one is none or several."""
    chosen = []
    for name in names:
        called = [notebook for notebook in notebooks if notebook.is_called(name)]
        exact = [each for each in called if name in (each.name, each.history.path)]
        found = exact if len(exact) == 1 or exactly else called
        if len(found) != 1:
            what = "several notebooks" if found else "no notebook"
            has = _names(found or notebooks) or "none"
            raise StoreError(f"The store has {what} called {name}. It has: {has}")
        chosen += found
    return chosen


def _tell(notebook: Kept) -> Iterator[str]:
    history = notebook.history
    edits = _count(len(notebook.edits), "edit")
    yield f"{notebook.name}: {_count(len(history.versions), 'version')}, {edits}"
    for version in history.versions:
        cells = _count(version.cells, "cell")
        damage = f" (damage: {', '.join(version.damage)})" if version.damage else ""
        yield f"  {version.number:>3}  {_time(version.when)}  {cells:>10}  {version.change}{damage}"
    if history.unreadable:
        yield (
            f"  {_count(history.unreadable, 'edit')} can’t be read: versions may lack something."
        )


def _names(notebooks: Sequence[Kept]) -> str:
    return ", ".join(notebook.name for notebook in notebooks)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _time(when: datetime) -> str:
    """Write a time as this machine's clock shows it."""
    return f"{when.astimezone():%Y-%m-%d %H:%M:%S}"
