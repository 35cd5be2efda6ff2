"""The notebook with which every schedule begins, and the texts of whatever became of it."""

import json
from typing import Any

CELLS = 6


def first_word(cell: int) -> str:
    """Return the word that a cell begins with, and has alone before anybody types."""
    return f"start{cell % CELLS + 1}"


def notebook() -> str:
    """Return the notebook's file."""
    cells: list[dict[str, Any]] = [_cell(f"cell-{n}", first_word(n)) for n in range(CELLS)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return written(
        {
            "cells": cells,
            "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def _cell(id: str, source: str) -> dict[str, Any]:
    """Return a cell of code, whose editor is open at once in a browser."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": id,
        "metadata": {},
        "outputs": [],
        "source": source,
    }


def written(whole: dict[str, Any]) -> str:
    """Return a notebook as Jupyter writes it."""
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def with_cell(file: str, word: str) -> str:
    """Return a notebook's file with one more cell, as another program leaves it."""
    whole = json.loads(file)
    whole["cells"].append(_cell(f"by-{word}", word))
    return written(whole)


def texts_of(file: str) -> list[str] | None:
    """Return the texts of the cells of a notebook's file; `None` where it can't be read."""
    try:
        return ["".join(cell["source"]) for cell in json.loads(file)["cells"]]
    except (ValueError, KeyError, TypeError):
        return None
