"""Damaging a healthy notebook in the ways of RTC, by seed, with the truth beside it."""

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from rtc_guide.doctor.earlier import Earlier

Json = dict[str, Any]

WORDS = "then we look at what this gives us before going on with more data".split()  # noqa: SIM905


@dataclass(frozen=True)
class Case:
    """A damaged notebook, what it was, and which cells are damaged."""

    name: str
    kind: str
    damaged: Json
    truth: Json
    wrong: frozenset[int]
    """The damaged cells, counted from 1; of repeats the later ones."""
    earlier: Earlier | None = None
    """What a server's store tells of how it was."""


def damage(kind: str, name: str, healthy: Json, seed: int) -> Case | None:
    """Damage a notebook; None where it has nothing to damage in this way."""
    random = Random(f"{seed} {kind} {name}")
    notebook = _with_ids(healthy, random) if "same ids" in kind else copy.deepcopy(healthy)
    made = KINDS[kind](notebook, random)
    if made is None:
        return None
    damaged, truth, wrong = made
    return Case(name, kind, damaged, truth, frozenset(wrong))


Made = tuple[Json, Json, set[int]] | None


def _whole(times: int, new_ids: bool) -> Callable[[Json, Random], Made]:
    def make(notebook: Json, random: Random) -> Made:
        cells = notebook["cells"]
        more = [_copies(cells, random, new_ids) for _ in range(times - 1)]
        all_ = cells + [cell for copied in more for cell in copied]
        wrong = set(range(len(cells) + 1, len(all_) + 1))
        return notebook | {"cells": all_}, notebook, wrong

    return make


def _edited(notebook: Json, random: Random) -> Made:
    """The whole notebook again; in one of the two, people went on: typed, ran, added a cell."""
    cells = notebook["cells"]
    truth = copy.deepcopy(cells)
    for index in random.sample(range(len(cells)), min(len(cells), random.randint(1, 3))):
        lines = _source(truth[index]).split("\n")
        at = random.randrange(len(lines) + 1)
        words = " ".join(random.sample(WORDS, 4))
        if random.random() < 0.5:
            lines.insert(at, f"# {words}")
        else:
            at = min(at, len(lines) - 1)
            lines[at] += f"  # {words}"
        truth[index]["source"] = "\n".join(lines)
        if truth[index]["cell_type"] == "code":
            truth[index]["execution_count"] = len(cells) + index
    edited = _copies(truth, random, True)
    both = cells + edited if random.random() < 0.5 else truth + _copies(cells, random, True)
    wrong = set(range(len(cells) + 1, 2 * len(cells) + 1))
    return notebook | {"cells": both}, notebook | {"cells": truth}, wrong


def _rewritten(notebook: Json, random: Random) -> Made:
    """The whole notebook again; in one of the two a word was replaced."""
    cells = notebook["cells"]
    truth = copy.deepcopy(cells)
    index = _some_cell(notebook, random)
    words = list(re.finditer(r"[A-Za-z]{3,}", _source(truth[index]))) if index is not None else []
    if index is None or not words:
        return None
    word, source = random.choice(words), _source(truth[index])
    replaced = f"{source[: word.start()]}{random.choice(WORDS)}{source[word.end() :]}"
    truth[index]["source"] = replaced
    edited = _copies(truth, random, True)
    both = cells + edited if random.random() < 0.5 else truth + _copies(cells, random, True)
    wrong = set(range(len(cells) + 1, 2 * len(cells) + 1))
    return notebook | {"cells": both}, notebook | {"cells": truth}, wrong


def _range(elsewhere: bool, new_ids: bool) -> Callable[[Json, Random], Made]:
    def make(notebook: Json, random: Random) -> Made:
        cells = notebook["cells"]
        size = random.randint(2, min(10, len(cells) // 2))
        start = random.randrange(len(cells) - size + 1)
        stop = start + size
        at = stop
        if elsewhere:
            at = random.choice([i for i in range(len(cells) + 1) if not start < i < stop])
        copied = _copies(cells[start:stop], random, new_ids)
        damaged = cells[:at] + copied + cells[at:]
        later = at if at >= stop else start + size
        wrong = set(range(later + 1, later + size + 1))
        truth = cells
        if at <= start:  # nobody can know which of the two was there first
            truth = cells[:at] + cells[start:stop] + cells[at:start] + cells[stop:]
        return notebook | {"cells": damaged}, notebook | {"cells": truth}, wrong

    return make


def _doubled(notebook: Json, random: Random) -> Made:
    """One cell's text inserted twice, as by two programs that loaded the file."""
    index = _some_cell(notebook, random)
    if index is None:
        return None
    return _with_text(notebook, index, _source(notebook["cells"][index]) * 2, None)


def _typed_twice(notebook: Json, random: Random) -> Made:
    """What was typed at the end of a cell stands there twice."""
    index = _some_cell(notebook, random)
    if index is None:
        return None
    typed = "\n# " + " ".join(random.sample(WORDS, random.randint(1, 5)))
    source = _source(notebook["cells"][index])
    if random.random() < 0.5:  # the line's end stood there already
        return _with_text(notebook, index, source + typed + typed[1:], source + typed)
    return _with_text(notebook, index, source + f" {typed[1:]}" * 2, source + f" {typed[1:]}")


def _mixed(notebook: Json, random: Random) -> Made:
    """Another cell's text inserted into one, at one of its ends or in the middle."""
    cells = notebook["cells"]
    index = _some_cell(notebook, random)
    if index is None:
        return None
    others = [
        cell
        for cell in cells
        if cell is not cells[index]
        and cell["cell_type"] == cells[index]["cell_type"]
        and len(_source(cell).strip()) >= 20
    ]
    if not others:
        return None
    source, other = _source(cells[index]), _source(random.choice(others))
    at = random.choice([0, len(source), random.randrange(len(source))])
    return _with_text(notebook, index, source[:at] + other + source[at:], None)


KINDS: dict[str, Callable[[Json, Random], Made]] = {
    "whole, same ids": _whole(2, new_ids=False),
    "whole, new ids": _whole(2, new_ids=True),
    "whole, three times": _whole(3, new_ids=True),
    "whole, copy edited": _edited,
    "whole, word replaced": _rewritten,
    "range below, same ids": _range(elsewhere=False, new_ids=False),
    "range below, new ids": _range(elsewhere=False, new_ids=True),
    "range elsewhere, same ids": _range(elsewhere=True, new_ids=False),
    "range elsewhere, new ids": _range(elsewhere=True, new_ids=True),
    "text doubled": _doubled,
    "typed twice": _typed_twice,
    "two texts in one": _mixed,
}


UNDECIDABLE = {"whole, word replaced"}
"""Kinds in which nothing tells which of two texts is the truth: both have to be kept."""


def _with_text(notebook: Json, index: int, damaged: str, truth: str | None) -> Made:
    both = []
    for text in (damaged, truth):
        cells = list(notebook["cells"])
        if text is not None:
            cells[index] = cells[index] | {"source": text}
        both.append(notebook | {"cells": cells})
    return both[0], both[1], {index + 1}


def _some_cell(notebook: Json, random: Random) -> int | None:
    full = [i for i, cell in enumerate(notebook["cells"]) if len(_source(cell).strip()) >= 3]
    return random.choice(full) if full else None


def _copies(cells: list[Json], random: Random, new_ids: bool) -> list[Json]:
    copied = copy.deepcopy(cells)
    for cell in copied:
        if new_ids and "id" in cell:
            cell["id"] = f"{random.getrandbits(64):016x}"
    return copied


def _with_ids(notebook: Json, random: Random) -> Json:
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        cell.setdefault("id", f"{random.getrandbits(32):08x}")
    return notebook | {"nbformat": 4, "nbformat_minor": 5}


def _source(cell: Json) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)
