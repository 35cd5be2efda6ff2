"""A Sphinx extension that tells others the site's address and name, and what its pages are about.

Each asks for that its own way: what answers for pages that aren't there, what shows a link in a
chat, what finds the site by the name of its host alone.

The address is Sphinx's `html_baseurl` (Jupyter Book's `html: baseurl:`), else what the environment
variable `RTC_GUIDE_ADDRESS` says, which whoever publishes the site sets. Where none is given, the
site is taken to be at the top of its host, which is so for `rtc-guide serve`.
"""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from html import escape
from importlib import import_module
from io import StringIO
from pathlib import Path
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
# How much of a description is shown is up to others; most show about as many.
_LETTERS = 200
_SENTENCE = re.compile(r"\S.*?[.!?][)”’]*(?= |$)|\S.*$")
# What a page's own text stands in; others are of figures, claims, notes and the like.
_TEXT = (nodes.document, nodes.section)
_OWN_ADDRESS = re.compile(r'<meta property="og:url"[^>]*>\n?')


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension, and those it is for: sphinx-notfound-page, sphinxext-opengraph."""
    app.connect("config-inited", _tell, priority=_FIRST)
    app.setup_extension("notfound.extension")
    app.setup_extension("sphinxext.opengraph")
    app.connect("html-page-context", _describe, priority=_FIRST)
    app.connect("html-page-context", _tell_no_half_address, priority=_LAST)
    app.connect("html-page-context", _write_top, priority=_LAST)
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


def _describe(
    _: Sphinx, __: str, ___: str, context: dict[str, Any], tree: nodes.document | None
) -> None:
    """Describe a page by its first whole sentences, unless its author has; others cut one off."""
    said = {**(context.get("meta") or {})}
    beginning = _beginning(tree) if tree is not None else ""
    if not beginning or "og:description" in said or 'name="description"' in context["metatags"]:
        return
    described = escape(beginning)
    context["meta"] = said | {"og:description": described}
    context["metatags"] += f'<meta name="description" content="{described}" />\n'


def _beginning(tree: nodes.document) -> str:
    """Return the sentences that a page's text begins with, as many as fit; at least one."""
    texts = (each for each in tree.findall(nodes.paragraph) if isinstance(each.parent, _TEXT))
    text = " ".join(next(texts, nodes.paragraph()).astext().split())
    told = ""
    for sentence in _SENTENCE.findall(text):
        # What ends in a colon announces something that isn't told here.
        if told and (len(told) + len(sentence) > _LETTERS or sentence.endswith(":")):
            break
        told = f"{told} {sentence}".strip()
    return told


def _write_top(
    app: Sphinx, page: str, _: str, context: dict[str, Any], __: nodes.document | None
) -> None:
    """Write a page for the site's own address, if the first one has another: it leads there.

    sphinx-external-toc, which does this with one tag otherwise, leaves what is there.
    """
    root = app.config.root_doc
    if page != root or root == "index" or app.builder.name != "html":
        return
    address = app.builder.get_target_uri(root)
    icon = app.config.html_favicon
    link = f'<link rel="icon" href="_static/{Path(icon).name}">\n' if icon else ""
    title = escape(app.config.html_title or app.config.project)
    # Links are seen from where the first page is.
    tags = "\n".join(re.findall("<meta .*?>", context["metatags"]))
    top = (
        f'<!doctype html>\n<html lang="{app.config.language}">\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n"
        f'<meta http-equiv="refresh" content="0; url={address}">\n{link}{tags}\n'
        f'<p><a href="{address}">{title}</a></p>\n</html>\n'
    )
    Path(app.outdir, "index.html").write_text(top, "utf-8")


def _tell_no_half_address(
    app: Sphinx, _: str, __: str, context: dict[str, Any], ___: nodes.document | None
) -> None:
    """Leave a page's address out where the site has none: others need a whole one."""
    if not app.config.html_baseurl:
        context["metatags"] = _OWN_ADDRESS.sub("", context.get("metatags", ""))
