"""Wiring: what `rtc_guide.pages` adds to a Sphinx build."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.text import TextTranslator

from rtc_guide.pages import nodes as ui_nodes
from rtc_guide.pages.domain import UiDomain


def _quote(self: TextTranslator, node: nodes.Element) -> None:
    self.add_text("“" if "guilabel" in node["classes"] else "")


def _unquote(self: TextTranslator, node: nodes.Element) -> None:
    self.add_text("”" if "guilabel" in node["classes"] else "")


def setup_pages(app: Sphinx) -> dict[str, Any]:
    """Register the domain; all builders but text render its nodes as docutils' own."""
    app.add_node(ui_nodes.ui_word, text=(_quote, _unquote))
    app.add_node(ui_nodes.walkthrough)
    app.add_node(ui_nodes.step)
    app.add_domain(UiDomain)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
