"""Cells while they are looked at and mended, each with its number in the file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

Json = dict[str, Any]
"""An object of JSON."""

ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""What a cell's id may be (nbformat's schema since 4.5)."""

MINOR_WITH_IDS = 5
"""Since nbformat 4.5 cells have ids."""

KEPT = "rtc-guide-doctor"
"""The key in a cell's metadata that marks a version kept beside the one that was chosen."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook as nbformat 4 has it, its source one text."""

    number: int
    """Its place in the file, counted from 1; of merged copies the first one's."""
    body: Json
    """What the file says of it; never changed in place."""

    @property
    def type(self) -> str:
        """Which of code, markdown and raw it is."""
        return str(self.body["cell_type"])

    @property
    def text(self) -> str:
        """Its source."""
        return str(self.body["source"])

    @property
    def id(self) -> str | None:
        """Its id, if it has one."""
        return self.body.get("id")

    @property
    def count(self) -> int | None:
        """The number of its last run."""
        return self.body.get("execution_count")

    @property
    def outputs(self) -> list[Json]:
        """What its last run left."""
        return list(self.body.get("outputs", ()))

    @property
    def is_kept(self) -> bool:
        """Whether it is another version of a cell, kept by an earlier mending."""
        return KEPT in self.body["metadata"]

    @cached_property
    def key(self) -> tuple[str, str]:
        """What is the same in exact copies: the type and the text, less blanks at line ends."""
        return self.type, "\n".join(line.rstrip() for line in self.text.strip().splitlines())

    @cached_property
    def words(self) -> frozenset[str]:
        """The different words of its text."""
        return frozenset(_WORD.findall(self.text))

    def with_text(self, text: str) -> "Cell":
        """Return the cell with another text."""
        return self.with_parts(source=text)

    def with_parts(self, **parts: Any) -> "Cell":
        """Return the cell with some parts of its body replaced."""
        return replace(self, body=self.body | parts)


def new_id(cell: Cell, taken: Iterable[str | None]) -> str:
    """Return an id that no other cell has: the same for the same cell, so that mending repeats."""
    used = set(taken)
    turn = 0
    while True:
        told = f"{cell.number} {turn} {cell.type} {cell.text}"
        found = sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        if found not in used:
            return found
        turn += 1
