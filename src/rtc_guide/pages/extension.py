"""Wiring: what `rtc_guide.pages` adds to a Sphinx build."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.latex import LaTeXTranslator
from sphinx.writers.text import TextTranslator

from rtc_guide.pages import nodes as ui_nodes
from rtc_guide.pages.domain import UiDomain


def _quote(self: TextTranslator, node: nodes.Element) -> None:
    self.add_text("“" if "guilabel" in node["classes"] else "")


def _unquote(self: TextTranslator, node: nodes.Element) -> None:
    self.add_text("”" if "guilabel" in node["classes"] else "")


def _begin_label(self: LaTeXTranslator, node: nodes.Element) -> None:
    self.body.append(r"\sphinxguilabel{" if "guilabel" in node["classes"] else "{")


def _end_label(self: LaTeXTranslator, _: nodes.Element) -> None:
    self.body.append("}")


def setup_pages(app: Sphinx) -> dict[str, Any]:
    """Register the domain; other builders render its nodes as the docutils nodes they are."""
    app.add_node(ui_nodes.ui_word, text=(_quote, _unquote), latex=(_begin_label, _end_label))
    app.add_node(ui_nodes.walkthrough)
    app.add_node(ui_nodes.step)
    app.add_domain(UiDomain)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
