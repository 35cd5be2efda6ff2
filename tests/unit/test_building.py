"""A Sphinx build with the domain: what readers get, and what stops the build."""

import re
from io import StringIO
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.console import nocolor

from rtc_guide.pages.reading import MYST_EXTENSIONS

PAGE = """\
# Send

::::{ui:walkthrough} send-it
:opens: lesson.ipynb
:actors: owner = Ada, collaborator

:::{ui:step} owner
Click {ui:button}`Send It`.
:::

:::{note}
In between.
:::

:::{ui:step} collaborator
Press {ui:press}`Enter` and see {ui:cell}`x = 1`.
:::
::::
"""


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


def test_html_shows_numbered_steps_with_styled_words(build):
    html, warnings = build(PAGE)
    assert warnings == ""
    first, second = re.findall("<ol[^>]*>", html)
    assert "steps" in first and "start" not in first
    assert 'start="2"' in second
    assert '<span class="ui-word ui-button guilabel">Send It</span>' in html
    assert '<strong class="actor actor-collaborator">Collaborator:</strong>' in html
    assert 'id="walkthrough-send-it"' in html


def test_text_still_reads_well(build):
    text, warnings = build(PAGE, "text")
    assert warnings == ""
    assert "1. **Owner:** Click “Send It”." in text
    assert '2. **Collaborator:** Press Enter and see "x = 1".' in text


def test_latex_marks_words_and_numbers(build):
    latex, warnings = build(PAGE, "latex")
    assert warnings == ""
    assert r"\sphinxguilabel{Send It}" in latex
    assert r"\setcounter{enumi}{1}" in latex


def test_a_word_elsewhere_may_repeat_a_walkthrough_of_another_page(build):
    _, warnings = build(PAGE, other="---\norphan: true\n---\n# Other\n\n{ui:button}`Send It`\n")
    assert warnings == ""


def test_a_word_that_no_walkthrough_tries_stops_the_build(build):
    other = "---\norphan: true\n---\n# Other\n\nand\n{ui:button}`Send`, {guilabel}`Sent`\n"
    _, warnings = build(PAGE, other=other)
    (warning,) = warnings.splitlines()
    assert "other.md:7: WARNING: no walkthrough has the button “Send”" in warning


def test_one_id_in_two_pages_stops_the_build(build):
    _, warnings = build(PAGE, other=f"---\norphan: true\n---\n{PAGE}")
    assert "WARNING: the id “send-it” names another walkthrough already: " in warnings


def test_a_page_problem_stops_the_build_with_its_line(build):
    _, warnings = build(PAGE.replace("{ui:press}", "{ui:pres}"))
    assert "index.md:16: WARNING: unknown role “ui:pres”; closest: ui:press" in warnings


def test_the_vocabulary_lists_every_role(build):
    from rtc_guide.pages.vocabulary import VOCABULARY

    html, warnings = build("# Roles\n\n```{ui:vocabulary}\n```\n")
    assert warnings == ""
    assert all(f"{{ui:{name}}}" in html for name in VOCABULARY)
