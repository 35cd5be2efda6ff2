"""Filling in what pages show of the evidence, once all pages have been read."""

from collections.abc import Callable, Iterable
from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from rtc_guide.pages import nodes as ui_nodes
from rtc_guide.pages.book import Book, Here, book_of, page_with
from rtc_guide.pages.capacity import CAPACITY_PARTS
from rtc_guide.pages.changes import changes_shown
from rtc_guide.pages.claim_table import claim_tables
from rtc_guide.pages.damage import damage_by_version, damage_shown
from rtc_guide.pages.overview import (
    claims_shown,
    row_of,
    versions_shown,
    walkthroughs_shown,
)
from rtc_guide.pages.publishing import files_shown
from rtc_guide.pages.reports import reports_shown
from rtc_guide.pages.standing import below_walkthrough
from rtc_guide.pages.timings import timings_shown
from rtc_guide.pages.verdicts import below_claim

PARTS: dict[str, Callable[[Book, Here], Iterable[nodes.Element]]] = {
    "versions": versions_shown,
    "walkthroughs": walkthroughs_shown,
    "claims": claims_shown,
    "changes": lambda book, _: changes_shown(book),
    "timings": timings_shown,
    "files": files_shown,
    "damage": damage_shown,
    "damage-by-version": damage_by_version,
    "reports": lambda book, _: reports_shown(book),
    **CAPACITY_PARTS,
}
"""What `{evidence} PART` shows, by the name of the part."""


class ShowEvidence(SphinxPostTransform):
    """Adds to walkthroughs and claims, and where a page asks for it, what the evidence says."""

    default_priority = 5  # before references are resolved

    def run(self, **kwargs: Any) -> None:
        """Fill in one page."""
        walkthroughs = list(self.document.findall(ui_nodes.walkthrough))
        claims = list(self.document.findall(ui_nodes.claim))
        tables = list(self.document.findall(ui_nodes.claim_table))
        parts = list(self.document.findall(ui_nodes.evidence))
        if not (walkthroughs or claims or tables or parts):
            return
        book = book_of(self.env)
        by_id = {each.item.id: each.item for each in book.walkthroughs}
        here = Here(self.app.builder, self.env.docname)
        overview = page_with(self.env, "walkthroughs")
        for node in walkthroughs:
            # Of two with one id, which is an error, the first is shown.
            item = by_id[node["walkthrough"]]
            more = here.address(overview, row_of(item)) if overview else None
            node += below_walkthrough(book, item, more)
        claimed = {each.item.id: each.item for each in book.claims}
        for claim in claims:
            claim += below_claim(claimed[claim["claim"]], book.of_claims())
        for place in tables:
            place += claim_tables(book, here)
        for part in parts:
            part += PARTS[part["part"]](book, here)
