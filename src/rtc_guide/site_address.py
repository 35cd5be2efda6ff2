"""A Sphinx extension that tells others the site's address and name: each asks for them its own way.

The address is Sphinx's `html_baseurl` (Jupyter Book's `html: baseurl:`), else what the environment
variable `RTC_GUIDE_ADDRESS` says, which whoever publishes the site sets. Where none is given, the
site is taken to be at the top of its host, which is so for `rtc-guide serve`.
"""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.typing import ExtensionMetadata

ADDRESS_VARIABLE = "RTC_GUIDE_ADDRESS"
"""The environment variable with the address that a site is going to have."""


@contextmanager
def _absent(module: str) -> Iterator[None]:
    """Let the import of a module fail, as it does where what it needs isn't installed.

    Here that's one that draws pictures of pages, of which the book has none, and imports
    Matplotlib for that, which would take each build half a second.
    """
    before = sys.modules.pop(module, None)
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]
        if before:
            sys.modules[module] = before


# Already here, since once it is imported it is too late. It would say that Matplotlib is missing.
with _absent("sphinxext.opengraph._social_cards"), redirect_stdout(StringIO()):
    import_module("sphinxext.opengraph")

# Before the extensions look at their own settings.
_FIRST = 100
# After sphinxext-opengraph has written its tags.
_LAST = 900
_OWN_ADDRESS = re.compile(r'<meta property="og:url"[^>]*>\n?')


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension, and those it is for: sphinx-notfound-page, sphinxext-opengraph."""
    app.connect("config-inited", _tell, priority=_FIRST)
    app.setup_extension("notfound.extension")
    app.setup_extension("sphinxext.opengraph")
    app.connect("html-page-context", _tell_no_half_address, priority=_LAST)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _tell(_: Sphinx, config: Config) -> None:
    """Set their settings; each wants a slash at the end."""
    config.html_baseurl = config.html_baseurl or os.environ.get(ADDRESS_VARIABLE, "")
    address = f"{config.html_baseurl.rstrip('/')}/"
    # The page for addresses without one is shown at any depth: its links begin at the host's root.
    config.notfound_urls_prefix = urlsplit(address).path
    # Jupyter Book's title; its project has no name.
    config.ogp_site_name = config.html_title or config.project
    if config.html_baseurl:
        config.ogp_site_url = address


def _tell_no_half_address(
    app: Sphinx, _: str, __: str, context: dict[str, Any], ___: nodes.document | None
) -> None:
    """Leave a page's address out where the site has none: others need a whole one."""
    if not app.config.html_baseurl:
        context["metatags"] = _OWN_ADDRESS.sub("", context.get("metatags", ""))
