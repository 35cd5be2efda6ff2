"""Tables of all claims: by page and way of sharing, and of those that are about one way."""

import re
from collections.abc import Iterator
from itertools import groupby

from docutils import nodes

from rtc_guide.evidence.stack import Evidence
from rtc_guide.pages.book import Book, Declared, Here
from rtc_guide.pages.page import Claim
from rtc_guide.pages.tables import cell, link, table
from rtc_guide.pages.verdicts import (
    marked,
    place_of,
    seen_of,
    told,
    versions_of,
    way_of,
    when,
)
from rtc_guide.pages.ways import EDITING, WAYS


def claim_tables(book: Book, here: Here) -> Iterator[nodes.Element]:
    """Make a table for each page with claims by way of sharing, and one of those on one way."""
    declared, evidence = book.claims, book.of_claims()
    editing = [each for each in declared if each.item.expected[0].way in EDITING]
    sharing = [each for each in declared if each not in editing]
    compared = [each for each in sharing if len(each.item.expected) > 1]
    single = [each for each in sharing if len(each.item.expected) == 1]
    for ways, those in ((WAYS, compared), (EDITING, editing)):
        heads = [way.heading for way in ways.values()]
        for title, group in groupby(those, key=lambda each: each.title):
            rows = [
                [_linked(each, here), *(_cell(each, way, evidence, here) for way in ways)]
                for each in group
            ]
            yield table([title, *heads], rows, kind="claim-table")
    if single:
        rows = []
        for each in single:
            way = each.item.expected[0].way
            where = nodes.paragraph("", way_of(way).heading)
            rows.append([_linked(each, here), _cell(each, way, evidence, here), where])
        yield table(
            ["What is about one way, or any hub", "Verdict", "Where"], rows, kind="claim-table"
        )
    ids = {each.item.id for each in declared}
    tried = [seen for seen in evidence.claims.values() if seen.claim in ids] if evidence else []
    if tried:
        yield nodes.paragraph(
            "", f"Tried {when(tried)}, on {versions_of(tried)}.", classes=["claim-versions"]
        )


def _linked(declared: Declared[Claim], here: Here) -> nodes.paragraph:
    claim = declared.item
    return cell(link(claim.sentence, here.address(declared.docname, f"claim-{claim.id}")))


def _cell(
    declared: Declared[Claim], way: str, evidence: Evidence | None, here: Here
) -> nodes.paragraph:
    claim = declared.item
    expected = next((each for each in claim.expected if each.way == way), None)
    if expected is None:
        return cell("–", classes=["verdict-absent"])
    seen = seen_of(claim, way, evidence)
    kind, words = told(claim, expected, seen)
    if seen is None:
        return cell(*marked(kind, words))
    target = here.address(declared.docname, place_of(claim.id, way))
    return cell(nodes.reference("", "", *marked(kind, _short(words)), internal=True, refuri=target))


def _short(words: str) -> str:
    """Shorten a verdict for a narrow column; the whole of it stands where the cell leads."""
    if words.startswith(("not ", "contradicted")):
        return re.split("[:;]", words)[0]
    if ", except " in words:
        return "in part"
    return {"does not hold": "no", "no longer holds": "no longer"}.get(words, words)
