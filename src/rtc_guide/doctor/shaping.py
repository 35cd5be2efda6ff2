"""From whatever types a notebook's parts have to those of the notebook format 4.

The format is nbformat's JSON schema (https://nbformat.readthedocs.io/en/latest/format_description.html).
What only an older or a newer tool does otherwise is put right without a word, if anything else has
to be written: missing ids, ids in a notebook of format 4.4.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import nbformat

from rtc_guide.doctor.cells import ID, MINOR_WITH_IDS, Cell, Json, new_id
from rtc_guide.doctor.damage import Damage, Kind, damage
from rtc_guide.doctor.parsing import reads_as_python

_TYPES = ("code", "markdown", "raw")
_PARTS = {
    "code": {"id", "cell_type", "metadata", "source", "outputs", "execution_count"},
    "markdown": {"id", "cell_type", "metadata", "source", "attachments"},
    "raw": {"id", "cell_type", "metadata", "source", "attachments"},
}
_OUTPUT_PARTS: dict[str, Json] = {
    "stream": {"name": "stdout", "text": ""},
    "display_data": {"data": {}, "metadata": {}},
    "execute_result": {"data": {}, "metadata": {}, "execution_count": None},
    "error": {"ename": "", "evalue": "", "traceback": []},
}
_PYTHON_SPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Shaped:
    """A notebook whose parts have the right types."""

    cells: tuple[Cell, ...]
    rest: Json
    """Its other parts: metadata, nbformat, nbformat_minor."""
    damages: tuple[Damage, ...]


def shape(found: Json) -> Shaped:
    """Give a notebook's parts the right types; never raises."""
    damages: list[Damage] = []
    if "cells" not in found:
        found = _from_older(found, damages)
    listed = found["cells"]
    if isinstance(listed, dict):
        listed = list(listed.values())
        told = "The notebook's cells are no list but an object."
        damages.append(damage(Kind.WRONG_TYPE, (), told, "Made a list of the cells."))
    cells = [_shape_cell(number, cell, damages) for number, cell in enumerate(listed, 1)]
    rest = _shape_rest(found, cells, damages)
    return Shaped(tuple(cells), rest, tuple(damages))


def write(cells: Sequence[Cell], rest: Json) -> str:
    """Return the text of a notebook's file, valid by nbformat.

    Raises `nbformat.ValidationError` where nbformat refuses the notebook all the same.
    """
    bodies = [dict(cell.body) for cell in cells]
    rest = dict(rest)
    if any("id" in body for body in bodies):
        rest["nbformat_minor"] = max(rest["nbformat_minor"], MINOR_WITH_IDS)
    if rest["nbformat_minor"] >= MINOR_WITH_IDS:
        taken = {cell.id for cell in cells}
        for cell, body in zip(cells, bodies, strict=True):
            if "id" not in body:
                body["id"] = new_id(cell, taken)
                taken.add(body["id"])
    notebook = nbformat.from_dict(rest | {"cells": bodies})  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    text = str(nbformat.writes(notebook, version=nbformat.NO_CONVERT))  # type: ignore[no-untyped-call]
    if _SURROGATE.search(text):  # which no file can hold: half of a character outside the BMP
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text if text.endswith("\n") else f"{text}\n"


def _from_older(found: Json, damages: list[Damage]) -> Json:
    """Read the older formats, which had worksheets; no damage."""
    if isinstance(found.get("worksheets"), list):
        try:
            older = nbformat.from_dict(found)  # type: ignore[no-untyped-call]
            newer = nbformat.convert(older, 4)  # type: ignore[no-untyped-call]
            return dict(json.loads(json.dumps(newer)))
        except Exception:
            told = "The notebook is of an old format, and nbformat can't read it."
            cells = [
                cell
                for sheet in found["worksheets"]
                if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
                for cell in sheet["cells"]
            ]
            damages.append(damage(Kind.WRONG_TYPE, (), told, "Read its cells one by one."))
            kept = {"cells": cells, "nbformat": 4, "nbformat_minor": 4}
            return kept | {"metadata": found.get("metadata", {})}
    told = "The notebook has no list of cells."
    damages.append(damage(Kind.WRONG_TYPE, (), told, "Gave it an empty list of cells."))
    return found | {"cells": []}


def _shape_cell(number: int, found: Any, damages: list[Damage]) -> Cell:
    """Give one cell's parts the right types, without losing text."""
    if not isinstance(found, dict):
        told = f"Cell {number} is no object."
        damages.append(
            damage(Kind.WRONG_TYPE, [number], told, f"Made a raw cell of what cell {number} was.")
        )
        source = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
        return Cell(number, {"cell_type": "raw", "metadata": {}, "source": source})
    wrong: list[str] = []
    type_ = _shape_type(found, wrong)
    body: Json = {
        "cell_type": type_,
        "metadata": _shape_metadata(found, wrong),
        "source": _shape_source(found, wrong),
    }
    if "id" in found:
        if isinstance(found["id"], str) and ID.fullmatch(found["id"]):
            body["id"] = found["id"]
        else:
            wrong.append("its id is none")
    if type_ == "code":
        count = found.get("execution_count")
        if isinstance(count, float) and count.is_integer():
            count = int(count)  # Yjs has no integers
        if count is not None and (not _is_integer(count) or count < 0):
            wrong.append("its run's number is no number")
            count = None
        body["execution_count"] = count
        body["outputs"] = _shape_outputs(found, wrong)
    elif found.get("outputs"):
        wrong.append(f"it is {type_} and has outputs")
    attachments = found.get("attachments")
    if attachments is not None and type_ != "code":
        if _is_valid({"data": attachments, "metadata": {}, "output_type": "display_data"}) or (
            isinstance(attachments, dict)
            and all(isinstance(bundle, dict) for bundle in attachments.values())
        ):
            body["attachments"] = attachments
        else:
            wrong.append("its attachments are no object")
    unknown = set(found) - _PARTS[type_] - {"outputs", "execution_count", "attachments"}
    unknown -= {"prompt_number", "collapsed", "level", "language", "input"}  # of older formats
    if unknown:
        wrong.append(f"it has parts that no such cell has ({', '.join(sorted(map(str, unknown)))})")
    if wrong:
        told = f"Cell {number} is no cell as the notebook format has it: {'; '.join(wrong)}."
        damages.append(
            damage(Kind.WRONG_TYPE, [number], told, f"Put the parts of cell {number} right.")
        )
    return Cell(number, body)


def _shape_type(found: Json, wrong: list[str]) -> str:
    type_ = found.get("cell_type")
    if type_ in _TYPES:
        return str(type_)
    ran = "outputs" in found or "execution_count" in found
    wrong.append(
        "it doesn't say its type" if type_ is None else f"it is of no known type ({type_})"
    )
    return "code" if ran else "markdown"


def _shape_metadata(found: Json, wrong: list[str]) -> Json:
    metadata = found.get("metadata")
    if not isinstance(metadata, dict):
        wrong.append("it has no metadata")
        return {}
    metadata = dict(metadata)
    tags = metadata.get("tags")
    if tags is not None and (
        not isinstance(tags, list)
        or not all(isinstance(tag, str) and "," not in tag for tag in tags)
        or len(set(tags)) < len(tags)
    ):
        wrong.append("its tags are no list of different words")
        words = tags if isinstance(tags, list) else [tags]
        split = (part.strip() for word in words for part in str(word).split(","))
        metadata["tags"] = list(dict.fromkeys(part for part in split if part))
    if "name" in metadata and not (isinstance(metadata["name"], str) and metadata["name"]):
        wrong.append("its name is no text")
        del metadata["name"]
    if found.get("cell_type") == "code":
        for name, types in (("collapsed", bool), ("execution", dict)):
            if name in metadata and not isinstance(metadata[name], types):
                wrong.append(f"its {name} is of a wrong type")
                del metadata[name]
        if "scrolled" in metadata and metadata["scrolled"] not in (True, False, "auto"):
            wrong.append("its scrolled is of a wrong type")
            del metadata["scrolled"]
    if found.get("cell_type") == "raw" and not isinstance(metadata.get("format", ""), str):
        wrong.append("its format is no text")
        del metadata["format"]
    jupyter = metadata.get("jupyter")
    if "jupyter" in metadata and (
        not isinstance(jupyter, dict)
        or any(
            name in jupyter and not isinstance(jupyter[name], bool)
            for name in ("source_hidden", "outputs_hidden")
        )
    ):
        wrong.append("its jupyter is of a wrong type")
        del metadata["jupyter"]
    return metadata


def _shape_source(found: Json, wrong: list[str]) -> str:
    source = found.get("source")
    if isinstance(source, str):
        return source
    if isinstance(source, list):
        if not all(isinstance(line, str) for line in source):
            wrong.append("its text has parts that are no text")
        return "".join(line if isinstance(line, str) else _told(line) for line in source)
    if source is None and isinstance(found.get("input"), str):
        wrong.append("its text has the name that it had in old formats")
        return str(found["input"])
    wrong.append("it has no text" if source is None else "its text is no text")
    return "" if source is None else _told(source)


def _told(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _shape_outputs(found: Json, wrong: list[str]) -> list[Json]:
    outputs = found.get("outputs")
    if not isinstance(outputs, list):
        wrong.append("it has no list of outputs")
        outputs = [outputs] if isinstance(outputs, dict) and "output_type" in outputs else []
    shaped = []
    for number, output in enumerate(outputs, 1):
        if _is_valid(output):
            shaped.append(output)
            continue
        mended = _shape_output(output)
        what = "has parts missing or of a wrong type" if mended else "can't be read and goes"
        wrong.append(f"output {number} {what}")
        if mended:
            shaped.append(mended)
    return shaped


def _shape_output(output: Any) -> Json | None:
    if not isinstance(output, dict):
        return None
    type_ = output.get("output_type")
    if not isinstance(type_, str) or type_ not in _OUTPUT_PARTS:
        return None
    named = {
        name: output[name] for name in ("output_type", *_OUTPUT_PARTS[type_]) if name in output
    }
    filled = {"output_type": type_} | _OUTPUT_PARTS[type_] | named
    for name, default in _OUTPUT_PARTS[type_].items():
        for value in (filled[name], default):
            filled[name] = value
            if _is_valid(filled):
                return filled
    # Several are wrong: take the defaults for all that have another type.
    for name, default in _OUTPUT_PARTS[type_].items():
        if type(filled[name]) is not type(default):
            filled[name] = default
    return filled if _is_valid(filled) else None


def _is_valid(output: Any) -> bool:
    """Whether nbformat takes an output."""
    if not isinstance(output, dict):
        return False
    if output.get("output_type") == "stream":  # by far the most, and validating takes its time
        text = output.get("text")
        is_text = isinstance(text, str) or (
            isinstance(text, list) and all(isinstance(line, str) for line in text)
        )
        return is_text and isinstance(output.get("name"), str) and len(output) == 3
    try:
        nbformat.validate(output, ref="output", version=4, version_minor=MINOR_WITH_IDS)
    except Exception:  # ValidationError, or whatever a validator makes of odd types
        return False
    return True


def _shape_rest(found: Json, cells: list[Cell], damages: list[Damage]) -> Json:
    metadata = found.get("metadata")
    wrong: list[str] = []
    if not isinstance(metadata, dict):
        wrong.append("its metadata")
        metadata = {}
    metadata = dict(metadata)
    major, minor = found.get("nbformat"), found.get("nbformat_minor")
    has_ids = any("id" in cell.body for cell in cells)
    if major is None or minor is None:
        wrong.append("the format's version")
    elif not _is_integer(major) or not _is_integer(minor):
        told = f"The format's version is no number but {_told(major)} and {_told(minor)}."
        damages.append(damage(Kind.WRONG_TYPE, (), told, "Wrote the format's version as numbers."))
    elif major != 4 and "worksheets" not in found:
        told = f"The file says that it is of format {major}, and is of format 4."
        damages.append(damage(Kind.WRONG_TYPE, (), told, "Wrote that it is of format 4."))
    if not isinstance(minor, int | float) or not 0 <= minor <= MINOR_WITH_IDS:
        minor = MINOR_WITH_IDS if has_ids or not cells else MINOR_WITH_IDS - 1
    minor = int(minor)
    for name, needed in (("kernelspec", ("name", "display_name")), ("language_info", ("name",))):
        told_of = metadata.get(name)
        if name in metadata and not (
            isinstance(told_of, dict) and all(isinstance(told_of.get(key), str) for key in needed)
        ):
            wrong.append(f"its {name}")
            del metadata[name]
    for name, type_ in (("authors", list), ("title", str), ("orig_nbformat", int)):
        if name in metadata and not isinstance(metadata[name], type_):
            told = f"The notebook's {name} is of a wrong type."
            damages.append(damage(Kind.WRONG_TYPE, (), told, f"Removed the notebook's {name}."))
            del metadata[name]
    # jupyter_ydoc writes empty names where a notebook has lost its metadata.
    kernel = metadata.get("kernelspec", {}).get("name")
    language = metadata.get("language_info", {}).get("name")
    ran = [cell.number for cell in cells if cell.count is not None]
    if not kernel and not language and (ran or wrong or kernel == ""):
        wrong.append("which kernel runs it")
        if _reads_as_python(cells):
            metadata["kernelspec"] = dict(_PYTHON_SPEC)
            metadata.pop("language_info", None)
    if wrong:
        _tell_lost(wrong, metadata, cells, damages)
    return {"metadata": metadata, "nbformat": 4, "nbformat_minor": minor}


def _tell_lost(wrong: list[str], metadata: Json, cells: list[Cell], damages: list[Damage]) -> None:
    told = f"The notebook has lost {', '.join(dict.fromkeys(wrong))}."
    spec = metadata.get("kernelspec", {}).get("name")
    if "which kernel runs it" not in wrong:
        damages.append(damage(Kind.LOST_METADATA, (), told, "Put the notebook's metadata right."))
    elif spec:
        done = "Wrote that Python 3 runs the notebook, since its code reads as Python."
        damages.append(damage(Kind.LOST_METADATA, (), told, done))
    else:
        for name in ("kernelspec", "language_info"):
            metadata.pop(name, None)
        if len(dict.fromkeys(wrong)) > 1:
            done = "Put the notebook's metadata right."
            damages.append(damage(Kind.LOST_METADATA, (), told, done))
        run = [cell.number for cell in cells if cell.count is not None]
        if run:
            told = "The notebook was run and doesn't say by which kernel: choose one in JupyterLab."
            damages.append(damage(Kind.LOST_METADATA, (), told))


def _reads_as_python(cells: list[Cell]) -> bool:
    """Whether most code can be parsed as Python; False where there is none."""
    sources = [cell.text for cell in cells if cell.type == "code" and cell.text.strip()]
    read = sum(map(reads_as_python, sources))
    return bool(sources) and read >= 0.8 * len(sources)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
