"""The directive of the form for nbgitpuller links, in builders that show it and that don't."""

import subprocess
import sys
from pathlib import Path

import pytest

PAGE = """\
# A page

:::{nbgitpuller-form}
A link looks like `this`.
:::
"""


@pytest.fixture
def build(tmp_path: Path):
    """Build a book of two pages, one with the form; return the folder of what was built."""
    (tmp_path / "conf.py").write_text(
        'extensions = ["myst_parser", "rtc_guide.nbgitpuller_form"]\n'
        'myst_enable_extensions = ["colon_fence"]\n'
    )
    (tmp_path / "index.md").write_text("# Start\n\n```{toctree}\npage\n```\n")
    (tmp_path / "page.md").write_text(PAGE)

    def build(builder: str) -> Path:
        out = tmp_path / builder
        # In one process, Sphinx registers its own nodes anew for each application.
        command = [sys.executable, "-m", "sphinx", "-qWb", builder, str(tmp_path), str(out)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return out

    return build


def test_a_browser_gets_the_form_and_its_scripts_on_its_page_only(build):
    out = build("html")
    page, other = (out / name for name in ("page.html", "index.html"))
    assert "A link looks like" in page.read_text(encoding="utf-8")
    for part in ('id="nbgitpuller-hub"', "nbgitpuller-links.js", "nbgitpuller-form.css"):
        assert part in page.read_text(encoding="utf-8")
        assert part not in other.read_text(encoding="utf-8")
    for name in ("nbgitpuller-links.js", "nbgitpuller-form.js", "nbgitpuller-form.css"):
        assert (out / "_static" / name).is_file()


@pytest.mark.parametrize(("builder", "file"), [("text", "page.txt"), ("latex", None)])
def test_other_builders_have_the_content_alone(build, builder, file):
    out = build(builder)
    written = out / file if file else next(out.glob("*.tex"))
    text = written.read_text(encoding="utf-8")
    assert "A link looks like" in text
    assert "Copy the link" not in text
    assert not list(out.rglob("nbgitpuller-*"))
