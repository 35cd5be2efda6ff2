"""What unit tests share: pages written into a temporary folder, and built there."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import settings
from sphinx.application import Sphinx
from sphinx.util.console import nocolor

from rtc_guide.pages.page import Page
from rtc_guide.pages.reading import MYST_EXTENSIONS, read_page

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


@pytest.fixture
def build(write_page, tmp_path: Path):
    def build(text: str, builder: str = "html", **pages: str) -> tuple[str, str]:
        """Build pages; return the first one as built, and the warnings."""
        write_page(text, "index.md")
        for name, other in pages.items():
            write_page(other, f"{name}.md")
        warnings = StringIO()
        nocolor()
        app = Sphinx(
            tmp_path, None, tmp_path / "_out", tmp_path / "_trees", builder,
            confoverrides={
                "extensions": ["myst_parser", "sphinx_design", "rtc_guide.pages"],
                "myst_enable_extensions": list(MYST_EXTENSIONS),
                "exclude_patterns": ["_*"],
                "nitpicky": True,
            },
            status=None,
            warning=warnings,
        )  # fmt: skip
        app.build()
        told = [
            line
            for line in warnings.getvalue().splitlines()
            # Several applications in one process share docutils' registry.
            if "already registered" not in line
        ]
        built = next(Path(app.outdir).glob({"latex": "*.tex"}.get(builder, "index.*")))
        return built.read_text(encoding="utf-8"), "\n".join(told)

    return build
