"""The directives of the demo in a Sphinx build, without the JupyterLite that they lead to."""

import json
import re
from io import StringIO
from pathlib import Path

import nbformat
import pytest
from sphinx.application import Sphinx
from sphinx.util.console import nocolor

from rtc_guide.lite import conformance

TRY_IT = """\
# Try

Some words.

:::{try-it} ada.ipynb grace.ipynb
A picture of the scene.
:::
"""
EVIDENCE = {
    "pycrdt": "0.14.13+yjs13.6.33",
    "yjs": "13.6.33",
    "pyodide": "314.0.7",
    "all": 393,
    "run": 296,
    "passed": 295,
    "seen": "2026-11-02",
}


@pytest.fixture
def write_notebook(tmp_path):
    """Write a notebook: `write_notebook("ada.ipynb", "# Ada")`; each source is a Markdown cell."""

    def write(name, *sources):
        notebook = nbformat.v4.new_notebook()
        notebook.cells = [nbformat.v4.new_markdown_cell(source) for source in sources]
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)

    return write


@pytest.fixture
def notebooks(write_notebook):
    write_notebook("ada.ipynb", "Words first.", "# Ada & “co”\n\nMore.", "# Other")
    write_notebook("grace.ipynb", "# Grace")


@pytest.fixture
def write_evidence(tmp_path):
    def write(told):
        path = tmp_path / conformance.EVIDENCE
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(told if isinstance(told, str) else json.dumps(told))

    return write


@pytest.fixture
def build(write_page, tmp_path: Path):
    def build(builder="html", **pages):
        """Build pages given by name (`a__b` is `a/b`); return each as built, and the warnings."""
        names = [name.replace("__", "/") for name in pages]
        for name, text in zip(names, pages.values(), strict=True):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            write_page(text, f"{name}.md")
        warnings = StringIO()
        nocolor()
        app = Sphinx(
            tmp_path, None, tmp_path / "_out", tmp_path / "_trees", builder,
            confoverrides={
                "extensions": ["myst_parser", "rtc_guide.lite.panes", "rtc_guide.lite.conformance"],
                "myst_enable_extensions": ["colon_fence"],
                "exclude_patterns": ["_*"],
                "root_doc": names[0],
            },
            status=None,
            warning=warnings,
        )  # fmt: skip
        app.build()
        # Several applications in one process share docutils' registry.
        told = [line for line in warnings.getvalue().splitlines() if "registered" not in line]
        ending = {"html": "html", "text": "txt"}[builder]
        return [(tmp_path / "_out" / f"{name}.{ending}").read_text("utf-8") for name in names], told

    return build


def find_panes(html):
    return re.findall('<a class="try-it-pane" href="([^"]*)">([^<]*)</a>', html)


def test_notebooks_are_links_called_by_their_first_headings(build, notebooks):
    (html,), told = build(index=TRY_IT)
    assert told == []
    assert find_panes(html) == [
        ("lite/notebooks/index.html?path=ada.ipynb", "Ada &amp; “co”"),
        ("lite/notebooks/index.html?path=grace.ipynb", "Grace"),
    ]
    assert '<div class="try-it full-width">' in html
    assert "<p>A picture of the scene.</p>" in html
    assert "needs JavaScript" in html


def test_cells_wait_where_the_page_says_so(build, notebooks):
    text = TRY_IT.replace("grace.ipynb", "grace.ipynb\n:by-hand:")
    (html,), told = build(index=text)
    assert told == []
    assert '<div class="try-it full-width" data-by-hand>' in html
    assert len(find_panes(html)) == 2


def test_the_address_is_relative_to_the_page(build, write_notebook):
    write_notebook("book/try/notebooks/ada.ipynb", "# Ada")
    nested = "---\norphan: true\n---\n# Try\n\n:::{try-it} notebooks/ada.ipynb\n:::\n"
    (_, html), told = build(index="# Book\n", book__try__index=nested)
    assert told == []
    assert find_panes(html) == [("../../lite/notebooks/index.html?path=ada.ipynb", "Ada")]


def test_a_reader_of_plain_text_sees_the_picture_alone(build, notebooks):
    (text,), told = build("text", index=TRY_IT)
    assert told == []
    assert "A picture of the scene." in text
    assert "ipynb" not in text and "Grace" not in text


def test_script_and_style_are_on_pages_that_use_them_alone(build, notebooks, tmp_path):
    other = "---\norphan: true\n---\n# Other\n"
    (html, without), told = build(index=TRY_IT, other=other)
    assert told == []
    # With the version by which a browser tells a changed file from the one it keeps.
    assert re.search(r'<script type="module" src="_static/try-it.js\?v=\w+">', html)
    assert re.search(r'href="_static/try-it.css\?v=\w+"', html)
    assert "try-it" not in without
    assert (tmp_path / "_out/_static/try-it.js").is_file()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file"),
        ("# Ada", "not appear to be JSON"),
        (["Words.", "## Ada"], "it has no first heading"),
        ([], "it has no first heading"),
    ],
    ids=["missing", "no JSON", "only a second heading", "empty"],
)
def test_a_notebook_that_cannot_be_shown_is_told_with_page_and_line(
    build, notebooks, write_notebook, tmp_path, content, reason
):
    (tmp_path / "ada.ipynb").unlink()
    if isinstance(content, str):
        (tmp_path / "ada.ipynb").write_text(content)
    elif content is not None:
        write_notebook("ada.ipynb", *content)
    _, told = build(index=TRY_IT)
    told = "\n".join(told)
    assert "index.md:5: ERROR" in told
    assert "the notebook ada.ipynb can't be shown" in told
    assert re.search(reason, told), told


def test_what_the_evidence_says_is_shown(build, write_evidence):
    write_evidence(EVIDENCE)
    (text,), told = build("text", index="# Try\n\n```{conformance}\n```\n")
    assert told == []
    text = " ".join(text.split())
    assert "**295 of 296 tests pass**, of 393 in all" in text
    assert "The other 97 need threads" in text
    assert "on 02 November 2026 with pycrdt 0.14.13, Yjs 13.6.33 and Pyodide 314.0.7" in text


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (None, "No such file"),
        ("{", "Expecting property name"),
        ({**EVIDENCE, "passed": None}, "passed"),
        ({key: value for key, value in EVIDENCE.items() if key != "passed"}, "passed"),
        ({key: value for key, value in EVIDENCE.items() if key != "seen"}, "seen"),
        ({**EVIDENCE, "seen": "yesterday"}, "yesterday"),
        ([], "list"),
    ],
    ids=["missing", "no JSON", "null", "incomplete", "undated", "no date", "a list"],
)
def test_evidence_that_cannot_be_read_is_told_with_page_and_line(
    build, write_evidence, told, reason
):
    if told is not None:
        write_evidence(told)
    _, warnings = build(index="# Try\n\nWords.\n\n```{conformance}\n```\n")
    warnings = "\n".join(warnings)
    assert "index.md:5: ERROR" in warnings
    assert "pycrdt-conformance.json can't be read" in warnings
    assert reason in warnings
    assert "make accept" in warnings


def test_accepted_evidence_is_dated_and_left_alone_while_it_says_the_same(tmp_path):
    result, evidence = tmp_path / "result.json", tmp_path / "evidence" / "found.json"
    seen = {key: value for key, value in EVIDENCE.items() if key != "seen"}
    result.write_text(json.dumps({**seen, "more": 1}))
    conformance.accept(result, evidence)
    dated = json.loads(evidence.read_text())
    assert {**dated, "seen": ""} == {**seen, "seen": ""}
    evidence.write_text(json.dumps({**dated, "seen": "2020-01-01"}))
    conformance.accept(result, evidence)
    assert json.loads(evidence.read_text())["seen"] == "2020-01-01"
    result.write_text(json.dumps({**seen, "passed": 294}))
    conformance.accept(result, evidence)
    assert json.loads(evidence.read_text())["passed"] == 294
    assert json.loads(evidence.read_text())["seen"] == dated["seen"]


@pytest.mark.parametrize(
    "damaged",
    ["<<<<<<< HEAD", json.dumps({key: EVIDENCE[key] for key in EVIDENCE if key != "seen"})],
    ids=["conflict", "undated"],
)
def test_accepting_mends_evidence_that_no_page_can_show(tmp_path, damaged):
    result, evidence = tmp_path / "result.json", tmp_path / "evidence.json"
    result.write_text(json.dumps(EVIDENCE))
    evidence.write_text(damaged)
    conformance.accept(result, evidence)
    conformance.compare(result, evidence)
    assert conformance.read_date(evidence)


def test_a_result_that_differs_from_the_page_is_told_number_by_number(tmp_path):
    result, evidence = tmp_path / "result.json", tmp_path / "evidence.json"
    found = {"pycrdt": "1", "yjs": "2", "pyodide": "3", "all": 9, "run": 8, "passed": 8}
    result.write_text(json.dumps(found))
    conformance.accept(result, evidence)
    conformance.compare(result, evidence)
    result.write_text(json.dumps(found | {"passed": 7}))
    with pytest.raises(conformance.EvidenceError, match="passed: the page says 8, the run found 7"):
        conformance.compare(result, evidence)
