"""Wiring: what `rtc_guide.pages` adds to a Sphinx build."""

from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.osutil import relative_uri
from sphinx.writers.html5 import HTML5Translator
from sphinx.writers.latex import LaTeXTranslator
from sphinx.writers.text import TextTranslator

from rtc_guide.canonical import digest_of
from rtc_guide.pages import nodes as ui_nodes
from rtc_guide.pages.book import book_of, page_with
from rtc_guide.pages.claims import ClaimDirective, ClaimTableDirective, ClaimWaysDirective
from rtc_guide.pages.domain import UiDomain
from rtc_guide.pages.evidence import EvidenceDirective
from rtc_guide.pages.filling_in import ShowEvidence
from rtc_guide.pages.kept import KEPT, read_kept
from rtc_guide.pages.pictures import setup_pictures
from rtc_guide.pages.publishing import FEED_FILE, FEED_TYPE, publish
from rtc_guide.pages.survey import SurveyDirective

logger = logging.getLogger(__name__)


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


def _pages_with_evidence(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Read the evidence, and name the pages to write again where it has changed.

    What one page declares may be shown on others, which are then written again, too.
    """
    domain = env.domains["ui"]
    assert isinstance(domain, UiDomain)
    domain.kept = read_kept(Path(app.srcdir), vars(env).get(KEPT))
    setattr(env, KEPT, domain.kept)  # for the next build
    declared = {docname: (page.claims, page.walkthroughs) for docname, page in domain.pages.items()}
    told = digest_of((domain.kept.files, declared))
    if domain.data.get("verdicts") == told:
        return []
    domain.data["verdicts"] = told
    return [
        docname
        for docname, metadata in env.metadata.items()
        if metadata.get("verdicts")
        or (docname in domain.pages and domain.pages[docname].walkthroughs)
    ]


def _publish(app: Sphinx, error: Exception | None) -> None:
    """Write, with a whole site, what it tells programs."""
    page = page_with(app.env, "walkthroughs") if error is None else None
    if page is None or app.builder.format != "html":
        return
    site = app.config.html_baseurl
    if not site:
        logger.info(
            "%s has links relative to itself: for absolute ones, give the site's address as "
            "html: baseurl: in _config.yml (html_baseurl in a conf.py)", FEED_FILE,
        )  # fmt: skip
    publish(
        book_of(app.env),
        Path(app.outdir),
        title=app.config.html_title or app.config.project,
        author=app.config.author,
        page=app.builder.get_target_uri(page),
        site=site,
    )


def _link_to_feed(
    app: Sphinx, page: str, _: str, context: dict[str, Any], __: nodes.document | None
) -> None:
    """Let browsers and feed readers find the feed from any page."""
    if app.builder.format == "html" and page_with(app.env, "walkthroughs"):
        address = relative_uri(app.builder.get_target_uri(page), FEED_FILE)
        title = f"{app.config.html_title or app.config.project}: evidence"
        context["metatags"] = (
            f"{context.get('metatags', '')}\n"
            f'<link rel="alternate" type="{FEED_TYPE}" title="{escape(title)}" href="{address}" />'
        )


def setup_pages(app: Sphinx) -> dict[str, Any]:
    """Register the domain; other builders render its nodes as the docutils nodes they are."""
    app.add_node(ui_nodes.ui_word, text=(_quote, _unquote), latex=(_begin_label, _end_label))
    app.add_node(ui_nodes.walkthrough)
    app.add_node(ui_nodes.step)
    app.add_node(ui_nodes.for_stacks)
    app.add_node(ui_nodes.claim)
    app.add_node(ui_nodes.claim_table)
    app.add_node(ui_nodes.evidence)
    app.add_node(ui_nodes.proof, html=(_open_proof, _close_proof))
    app.add_node(ui_nodes.proof_title, html=(_open_title, _close_title))
    app.add_directive("claim", ClaimDirective)
    app.add_directive("claim-table", ClaimTableDirective)
    app.add_directive("claim-ways", ClaimWaysDirective)
    app.add_directive("evidence", EvidenceDirective)
    app.add_directive("survey", SurveyDirective)
    app.add_post_transform(ShowEvidence)
    setup_pictures(app)
    app.add_domain(UiDomain)
    app.connect("env-updated", _pages_with_evidence)
    app.connect("build-finished", _publish)
    app.connect("html-page-context", _link_to_feed)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
