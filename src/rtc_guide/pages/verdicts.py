"""Verdicts as readers see them: below each claim, and in a table of all claims."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from rtc_guide.evidence.stack import Evidence, EvidenceError, Seen, read_all
from rtc_guide.evidence.verdict import Verdict
from rtc_guide.pages import nodes as ui_nodes
from rtc_guide.pages.domain import UiDomain
from rtc_guide.pages.expecting import differing
from rtc_guide.pages.page import Claim, Expectation
from rtc_guide.pages.ways import HUB, THE_HUB, WAYS, Way

logger = logging.getLogger(__name__)

_MARKS = {"good": "✓", "bad": "⚠", "mixed": "◐", "none": "?"}


class ShowVerdicts(SphinxPostTransform):
    """Adds to claims, and to the table of claims, what the evidence says."""

    default_priority = 5  # before references are resolved

    def run(self, **kwargs: Any) -> None:
        """Fill in the claims and the tables of one page."""
        claims = list(self.document.findall(ui_nodes.claim))
        tables = list(self.document.findall(ui_nodes.claim_table))
        if not claims and not tables:
            return
        declared = _declared(self.env)
        evidence = self._newest()
        for node in claims:
            _, claim = declared[node["claim"]]
            node += _below_claim(claim, evidence)
        for place in tables:
            builder = self.app.builder
            places = {
                identifier: builder.get_relative_uri(self.env.docname, docname)
                for identifier, (docname, _) in declared.items()
            }
            place += _tables([claim for _, claim in declared.values()], evidence, places)

    def _newest(self) -> Evidence | None:
        try:
            found = [each for each in read_all(Path(self.env.srcdir)) if each.claims]
        except EvidenceError as error:
            logger.warning("%s", error, type="ui", location=self.env.docname)
            return None
        return max(found, key=lambda each: _natural(each.stack), default=None)


def _natural(name: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", name)]


def _declared(env: BuildEnvironment) -> dict[str, tuple[str, Claim]]:
    """Return the book's claims by id, each with its page, in the order of reading."""
    domain = env.domains["ui"]
    assert isinstance(domain, UiDomain)
    # The table of contents has no page twice; a page that is in none comes last.
    order = dict.fromkeys([*env.collect_relations(), *sorted(domain.pages)])
    return {
        claim.id: (docname, claim)
        for docname in order
        if docname in domain.pages
        for claim in domain.pages[docname].claims
    }


def _seen(claim: Claim, way: str, evidence: Evidence | None) -> Seen | None:
    return evidence.claims.get((claim.id, way)) if evidence else None


def _below_claim(claim: Claim, evidence: Evidence | None) -> Iterator[nodes.Element]:
    """Tell who said it, the verdicts, grouped, and below them when and how it was tried."""
    groups: dict[tuple[str, str], list[Expectation]] = {}
    for expected in claim.expected:
        told = _told(claim, expected, _seen(claim, expected.way, evidence))
        groups.setdefault(told, []).append(expected)
    verdicts = nodes.bullet_list(classes=["claim-verdicts"])
    for (kind, words), members in groups.items():
        line = nodes.paragraph("", "", *_marked(kind, words))
        ways = [WAYS[each.way].heading for each in members if each.way in WAYS]
        if ways:
            line += nodes.Text(f": {' · '.join(ways)}")
        verdicts += nodes.list_item("", line)
    if claim.since:
        yield nodes.paragraph(
            "", f"The {claim.since} guide said so. Today:", classes=["claim-since"]
        )
    yield verdicts
    tried = [
        seen for each in claim.expected if (seen := _seen(claim, each.way, evidence)) is not None
    ]
    if tried:
        yield _proof(claim, tried)


def _told(claim: Claim, expected: Expectation, seen: Seen | None) -> tuple[str, str]:
    """Return the kind of a verdict (good, bad, mixed, none) and the words for it."""
    if seen is None:
        return "none", "not tried yet"
    if seen.text != claim.digest:
        return "none", f"not checked since the text changed; before, it was “{seen.verdict}”"
    if seen.verdict is Verdict.UNPROVEN:
        return "none", f"not proven: {seen.why}"
    if differing(expected, seen.cases):
        found = f"this page expects “{expected.text}”, found was “{seen.verdict}”"
        return "none", f"contradicted: {found}"
    return _kind(claim, seen.verdict), expected.text


def _kind(claim: Claim, verdict: Verdict) -> str:
    if verdict is Verdict.DEPENDS:
        return "mixed"
    return "good" if claim.safeguard == (verdict is Verdict.HOLDS) else "bad"


def _marked(kind: str, words: str) -> list[nodes.Node]:
    mark = nodes.inline("", _MARKS[kind], classes=["verdict-mark", f"verdict-{kind}"])
    return [mark, nodes.Text(" "), nodes.strong("", words)]


def _proof(claim: Claim, tried: list[Seen]) -> nodes.Element:
    """Tell what was seen on each way, folded away."""
    proof = ui_nodes.proof(classes=["claim-proof"])
    proof += ui_nodes.proof_title("", f"Tried {_when(tried)}: what was seen")
    entries = nodes.definition_list()
    # An old one, left where a later run proved nothing, shall not pass for a new one.
    apart = len({seen.on for seen in tried}) > 1
    for seen in tried:
        cases = nodes.bullet_list()
        for case in seen.cases:
            answer = "yes" if case.holds else "no"
            paragraph = nodes.paragraph("", f"{case.name}: ")
            paragraph += [nodes.strong("", answer), nodes.Text(f" – {case.proof}")]
            cases += nodes.list_item("", paragraph)
        if seen.why:
            cases += nodes.list_item("", nodes.paragraph("", seen.why))
        when = f"{seen.seconds:.1f} s{f', on {_day(seen.on)}' if apart else ''}"
        term = nodes.term(
            "", f"{_way(seen.way).heading} ({when})", ids=[_place(claim.id, seen.way)]
        )
        entries += nodes.definition_list_item("", term, nodes.definition("", cases))
    proof += entries
    proof += nodes.paragraph("", _versions(tried), classes=["claim-versions"])
    return proof


def _way(way: str) -> Way:
    return THE_HUB if way == HUB else WAYS[way]


def _place(claim: str, way: str) -> str:
    return f"claim-{claim}-{way}"


def _when(tried: Iterable[Seen]) -> str:
    days = sorted({seen.on for seen in tried})
    first, last = _day(days[0]), _day(days[-1])
    return f"on {first}" if first == last else f"from {first} to {last}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _versions(tried: Iterable[Seen]) -> str:
    """List the versions that ran; several of one package where ways were tried apart."""
    found: dict[str, list[str]] = {}
    for seen in tried:
        for name, version in seen.versions.items():
            if version not in found.setdefault(name, []):
                found[name].append(version)
    return ", ".join(f"{name} {' and '.join(versions)}" for name, versions in found.items())


def _tables(
    claims: list[Claim], evidence: Evidence | None, places: dict[str, str]
) -> Iterator[nodes.Element]:
    """Make the table of claims by way of sharing, and one of those about a single way."""
    compared = [claim for claim in claims if len(claim.expected) > 1]
    single = [claim for claim in claims if len(claim.expected) == 1]
    if compared:
        yield _table(
            ["Claim", *(way.heading for way in WAYS.values())],
            [
                [_linked(claim, places), *(_cell(claim, way, evidence, places) for way in WAYS)]
                for claim in compared
            ],
        )
    if single:
        rows = []
        for claim in single:
            way = claim.expected[0].way
            where = nodes.paragraph("", _way(way).heading)
            rows.append([_linked(claim, places), _cell(claim, way, evidence, places), where])
        yield _table(["Claim", "Verdict", "Where"], rows)
    tried = [seen for seen in evidence.claims.values() if seen.claim in places] if evidence else []
    if tried:
        yield nodes.paragraph(
            "", f"Tried {_when(tried)}, on {_versions(tried)}.", classes=["claim-versions"]
        )


def _linked(claim: Claim, places: dict[str, str]) -> nodes.paragraph:
    address = f"{places[claim.id]}#claim-{claim.id}"
    reference = nodes.reference("", claim.sentence, internal=True, refuri=address)
    return nodes.paragraph("", "", reference)


def _cell(
    claim: Claim, way: str, evidence: Evidence | None, places: dict[str, str]
) -> nodes.paragraph:
    expected = next((each for each in claim.expected if each.way == way), None)
    if expected is None:
        return nodes.paragraph("", "–", classes=["verdict-absent"])
    seen = _seen(claim, way, evidence)
    kind, words = _told(claim, expected, seen)
    if seen is None:
        return nodes.paragraph("", "", *_marked(kind, words))
    address = f"{places[claim.id]}#{_place(claim.id, way)}"
    link = nodes.reference("", "", internal=True, refuri=address)
    link += _marked(kind, _short(words))
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
