"""The `try-it` directive: notebooks that start side by side in the page when the reader says so."""

from html import escape
from pathlib import Path
from typing import ClassVar

import nbformat
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.fileutil import copy_asset
from sphinx.util.osutil import relative_uri
from sphinx.util.typing import ExtensionMetadata, OptionSpec
from sphinx.writers.html5 import HTML5Translator

LITE = "lite"
"""The folder of JupyterLite in the built book."""

ASSETS = Path(__file__).with_name("assets")
SCRIPT = "try-it.js"
STYLE = "try-it.css"


class try_it(nodes.General, nodes.Element):
    """Notebooks to start; its children are for those who only read."""


class pane(nodes.Part, nodes.Element):
    """One notebook: `file` is its name in JupyterLite, `title` what its frame is called."""


class TryIt(SphinxDirective):
    """Show notebooks side by side, each with a kernel of its own, from the reader's click on.

    The arguments are notebooks, seen from the page's folder; each is called by its first heading.
    With `:by-hand:` the cells wait for the reader, else they are run at once. The content is what a
    reader sees who doesn't start them: a picture of the same scene.
    """

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[OptionSpec] = {"by-hand": directives.flag}

    def run(self) -> list[nodes.Node]:
        """Return the node, or an error that names what is missing."""
        shown = try_it("", *self.parse_content_to_nodes(), by_hand="by-hand" in self.options)
        for argument in self.arguments[0].split():
            name, path = self.env.relfn2path(argument)
            self.env.note_dependency(name)
            try:
                title = _first_heading(Path(path))
            except (OSError, ValueError) as error:
                raise self.error(f"the notebook {argument} can't be shown: {error}") from error
            shown += pane(file=Path(argument).name, title=title)
        self.set_source_info(shown)
        return [shown]


def _first_heading(path: Path) -> str:
    """Return a notebook's first Markdown heading; raise `ValueError` where it has none."""
    for cell in nbformat.read(path, as_version=4).cells:  # type: ignore[no-untyped-call]
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            return str(cell.source.splitlines()[0].removeprefix("# ").strip())
    raise ValueError("it has no first heading, “# …”, by which its frame could be called")


def copy_assets(app: Sphinx) -> None:
    """Copy the script and the style, before pages tell their version by their contents."""
    if app.builder.format == "html":
        copy_asset(str(ASSETS), str(Path(app.outdir, "_static")))


def add_assets(
    app: Sphinx, page: str, _template: str, _context: object, tree: nodes.document | None
) -> None:
    """Have the script and the style on pages that need them, and on no other."""
    if tree is not None and next(tree.findall(try_it), None) is not None:
        app.add_js_file(SCRIPT, type="module")
        app.add_css_file(STYLE)


def visit_try_it(self: HTML5Translator, node: try_it) -> None:
    """Open the element that the script finds by its class."""
    by_hand = " data-by-hand" if node["by_hand"] else ""
    self.body.append(f'<div class="try-it full-width"{by_hand}>\n')


def depart_try_it(self: HTML5Translator, _: try_it) -> None:
    """Close it, with a word that the script takes away: browsers without one show it."""
    self.body.append(
        '<p class="try-it-needs">Starting the notebooks needs JavaScript, which doesn’t run here.'
        "</p>\n</div>\n"
    )


def visit_pane(self: HTML5Translator, node: pane) -> None:
    """Write a link, which the script makes a frame: it opens the notebook in a tab as well."""
    root = relative_uri(self.builder.get_target_uri(self.docnames[0]), LITE)
    address = f"{root}/notebooks/index.html?path={node['file']}"
    self.body.append(f'<a class="try-it-pane" href="{escape(address)}">{escape(node["title"])}</a>')


def depart_pane(_self: HTML5Translator, _: pane) -> None:
    """Nothing is left to write."""


def skip(_self: object, _: nodes.Node) -> None:
    """Leave out what only a browser can show."""
    raise nodes.SkipNode


def pass_through(_self: object, _: nodes.Node) -> None:
    """Show the children alone."""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.add_node(
        try_it,
        html=(visit_try_it, depart_try_it),
        latex=(pass_through, pass_through),
        text=(pass_through, pass_through),
    )
    app.add_node(
        pane,
        html=(visit_pane, depart_pane),
        latex=(skip, None),
        text=(skip, None),
    )
    app.add_directive("try-it", TryIt)
    app.connect("builder-inited", copy_assets)
    app.connect("html-page-context", add_assets)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
