"""What the doctor relies on: JupyterLab keeps a notebook as it was when it was first opened."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page

from rtc_guide.checks.stage import PATIENCE_AT_ARRIVAL
from rtc_guide.doctor.files import checkpoint_of
from rtc_guide.stacks.environment import find_stack
from rtc_guide.stacks.jupyterlab import running_lab
from rtc_guide.stacks.ports import free_port
from rtc_guide.stacks.processes import wait_until

ROOT = Path(__file__).parents[3]


# The oldest on which the doctor finds one; JupyterLab 3 keeps none while people edit together.
@pytest.mark.parametrize("stack", ["lab-4.0", "lab-4.6"])
def test_a_notebook_that_is_opened_has_a_checkpoint_of_before(page: Page, stack: str):
    with running_lab(find_stack(stack, ROOT), free_port()) as lab:
        notebook = lab.root / "lesson.ipynb"
        shutil.copyfile(ROOT / "book" / "lesson.ipynb", notebook)
        assert checkpoint_of(notebook) is None
        page.goto(lab.url("lesson.ipynb").replace(lab.origin, f"http://127.0.0.1:{lab.port}"))
        wait_until(lambda: checkpoint_of(notebook) is not None, PATIENCE_AT_ARRIVAL)
        checkpoint = checkpoint_of(notebook)
        assert checkpoint is not None
        assert checkpoint.read_bytes() == notebook.read_bytes()
