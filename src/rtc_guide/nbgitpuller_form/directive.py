"""The `nbgitpuller-form` directive: its content for everybody, the form where a script runs."""

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.fileutil import copy_asset_file
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

from rtc_guide.nbgitpuller_form import ASSETS, LINKS

FORM = ASSETS / "nbgitpuller-form.html"
STYLE = ASSETS / "nbgitpuller-form.css"
# In the order in which they run.
SCRIPTS = (LINKS, ASSETS / "nbgitpuller-form.js")


class nbgitpuller_form(nodes.container):
    """The place of the form; its children say the same in words."""


class NbgitpullerForm(SphinxDirective):
    """Show the form, once on a page; the content is for those for whom no script runs.

    The content is shown in any case, so it explains what a link is made of, by an example.
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the node."""
        shown = nbgitpuller_form("", *self.parse_content_to_nodes())
        self.set_source_info(shown)
        self.env.note_dependency(str(FORM))
        return [shown]


def copy_assets(app: Sphinx) -> None:
    """Copy the scripts and the style, before pages tell their version by their contents."""
    if app.builder.format == "html":
        static = Path(app.outdir, "_static")
        static.mkdir(parents=True, exist_ok=True)
        for path in (STYLE, *SCRIPTS):
            copy_asset_file(str(path), str(static))


def add_assets(
    app: Sphinx, page: str, _template: str, _context: object, tree: nodes.document | None
) -> None:
    """Have the scripts and the style on pages that need them, and on no other."""
    if tree is not None and next(tree.findall(nbgitpuller_form), None) is not None:
        app.add_css_file(STYLE.name)
        for script in SCRIPTS:
            # Not modules: those don't load from a book that was saved to a disk.
            app.add_js_file(script.name, loading_method="defer")


def visit_form(self: HTML5Translator, node: nbgitpuller_form) -> None:
    """Leave the content as it is."""


def depart_form(self: HTML5Translator, node: nbgitpuller_form) -> None:
    """Write the form, hidden: its script shows it."""
    self.body.append(FORM.read_text(encoding="utf-8"))


def setup_form(app: Sphinx) -> ExtensionMetadata:
    """Register the directive; other builders show its content."""
    app.add_node(nbgitpuller_form, html=(visit_form, depart_form))
    app.add_directive("nbgitpuller-form", NbgitpullerForm)
    app.connect("builder-inited", copy_assets)
    app.connect("html-page-context", add_assets)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
