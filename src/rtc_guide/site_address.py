"""A Sphinx extension that tells others the site's address and name: each asks for them its own way.

The address is Sphinx's `html_baseurl` (Jupyter Book's `html: baseurl:`), else what the environment
variable `RTC_GUIDE_ADDRESS` says, which whoever publishes the site sets. Where none is given, the
site is taken to be at the top of its host, which is so for `rtc-guide serve`.
"""

import os
from urllib.parse import urlsplit

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.typing import ExtensionMetadata

ADDRESS_VARIABLE = "RTC_GUIDE_ADDRESS"
"""The environment variable with the address that a site is going to have."""

# Before the extensions look at their own settings.
_FIRST = 100


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension, and those it is for: sphinx-notfound-page, sphinxext-opengraph."""
    app.connect("config-inited", _tell, priority=_FIRST)
    app.setup_extension("notfound.extension")
    app.setup_extension("sphinxext.opengraph")
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
