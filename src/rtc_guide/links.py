"""A Sphinx extension that mends external links with several parameters.

MyST-Parser before https://github.com/executablebooks/MyST-Parser/pull/1126 stores a link's address
HTML-escaped, Sphinx escapes it again, and the reader's browser asks for ``?a=1&amp;b=2``. Jupyter
Book 1 can't take a MyST-Parser with that mended; drop this module when it can.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension."""
    app.connect("doctree-read", _unescape)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _unescape(_: Sphinx, page: nodes.document) -> None:
    for link in page.findall(nodes.reference):
        if "refuri" in link:
            link["refuri"] = link["refuri"].replace("&amp;", "&")
