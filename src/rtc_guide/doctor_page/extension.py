"""The `doctor` directive, and the files in the site that it needs."""

import hashlib
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.fileutil import copy_asset
from sphinx.util.osutil import relative_uri
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

from rtc_guide.doctor_page import archive
from rtc_guide.lite.panes import LITE, pass_through

ASSETS = Path(__file__).with_name("assets")
SCRIPT = "doctor.js"
STYLE = "doctor.css"
WORKER = "doctor-worker.js"
ARCHIVE = "doctor.zip"


class consultation(nodes.General, nodes.Element):
    """Where a reader gives the doctor a notebook; its children are for those who can't."""


class Doctor(SphinxDirective):
    """Have the doctor examine a notebook that the reader drops or chooses, in the page itself.

    The content is what a reader sees whose browser runs no script or no WebAssembly.
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the node."""
        self.assert_has_content()
        shown = consultation("", *self.parse_content_to_nodes())
        self.set_source_info(shown)
        return [shown]


def add_files(app: Sphinx) -> None:
    """Put scripts, style and the doctor's Python into the site, before pages tell their version."""
    if app.builder.format == "html":
        folder = Path(app.outdir, "_static")
        copy_asset(str(ASSETS), str(folder))
        (folder / ARCHIVE).write_bytes(archive.pack())


def add_assets(
    app: Sphinx, page: str, _template: str, _context: object, tree: nodes.document | None
) -> None:
    """Have the script and the style on pages that need them, and on no other."""
    if tree is not None and next(tree.findall(consultation), None) is not None:
        app.add_js_file(SCRIPT, type="module")
        app.add_css_file(STYLE)


def visit_consultation(self: HTML5Translator, _: consultation) -> None:
    """Open the element that the script finds by its class, with where it finds the rest."""
    page = self.builder.get_target_uri(self.docnames[0])
    static = Path(self.builder.outdir, "_static")
    addresses = {
        "worker": relative_uri(page, f"_static/{WORKER}") + _version(static / WORKER),
        "python": relative_uri(page, f"_static/{ARCHIVE}") + _version(static / ARCHIVE),
        "lite": relative_uri(page, f"{LITE}/jupyter-lite.json"),
    }
    told = "".join(f' data-{name}="{escape(address)}"' for name, address in addresses.items())
    self.body.append(f'<div class="doctor"{told}>\n')


def depart_consultation(self: HTML5Translator, _: consultation) -> None:
    """Close it."""
    self.body.append("</div>\n")


def _version(path: Path) -> str:
    """Return an address's end by which a browser tells a changed file from the one it keeps."""
    return f"?v={hashlib.sha256(path.read_bytes()).hexdigest()[:8]}"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.add_node(
        consultation,
        html=(visit_consultation, depart_consultation),
        latex=(pass_through, pass_through),
        text=(pass_through, pass_through),
    )
    app.add_directive("doctor", Doctor)
    app.connect("builder-inited", add_files)
    app.connect("html-page-context", add_assets)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
