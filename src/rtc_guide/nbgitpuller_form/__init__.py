"""The form in a page with which readers make an nbgitpuller link, or take one apart.

Here belongs what such a link is made of, and how a page shows that. Nothing in here knows a hub:
whether the links work is tried by the trials and by tests.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

ASSETS = Path(__file__).with_name("assets")
"""The folder of the form's HTML, style and scripts."""

LINKS = ASSETS / "nbgitpuller-links.js"
"""The script that makes links, in any place that runs JavaScript.

It defines `nbgitpullerLinks`, with `makeLink` and `readLink`.
"""


def setup(app: "Sphinx") -> "ExtensionMetadata":
    """Make this package a Sphinx extension: `extensions = ["rtc_guide.nbgitpuller_form"]`."""
    from rtc_guide.nbgitpuller_form.directive import setup_form

    return setup_form(app)
