"""The notebook that people edit: ordinary in length, with a cell for each of them to write in."""

from typing import Any

_CELLS = 20
_TEXT = (
    "Take the data of the last ten years and look at one column at a time. What do you expect, "
    "and what do you find? Write it down here before you go on to the next question, please.\n"
)


def lesson(people: int) -> dict[str, Any]:
    """Return a notebook with at least one cell for each of so many people."""
    cells = [
        {
            "cell_type": "markdown",
            "id": f"cell-{number}",
            "metadata": {},
            "source": f"## Question {number + 1}\n{_TEXT}",
        }
        for number in range(max(people, _CELLS))
    ]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
