"""Filling in what pages show of the evidence: below claims, and in tables of all claims."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from rtc_guide.evidence.stack import Evidence, EvidenceError, read_all
from rtc_guide.pages import nodes as ui_nodes
from rtc_guide.pages.domain import UiDomain
from rtc_guide.pages.page import Claim
from rtc_guide.pages.verdicts import (
    below_claim,
    marked,
    place_of,
    seen_of,
    told,
    versions_of,
    way_of,
    when,
)
from rtc_guide.pages.ways import WAYS

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Declared:
    """A claim of the book, the title of its page, and its page's address from the present one."""

    claim: Claim
    title: str
    address: str


class ShowVerdicts(SphinxPostTransform):
    """Adds to claims, and to tables of claims, what the evidence says."""

    default_priority = 5  # before references are resolved

    def run(self, **kwargs: Any) -> None:
        """Fill in the claims and the tables of one page."""
        claims = list(self.document.findall(ui_nodes.claim))
        tables = list(self.document.findall(ui_nodes.claim_table))
        if not claims and not tables:
            return
        declared = self._declared()
        by_id = {each.claim.id: each.claim for each in declared}
        evidence = self._newest()
        for node in claims:
            node += below_claim(by_id[node["claim"]], evidence)
        for place in tables:
            place += _tables(declared, evidence)

    def _declared(self) -> list[Declared]:
        """Return the book's claims, in the order of reading."""
        env, here = self.env, self.env.docname
        domain = env.domains["ui"]
        assert isinstance(domain, UiDomain)
        # The table of contents has no page twice; a page that is in none comes last.
        order = dict.fromkeys([*env.collect_relations(), *sorted(domain.pages)])
        return [
            Declared(
                claim,
                title=env.titles[docname].astext(),
                address=self.app.builder.get_relative_uri(here, docname),
            )
            for docname in order
            if docname in domain.pages
            for claim in domain.pages[docname].claims
        ]

    def _newest(self) -> Evidence | None:
        try:
            found = [each for each in read_all(Path(self.env.srcdir)) if each.claims]
        except EvidenceError as error:
            logger.warning("%s", error, type="ui", location=self.env.docname)
            return None
        return max(found, key=lambda each: _natural(each.stack), default=None)


def _natural(name: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", name)]


def _tables(declared: list[Declared], evidence: Evidence | None) -> Iterator[nodes.Element]:
    """Make a table for each page with claims by way of sharing, and one of those on one way."""
    compared = [each for each in declared if len(each.claim.expected) > 1]
    single = [each for each in declared if len(each.claim.expected) == 1]
    heads = [way.heading for way in WAYS.values()]
    for title, group in groupby(compared, key=lambda each: each.title):
        rows = [[_linked(each), *(_cell(each, way, evidence) for way in WAYS)] for each in group]
        yield _table([title, *heads], rows)
    if single:
        rows = []
        for each in single:
            way = each.claim.expected[0].way
            where = nodes.paragraph("", way_of(way).heading)
            rows.append([_linked(each), _cell(each, way, evidence), where])
        yield _table(["What is about one way, or any hub", "Verdict", "Where"], rows)
    ids = {each.claim.id for each in declared}
    tried = [seen for seen in evidence.claims.values() if seen.claim in ids] if evidence else []
    if tried:
        yield nodes.paragraph(
            "", f"Tried {when(tried)}, on {versions_of(tried)}.", classes=["claim-versions"]
        )


def _linked(declared: Declared) -> nodes.paragraph:
    address = f"{declared.address}#claim-{declared.claim.id}"
    reference = nodes.reference("", declared.claim.sentence, internal=True, refuri=address)
    return nodes.paragraph("", "", reference)


def _cell(declared: Declared, way: str, evidence: Evidence | None) -> nodes.paragraph:
    claim = declared.claim
    expected = next((each for each in claim.expected if each.way == way), None)
    if expected is None:
        return nodes.paragraph("", "–", classes=["verdict-absent"])
    seen = seen_of(claim, way, evidence)
    kind, words = told(claim, expected, seen)
    if seen is None:
        return nodes.paragraph("", "", *marked(kind, words))
    address = f"{declared.address}#{place_of(claim.id, way)}"
    link = nodes.reference("", "", internal=True, refuri=address)
    link += marked(kind, _short(words))
    return nodes.paragraph("", "", link)


def _short(words: str) -> str:
    """Shorten a verdict for a narrow column; the whole of it stands where the cell leads."""
    if words.startswith(("not ", "contradicted")):
        return re.split("[:;]", words)[0]
    if ", except " in words:
        return "in part"
    return {"does not hold": "no", "no longer holds": "no longer"}.get(words, words)


def _table(heads: list[str], rows: list[list[nodes.paragraph]]) -> nodes.table:
    def row(cells: Iterable[nodes.paragraph]) -> nodes.row:
        return nodes.row("", *(nodes.entry("", cell) for cell in cells))

    group = nodes.tgroup(cols=len(heads))
    # The sentences need more room than the verdicts.
    group += [nodes.colspec(colwidth=width) for width in (40, *[12] * (len(heads) - 1))]
    group += nodes.thead("", row(nodes.paragraph("", head) for head in heads))
    group += nodes.tbody("", *(row(cells) for cells in rows))
    return nodes.table("", group, classes=["claim-table", "colwidths-given"])
