"""Which pages the users of a stack open, and by which address."""

from pathlib import Path

import pytest

from rtc_guide.stacks.applications import application_of
from rtc_guide.stacks.environment import Stack
from rtc_guide.stacks.jupyterlab import Lab


@pytest.mark.parametrize(
    ("stack", "shared", "plain"),
    [
        ("lab-4.6-collaboration-4", "lab/tree/a/b.ipynb", "lab/tree/a/b.ipynb"),
        ("lab-4.2", "lab/tree/RTC%3Aa/b.ipynb", "lab/tree/a/b.ipynb"),
        ("lab-3.6", "lab/tree/a/b.ipynb", "lab/tree/a/b.ipynb"),
        ("notebook-7.6", "notebooks/a/b.ipynb", "notebooks/a/b.ipynb"),
        ("notebook-7.0", "notebooks/RTC%3Aa/b.ipynb", "notebooks/a/b.ipynb"),
        ("notebook-6.5", "notebooks/a/b.ipynb", "notebooks/a/b.ipynb"),
        ("retrolab-0.3", "retro/notebooks/a/b.ipynb", "retro/notebooks/a/b.ipynb"),
        ("somebodys-own", "lab/tree/a/b.ipynb", "lab/tree/a/b.ipynb"),
    ],
)
def test_a_notebook_has_an_address_by_which_it_is_shared(
    stack: str, shared: str, plain: str, tmp_path: Path
):
    lab = Lab(Stack(stack, tmp_path / "pins.txt"), port=1, token="secret", home=tmp_path)
    notebook = lab.root / "a" / "b.ipynb"
    notebook.parent.mkdir(parents=True)
    notebook.touch()
    assert lab.url("a/b.ipynb") == f"{lab.origin}/{shared}?token=secret"
    assert lab.url("a/b.ipynb", shared=False) == f"{lab.origin}/{plain}?token=secret"


def test_only_old_software_is_started_with_a_flag_to_collaborate():
    flagged = {"lab-3.6", "notebook-6.5", "retrolab-0.3"}
    for stack in (*flagged, "lab-4.0", "lab-4.6", "notebook-7.0"):
        flags = application_of(Stack(stack, Path("pins.txt"))).flags
        assert flags == (("--collaborative",) if stack in flagged else ())
