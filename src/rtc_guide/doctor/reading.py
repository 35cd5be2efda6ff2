"""From the text of a file to the notebook in it, also where the text is cut off or no JSON.

A notebook that is written by JupyterLab begins with its cells, each an object, and ends with the
metadata. So of a file that is cut off the cells before the cut can be read whole, and of the torn
one often the text. Of a file with a broken place in the middle, the cells before and after it can.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from rtc_guide.doctor.cells import Json
from rtc_guide.doctor.damage import Damage, Kind, damage, told_cells

_DECODER = json.JSONDecoder(strict=False)
_CELLS = re.compile(r'"cells"\s*:\s*\[')
_CELL = re.compile(
    r'\{\s*"(?:attachments|cell_type|execution_count|id|metadata|outputs|source)"\s*:'
)
_BETWEEN = re.compile(r"[\s,]*")
_PART = re.compile(r'"(metadata|nbformat|nbformat_minor)"\s*:\s*')
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|"', re.DOTALL)
_LOOSE_END = re.compile(
    r'(?:,|,?\s*"(?:[^"\\]|\\.)*"\s*:|(?<![\w"])[\w.+-]+|,?\s*"(?:[^"\\]|\\.)*")\s*\Z', re.DOTALL
)
_CONFLICT = re.compile(
    r"^<{7}(?: [^\n]*)?\n(?P<ours>.*?)"
    r"(?:^\|{7}(?: [^\n]*)?\n.*?)?^={7}\n(?P<theirs>.*?)^>{7}(?: [^\n]*)?(?:\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_WRONG = (ValueError, RecursionError)
"""What `json` raises; `ValueError` alone also of an integer with thousands of digits."""


@dataclass(frozen=True)
class Reading:
    """What could be read."""

    notebook: Json | None
    """The notebook's parts, of whatever types they are; None where there is no notebook."""
    damages: tuple[Damage, ...]


@dataclass(frozen=True)
class _Salvage:
    cells: tuple[Json, ...]
    torn: Json | None
    """What can be read of a cell that the file's end cuts."""
    gaps: tuple[int, ...]
    """After how many cells something couldn't be read."""
    parts: Json


def read(text: str) -> Reading:
    """Read the text of a notebook file; never raises."""
    text = text.removeprefix("\ufeff")
    if not text.strip("\x00 \t\r\n"):
        return _no_notebook("The file is empty. Look for a backup or a checkpoint of it.")
    try:
        found = _loads(text)
    except _WRONG as error:
        return _read_broken(text, error)
    if _is_notebook(found):
        return Reading(found, ())
    what = f"JSON, but {_told_type(found)} without a notebook's cells"
    return _no_notebook(f"The file is {what}. Is it the right file?")


def _read_broken(text: str, error: Exception) -> Reading:
    told = _told_place(error)
    sides = _sides(text)
    if sides:
        ours, theirs = sides
        both = ours | {"cells": [*ours["cells"], *theirs["cells"]]}
        what = "The file has git's conflict markers in it, so that it is no JSON."
        done = "Took the cells of both sides of git's conflict, one after the other."
        return Reading(both, (damage(Kind.INVALID_JSON, (), what, done),))
    first = _first_of(text)
    if first:
        return first
    saved = _salvage(text)
    count = len(saved.cells) + (saved.torn is not None)
    if not count and not _CELLS.search(text):
        return _no_notebook(f"The file is no JSON ({told}), and no cell can be read in it.")
    cells = [*saved.cells, *([saved.torn] if saved.torn else [])]
    notebook = saved.parts | {"cells": cells}
    whole = f"{len(saved.cells)} whole cell{'s' * (len(saved.cells) != 1)} can be read"
    if _close(text) is not None:
        what = f"The file is cut off: {whole}"
        what += f", and a part of cell {count}." if saved.torn else "."
        done = f"Kept the {len(saved.cells)} whole cells"
        done += " and what can be read of the one that the end cuts." if saved.torn else "."
        torn = (count,) if saved.torn else ()
        return Reading(notebook, (damage(Kind.CUT_OFF, torn, what, done),))
    what = f"The file is no JSON ({told}): {whole}"
    what += f", and a part of cell {count}." if saved.torn else "."
    for gap in saved.gaps:
        what += f" Something after {told_cells([gap])}" if gap else " Something before cell 1"
        what += " can't be read."
    done = f"Kept the {count} cells that can be read."
    return Reading(notebook, (damage(Kind.INVALID_JSON, (), what, done),))


def _first_of(text: str) -> Reading | None:
    """Read a notebook that other text follows: a shorter file was written over a longer one."""
    start = len(text) - len(text.lstrip())
    try:
        found, end = _DECODER.raw_decode(text, start)
    except _WRONG:
        return None
    rest = text[end:].strip("\x00 \t\r\n")
    if not _is_notebook(found) or not isinstance(found.get("cells"), list):
        return None
    if not rest:
        what = "Characters that are no text follow the notebook in its file."
        return Reading(found, (damage(Kind.INVALID_JSON, (), what, "Removed them."),))
    known = {json.dumps(cell.get("source")) for cell in found["cells"] if isinstance(cell, dict)}
    more = [cell for cell in _salvage(rest).cells if json.dumps(cell.get("source")) not in known]
    what = f"After the notebook's end the file goes on, with {len(rest)} more characters."
    done = "Removed what follows the notebook's end."
    if more:
        done = f"Took {len(more)} cells that only stood after the notebook's end to its end."
    both = found | {"cells": [*found["cells"], *more]}
    return Reading(both, (damage(Kind.INVALID_JSON, (), what, done),))


def _sides(text: str) -> tuple[Json, Json] | None:
    """Return both notebooks of a file in which git left a conflict, where both can be read."""
    if not _CONFLICT.search(text):
        return None
    sides = []
    for side in ("ours", "theirs"):
        try:
            found = _loads(_CONFLICT.sub(lambda match, side=side: match[side], text))  # type: ignore[misc]
        except _WRONG:
            return None
        if not _is_notebook(found) or not isinstance(found.get("cells"), list):
            return None
        sides.append(found)
    return sides[0], sides[1]


def _salvage(text: str) -> _Salvage:
    """Read the cells that stand whole in a broken text, and the parts beside them."""
    begin = _CELLS.search(text)
    at = begin.end() if begin else 0
    head = text[: begin.start()] if begin else ""
    cells: list[Json] = []
    gaps: list[int] = []
    torn = None
    while True:
        skipped = _BETWEEN.match(text, at)
        at = skipped.end() if skipped else at
        if at >= len(text) or (begin and text[at] == "]"):
            break
        try:
            found, end = _DECODER.raw_decode(text, at)
            is_cell = isinstance(found, dict) and ("cell_type" in found or "source" in found)
        except _WRONG:
            is_cell = False
        if is_cell:
            cells.append(found)
            at = end
            continue
        onward = _next_cell(text, at + 1)
        if onward is None:
            torn = _torn(text[at:])
            if torn is None and begin:
                gaps.append(len(cells))
            break
        gaps.append(len(cells))
        at = onward
    parts: Json = {}
    for part in (head, text[at:] if not torn else ""):
        for name in _PART.finditer(part):
            try:
                value, _ = _DECODER.raw_decode(part, name.end())
            except _WRONG:
                continue
            parts.setdefault(name[1], value)
    return _Salvage(tuple(cells), torn, tuple(dict.fromkeys(gaps)), parts)


def _next_cell(text: str, at: int) -> int | None:
    """Return where the next whole cell begins."""
    for match in _CELL.finditer(text, at):
        try:
            found, _ = _DECODER.raw_decode(text, match.start())
        except _WRONG:
            continue
        if "cell_type" in found and "source" in found:
            return match.start()
    return None


def _torn(text: str) -> Json | None:
    """Return what can be read of a cell that is cut off, where that has any text."""
    closed = _close(text)
    if not isinstance(closed, dict) or not closed.get("source"):
        return None
    if not isinstance(closed["source"], str | list) or "cell_type" not in closed:
        return None
    # What comes after the cut is missing, which is no damage of its own.
    missing: Json = {"metadata": {}}
    if closed["cell_type"] == "code":
        missing |= {"outputs": [], "execution_count": None}
    return missing | closed


def _close(text: str) -> Any:
    """Read a text that is the beginning of JSON, by ending what is open; None where it isn't."""
    stack = []
    opened = None
    for token in _TOKEN.finditer(text):
        match token[0]:
            case "{":
                stack.append("}")
            case "[":
                stack.append("]")
            case "}" | "]" as end:
                if not stack or stack.pop() != end:
                    return None
            case '"':  # the one that nothing ends
                opened = token.start()
    ends = "".join(reversed(stack))
    if opened is not None:
        inside = re.sub(r"\\(?:u[0-9a-fA-F]{0,3})?\Z", "", text[opened:])
        try:
            return _loads(f'{text[:opened]}{inside}"{ends}')
        except _WRONG:  # it was a key
            text = text[:opened]
    # Ever less of the end, until it is one at which something may end: a comma, a key, half a word.
    for _ in range(4):
        try:
            return _loads(text + ends)
        except _WRONG:
            pass
        loose = _LOOSE_END.search(text, max(0, len(text) - 400))
        if not loose:
            return None
        text = text[: loose.start()]
    return None


def _loads(text: str) -> Any:
    return _DECODER.decode(text)


def _is_notebook(found: Any) -> bool:
    if not isinstance(found, dict):
        return False
    if "cells" in found:
        return isinstance(found["cells"], list | dict)
    return isinstance(found.get("worksheets"), list) or "nbformat" in found


def _no_notebook(told: str) -> Reading:
    return Reading(None, (damage(Kind.NOT_A_NOTEBOOK, (), told),))


def _told_type(found: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "a truth value"}
    return names.get(type(found), "a number" if found is not None else "nothing")


def _told_place(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}: {error.msg}"
    return "too deeply nested" if isinstance(error, RecursionError) else str(error)
