"""What the last whole site was made of, and what it consists of: one JSON file beside the site."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

FILE = "html.made-of.json"
"""The file's name, in the folder of the site's folder."""

USED = "used-elsewhere.json"
"""Another, which a build writes into the folder of what it read: `Record.others`."""


IMPORTED = "imported.json"
"""A third, likewise: the names of the modules that a build of few pages has imported, in order."""


@dataclass(frozen=True)
class Record:
    """Digests of a site's pages and of the rest, of the site itself, and what else was used.

    `others` are digests of the files elsewhere that its pages use.
    """

    pages: Mapping[str, str]
    rest: str
    site: str
    others: Mapping[str, str]


def read_record(path: Path) -> Record | None:
    """Read a record; return None where there is none that can be used."""
    try:
        return Record(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_record(path: Path, record: Record) -> None:
    """Write a record, whole or not at all."""
    making = path.with_suffix(".part")
    making.write_text(json.dumps(asdict(record), indent=1), "utf-8")
    making.replace(path)


def digest_site(*folders: Path) -> str:
    """Tell whether any file was added, removed or written since, by its size and time."""
    told = sha256()
    for folder in folders:
        for where, names, files in os.walk(folder):
            names.sort()
            for name in sorted(files):
                status = Path(where, name).stat()
                told.update(f"{where}/{name} {status.st_size} {status.st_mtime_ns}\0".encode())
    return told.hexdigest()
