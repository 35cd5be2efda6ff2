"""What imports what in a Python project: read from its source, held to an order, drawn in a page.

Here belongs the `architecture` directive and what it is made of: `imports` reads and compares,
`drawing` draws. The order is the page's. Nothing in here knows the guide.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def setup(app: "Sphinx") -> "ExtensionMetadata":
    """Make this package a Sphinx extension: `extensions = ["rtc_guide.architecture"]`."""
    from rtc_guide.architecture.directive import setup_architecture

    return setup_architecture(app)
