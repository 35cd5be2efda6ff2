"""Notebooks as authors have them: Markdown first, and a kernel that isn't there."""

import json
from pathlib import Path

import pytest
from nbformat import v4, write

PAGE = """\
# A page

::::{ui:walkthrough} in-markdown
:opens: mine.ipynb
:actors: owner = Ada

:::{ui:step}
Click {ui:cell}`# Hello`, then {ui:cell}`1 + 1`.
:::
::::

::::{ui:walkthrough} without-kernel
:opens: other.ipynb
:actors: owner = Ada

:::{ui:step}
Click {ui:button}`Generate a Shared Link`.
:::
::::
"""
PYTHON = {"name": "python3", "display_name": "Python 3"}


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Make a page about two notebooks, of which one names a kernel that no server has."""
    cells = [v4.new_markdown_cell("# Hello"), v4.new_code_cell("1 + 1")]
    for name, kernel in (("mine", PYTHON), ("other", {"name": "ir", "display_name": "R"})):
        notebook = v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        write(notebook, tmp_path / f"{name}.ipynb")
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    return page


def test_markdown_can_be_clicked_and_a_question_for_a_kernel_is_named(start_check, page, tmp_path):
    report = tmp_path / "report.json"
    said, _ = start_check(page, "--json", report, "--no-traces").process.communicate(timeout=300)
    results = {each["id"]: each for each in json.loads(report.read_text())["results"]}
    assert results["in-markdown"]["outcome"] == "passed", said
    found = results["without-kernel"]["found"]
    assert "the dialog “Select Kernel” lies over it; name a kernel" in found
    assert "<dialog" not in found
