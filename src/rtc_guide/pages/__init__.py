"""What pages declare: the Sphinx domain `ui`, and reading pages with it.

Here belongs whatever the Sphinx build and the check must understand alike. Nothing in here
knows a browser or a server.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: "Sphinx") -> dict[str, Any]:
    """Make this package a Sphinx extension: `extensions = ["rtc_guide.pages"]`."""
    from rtc_guide.pages.extension import setup_pages

    return setup_pages(app)
