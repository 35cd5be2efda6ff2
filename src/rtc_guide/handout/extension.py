"""Wiring: what `rtc_guide.handout` adds to a Sphinx build."""

import re
from hashlib import sha256
from html import escape
from pathlib import Path
from urllib.parse import unquote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.fileutil import copy_asset_file
from sphinx.util.osutil import relative_uri
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

from rtc_guide.handout.printing import PAPERS, Printing, PrintingError, pdf_of

logger = logging.getLogger(__name__)

STYLE = Path(__file__).with_name("assets") / "handout.css"

# Around the links, to take them out where there is nothing for them to lead to.
_BEGIN, _END = "<!-- hand-out -->", "<!-- /hand-out -->"
_LINKS = re.compile(f"{_BEGIN}.*?{_END}", re.DOTALL)

_PICTURE = re.compile(r'<img\b[^>]*?\bsrc="([^":?]+)"')

# In the folder of what Sphinx has read: what the PDFs were printed from.
_PRINTED = "handout.sha256"


class handout_links(nodes.General, nodes.Element):
    """The place of the links to the PDFs."""


class HandoutLinks(SphinxDirective):
    """`{handout-links}`: links to the hand-out's PDFs, or nothing where none could be printed."""

    def run(self) -> list[nodes.Node]:
        """Return the place."""
        self.env.metadata[self.env.docname]["handout_links"] = True
        return [handout_links()]


def _write_links(self: HTML5Translator, node: handout_links) -> None:
    builder = self.builder
    here = builder.get_target_uri(self.docnames[0])
    page = builder.get_target_uri(builder.config.handout_page)
    links = " · ".join(
        f'<a class="reference internal" href="{escape(relative_uri(here, pdf_of(page, paper)))}">'
        f"{escape(paper)}</a>"
        for paper in PAPERS
    )
    self.body.append(
        f'{_BEGIN}<p class="handout-links">To print, one page as a PDF: {links}</p>{_END}\n'
    )
    raise nodes.SkipNode


def _skip(_self: object, _node: nodes.Node) -> None:
    raise nodes.SkipNode


def _copy_style(app: Sphinx) -> None:
    """Copy the style, before pages tell its version by its contents."""
    if app.builder.format == "html":
        static = Path(app.outdir, "_static")
        static.mkdir(parents=True, exist_ok=True)
        copy_asset_file(str(STYLE), str(static))


def _add_style(
    app: Sphinx, page: str, _template: str, _context: object, tree: nodes.document | None
) -> None:
    """Have the style on the hand-out's page only."""
    if tree is not None and page == app.config.handout_page:
        app.add_css_file(STYLE.name)


def _digest(page: Path) -> str:
    """Tell a built page by its text, which has its styles' versions in it, and its pictures."""
    text = page.read_text("utf-8")
    told = sha256(text.encode())
    for picture in _PICTURE.findall(text):
        told.update((page.parent / unquote(picture)).read_bytes())
    return told.hexdigest()


class _Printer:
    """Prints the hand-out in a build, if it is another than the last one."""

    def __init__(self) -> None:
        self._ahead: Printing | None = None

    def get_ready(
        self, app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], _: set[str]
    ) -> list[str]:
        """Start the browser while pages are read, if the hand-out is one of them."""
        docname = app.config.handout_page
        if app.builder.format == "html" and docname in (added | changed) & env.found_docs:
            self._ahead = Printing()
        return []

    def finish(self, app: Sphinx, error: Exception | None) -> None:
        """Print the page that was built; without a browser, take the links to it out again."""
        ahead, self._ahead = self._ahead, None
        docname = app.config.handout_page
        wanted = error is None and app.builder.format == "html" and docname in app.env.found_docs
        if wanted and not _is_printed(app):
            _print(app, ahead or Printing())
        elif ahead:
            ahead.dismiss()


def _is_printed(app: Sphinx) -> bool:
    note = Path(app.doctreedir, _PRINTED)
    return (
        all(pdf.is_file() for pdf in _pdfs(app))
        and note.is_file()
        and note.read_text() == _digest(_page(app))
    )


def _page(app: Sphinx) -> Path:
    return Path(app.outdir, app.builder.get_target_uri(app.config.handout_page))


def _pdfs(app: Sphinx) -> list[Path]:
    page = app.builder.get_target_uri(app.config.handout_page)
    return [Path(app.outdir, pdf_of(page, paper)) for paper in PAPERS]


def _print(app: Sphinx, printing: Printing) -> None:
    built, page = Path(app.outdir), app.builder.get_target_uri(app.config.handout_page)
    address = f"{app.config.html_baseurl.rstrip('/')}/" if app.config.html_baseurl else None
    contents = _digest(_page(app))
    try:
        printing.print_page(built, page, address)
    except PrintingError as failure:
        for pdf in _pdfs(app):
            pdf.unlink(missing_ok=True)
        for linking, metadata in app.env.metadata.items():
            if "handout_links" in metadata:
                file = built / app.builder.get_target_uri(linking)
                file.write_text(_LINKS.sub("", file.read_text("utf-8")), "utf-8")
        logger.info("No hand-out as a PDF, and no links to it: %s", failure)
    else:
        Path(app.doctreedir, _PRINTED).write_text(contents)


def setup_handout(app: Sphinx) -> ExtensionMetadata:
    """Register the directive and the setting; other builders show no links."""
    app.add_config_value("handout_page", "", "html", str)
    app.add_node(
        handout_links,
        html=(_write_links, None),
        latex=(_skip, None),
        text=(_skip, None),
    )
    app.add_directive("handout-links", HandoutLinks)
    app.connect("builder-inited", _copy_style)
    app.connect("html-page-context", _add_style)
    printer = _Printer()
    app.connect("env-get-outdated", printer.get_ready)
    app.connect("build-finished", printer.finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
