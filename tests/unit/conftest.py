"""What unit tests share: pages written into a temporary folder."""

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import settings

from rtc_guide.pages.page import Page
from rtc_guide.pages.reading import read_page

# How long an example takes says something of the machine, not of the code.
settings.register_profile("guide", deadline=None)
settings.load_profile("guide")

WritePage = Callable[..., Path]
ReadText = Callable[[str], Page]


@pytest.fixture
def write_page(tmp_path: Path) -> WritePage:
    """Write a page beside the notebook that its walkthroughs use."""
    (tmp_path / "lesson.ipynb").write_text(json.dumps({"cells": []}))

    def write(text: str, name: str = "page.md") -> Path:
        path = tmp_path / name
        path.write_text(dedent(text), encoding="utf-8")
        return path

    return write


@pytest.fixture
def read_text(write_page: WritePage) -> ReadText:
    """Read a page from its text."""
    return lambda text: read_page(write_page(text))
