"""The stacks that a project declares in `stacks/stacks.toml`: their names, titles and order.

A leaf: what runs stacks, what reads pages and what shows them agree on it.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import Path
from typing import Any

FILE = "stacks.toml"

# The declarations of this package: in the installed one, or in a checkout of the source.
OWN_FOLDERS = (Path(__file__).parent / "stacks/pins", Path(__file__).parents[2] / "stacks")

_PRODUCTS = {"lab": "JupyterLab", "notebook": "Notebook", "retrolab": "RetroLab"}
_PACKAGES = {"collaboration": "jupyter-collaboration"}
_NAME = re.compile(rf"({'|'.join(_PRODUCTS)})-(\d+(?:\.\d+)*)(?:-([a-z]+)-(\d+(?:\.\d+)*))?")


class DeclarationError(Exception):
    """What a project says of its stacks can't be used; the message tells where and why."""


@dataclass(frozen=True)
class Software:
    """A stack as it is declared.

    `requires` are requirements as pip takes them, `day` is the day whose packages it gets: the
    present one where there is none.
    """

    name: str
    requires: tuple[str, ...]
    day: date | None = None

    @property
    def title(self) -> str:
        """The name for readers: “JupyterLab 4.6 with jupyter-collaboration 4”."""
        return title_of(self.name)


@dataclass(frozen=True)
class Declaration:
    """All stacks of a project, oldest first, by name; and which one is the newest."""

    stacks: Mapping[str, Software]
    newest: str

    def matching(self, patterns: Iterable[str]) -> tuple[str, ...]:
        """Return the names that match one of these, which may have wildcards, in their order.

        Raises `DeclarationError` for a pattern that matches none.
        """
        patterns = tuple(patterns)
        for pattern in patterns:
            if not any(fnmatchcase(name, pattern) for name in self.stacks):
                raise DeclarationError(
                    f"no stack is called “{pattern}”; known: {', '.join(self.stacks)}"
                )
        return tuple(
            name for name in self.stacks if any(fnmatchcase(name, each) for each in patterns)
        )

    def title_of(self, names: Iterable[str]) -> str:
        """Name several stacks for readers: “JupyterLab 4.1 to 4.4, Notebook 7.0”.

        Stacks that follow each other in the declaration are named by the first and the last.
        """
        wanted = set(names)
        told = []
        for _, run in groupby(
            self.stacks.values(), key=lambda each: (each.name in wanted, product_of(each.name))
        ):
            members = [each for each in run if each.name in wanted]
            if members:
                told.append(_title_of_run(members))
        return ", ".join(told)


def _title_of_run(members: list[Software]) -> str:
    versions = list(dict.fromkeys(version_of(each.name) for each in members))
    if len(members) == 1 or len(versions) == 1:
        return min((each.title for each in members), key=len)
    return f"{_PRODUCTS[product_of(members[0].name)]} {versions[0]} to {versions[-1]}"


def title_of(name: str) -> str:
    """Return a stack's name for readers: “JupyterLab 4.6” for `lab-4.6`."""
    known = _NAME.fullmatch(name)
    if not known:
        return name
    product = _PRODUCTS[known[1]]
    if known[1] == "notebook" and int(known[2].partition(".")[0]) < 7:
        product = "Classic Notebook"
    also = f" with {_PACKAGES.get(known[3], known[3])} {known[4]}" if known[3] else ""
    return f"{product} {known[2]}{also}"


def product_of(name: str) -> str:
    """Return what a stack's users open: `lab`, `notebook` or `retrolab`; else nothing."""
    known = _NAME.fullmatch(name)
    return known[1] if known else ""


def version_of(name: str) -> str:
    """Return the version of a stack's product as its name says it: “4.6” of `lab-4.6`."""
    known = _NAME.fullmatch(name)
    return known[2] if known else name


def read_declaration(root: Path) -> Declaration:
    """Read `stacks/stacks.toml` of the project at `root`, else the one that this package brings.

    Raises `DeclarationError` where it is not as it should be.
    """
    folder = next(each for each in folders_of(root) if (each / FILE).is_file())
    path = folder / FILE
    try:
        told = tomllib.loads(path.read_text("utf-8"))
        stacks = {name: _software(name, entry) for name, entry in told["stacks"].items()}
        newest = told["newest"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DeclarationError(
            f'{path} can\'t be read ({error}); it needs newest = "NAME" and, below [stacks], '
            'lines such as "lab-4.6" = { requires = ["jupyterlab==4.6.*"] }'
        ) from error
    if newest not in stacks:
        raise DeclarationError(f"{path}: newest is “{newest}”, which is none of its stacks")
    return Declaration(stacks, newest)


def _software(name: str, entry: Any) -> Software:
    if not _NAME.fullmatch(name):
        raise ValueError(f"“{name}” is no product with a version, such as lab-4.6")
    if unknown := set(entry) - {"requires", "day"}:
        raise ValueError(f"“{name}” has an unknown “{min(unknown)}”")
    day = entry.get("day")
    if day is not None and not isinstance(day, date):
        raise ValueError(f"the day of “{name}” is no date")
    requires = entry["requires"]
    if not (isinstance(requires, list) and all(isinstance(each, str) for each in requires)):
        raise ValueError(f"what “{name}” requires is no list of requirements")
    return Software(name, tuple(requires), day)


def folders_of(root: Path) -> tuple[Path, ...]:
    """Return where stacks are looked for: in the project at `root`, then in this package."""
    return (root / "stacks", *OWN_FOLDERS)
