"""Wiring: what `rtc_guide.pages` adds to a Sphinx build."""

import hashlib
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.writers.html5 import HTML5Translator
from sphinx.writers.latex import LaTeXTranslator
from sphinx.writers.text import TextTranslator

from rtc_guide.evidence.stack import FOLDER
from rtc_guide.pages import nodes as ui_nodes
from rtc_guide.pages.claims import ClaimDirective, ClaimTableDirective, ClaimWaysDirective
from rtc_guide.pages.domain import UiDomain
from rtc_guide.pages.filling_in import ShowVerdicts
from rtc_guide.pages.pictures import setup_pictures


def _quote(self: TextTranslator, node: nodes.Element) -> None:
    self.add_text("“" if "guilabel" in node["classes"] else "")


def _unquote(self: TextTranslator, node: nodes.Element) -> None:
    self.add_text("”" if "guilabel" in node["classes"] else "")


def _begin_label(self: LaTeXTranslator, node: nodes.Element) -> None:
    self.body.append(r"\sphinxguilabel{" if "guilabel" in node["classes"] else "{")


def _end_label(self: LaTeXTranslator, _: nodes.Element) -> None:
    self.body.append("}")


def _open_proof(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append(self.starttag(node, "details"))


def _close_proof(self: HTML5Translator, _: nodes.Element) -> None:
    self.body.append("</details>\n")


def _open_title(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append(self.starttag(node, "summary", ""))


def _close_title(self: HTML5Translator, _: nodes.Element) -> None:
    self.body.append("</summary>\n")


def _pages_with_verdicts(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Name the pages to write again: evidence, or a claim that a table elsewhere shows, changed."""
    domain = env.domains["ui"]
    assert isinstance(domain, UiDomain)
    told = hashlib.sha256()
    for file in sorted(Path(app.srcdir, FOLDER).glob("*.json")):
        told.update(file.read_bytes())
    for docname, page in sorted(domain.pages.items()):
        told.update(repr((docname, page.claims)).encode())
    if domain.data.get("verdicts") == told.digest():
        return []
    domain.data["verdicts"] = told.digest()
    return [docname for docname in env.metadata if env.metadata[docname].get("verdicts")]


def setup_pages(app: Sphinx) -> dict[str, Any]:
    """Register the domain; other builders render its nodes as the docutils nodes they are."""
    app.add_node(ui_nodes.ui_word, text=(_quote, _unquote), latex=(_begin_label, _end_label))
    app.add_node(ui_nodes.walkthrough)
    app.add_node(ui_nodes.step)
    app.add_node(ui_nodes.for_stacks)
    app.add_node(ui_nodes.claim)
    app.add_node(ui_nodes.claim_table)
    app.add_node(ui_nodes.proof, html=(_open_proof, _close_proof))
    app.add_node(ui_nodes.proof_title, html=(_open_title, _close_title))
    app.add_directive("claim", ClaimDirective)
    app.add_directive("claim-table", ClaimTableDirective)
    app.add_directive("claim-ways", ClaimWaysDirective)
    app.add_post_transform(ShowVerdicts)
    setup_pictures(app)
    app.add_domain(UiDomain)
    app.connect("env-updated", _pages_with_verdicts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
