"""What mending changes in a notebook, as nbdime tells differences (https://nbdime.readthedocs.io)."""

import io
from typing import Any

import nbformat.v4


class NoComparison(Exception):
    """Two notebooks can't be compared; the message says why and what to do."""


def compare(before: str, after: str) -> str:
    """Return the difference of two texts of notebooks for a terminal, without colours.

    Raises `NoComparison` where nbdime is not installed, or nbformat can't read the first.
    """
    try:
        from nbdime import diff_notebooks  # type: ignore[import-untyped,import-not-found,unused-ignore]
        from nbdime.prettyprint import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
            PrettyPrintConfig,
            pretty_print_notebook_diff,
        )
    except ImportError:
        raise NoComparison("--diff needs nbdime: pip install 'rtc-guide[doctor]'") from None
    try:
        first, second = _notebook(before), _notebook(after)
    except Exception as error:  # nbformat's reader, on whatever damage there is
        raise NoComparison("no difference can be shown: nbformat can't read the file") from error
    told = io.StringIO()
    config = PrettyPrintConfig(out=told, use_color=False, use_git=False, use_diff=False)
    pretty_print_notebook_diff("as it is", "mended", first, diff_notebooks(first, second), config)
    return told.getvalue().rstrip()


def _notebook(text: str) -> Any:
    return nbformat.v4.reads(text)  # type: ignore[no-untyped-call]
