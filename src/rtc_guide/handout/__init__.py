"""The hand-out: one page of the book, made of parts of others, and printed as a PDF in each build.

Here belongs how a page takes parts of others, and how it becomes a PDF. No text of the hand-out is
written here: its words are the book's.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def setup(app: "Sphinx") -> "ExtensionMetadata":
    """Make this package a Sphinx extension: `extensions = ["rtc_guide.handout"]`."""
    from rtc_guide.handout.excerpts import setup_excerpts
    from rtc_guide.handout.extension import setup_handout

    setup_excerpts(app)
    return setup_handout(app)
