"""Verdicts as readers see them, below each claim: in words, with a mark, and with their proof."""

from collections.abc import Iterable, Iterator
from datetime import date

from docutils import nodes

from rtc_guide.evidence.stack import Evidence, Seen
from rtc_guide.evidence.verdict import Verdict
from rtc_guide.pages import nodes as ui_nodes
from rtc_guide.pages.expecting import differing
from rtc_guide.pages.page import Claim, Expectation
from rtc_guide.pages.ways import EVERY, HUB, Way

_MARKS = {"good": "✓", "bad": "⚠", "mixed": "◐", "none": "?"}


def seen_of(claim: Claim, way: str, evidence: Evidence | None) -> Seen | None:
    """Return what was seen of a claim on a way of sharing, if anything was."""
    return evidence.claims.get((claim.id, way)) if evidence else None


def below_claim(claim: Claim, evidence: Evidence | None) -> Iterator[nodes.Element]:
    """Tell who said it, the verdicts, grouped, and below them when and how it was tried."""
    groups: dict[tuple[str, str], list[Expectation]] = {}
    for expected in claim.expected:
        said = told(claim, expected, seen_of(claim, expected.way, evidence))
        groups.setdefault(said, []).append(expected)
    verdicts = nodes.bullet_list(classes=["claim-verdicts"])
    for (kind, words), members in groups.items():
        general, exceptions = (words, "") if kind == "none" else _parted(words)
        line = nodes.paragraph("", "", *marked(kind, general))
        ways = [EVERY[each.way].heading for each in members if each.way != HUB]
        if ways:
            line += nodes.Text(f": {' · '.join(ways)}")
        if exceptions:
            line += nodes.Text(f". {exceptions}")
        verdicts += nodes.list_item("", line)
    if claim.since:
        yield nodes.paragraph(
            "", f"The {claim.since} guide said so. Today:", classes=["claim-since"]
        )
    yield verdicts
    tried = [
        seen for each in claim.expected if (seen := seen_of(claim, each.way, evidence)) is not None
    ]
    if tried:
        yield _proof(claim, tried)


def _parted(words: str) -> tuple[str, str]:
    """Part an expected verdict into the verdict itself and its exceptions, told as a sentence."""
    general, _, cases = words.partition(", except ")
    return general, f"Exception{'s' if ';' in cases else ''}: {cases}." if cases else ""


def told(claim: Claim, expected: Expectation, seen: Seen | None) -> tuple[str, str]:
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


def marked(kind: str, words: str) -> list[nodes.Node]:
    """Return words with the mark of their kind before them."""
    mark = nodes.inline("", _MARKS[kind], classes=["verdict-mark", f"verdict-{kind}"])
    return [mark, nodes.Text(" "), nodes.strong("", words)]


def _proof(claim: Claim, tried: list[Seen]) -> nodes.Element:
    """Tell what was seen on each way, folded away."""
    proof = ui_nodes.proof(classes=["claim-proof"])
    proof += ui_nodes.proof_title("", f"Tried {when(tried)}: what was seen")
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
        took = f"{seen.seconds:.1f} s{f', on {_day(seen.on)}' if apart else ''}"
        term = nodes.term(
            "", f"{way_of(seen.way).heading} ({took})", ids=[place_of(claim.id, seen.way)]
        )
        entries += nodes.definition_list_item("", term, nodes.definition("", cases))
    proof += entries
    proof += nodes.paragraph("", versions_of(tried), classes=["claim-versions"])
    return proof


def way_of(way: str) -> Way:
    """Return the way of an id, also that of claims about a hub as such."""
    return EVERY[way]


def place_of(claim: str, way: str) -> str:
    """Return the anchor of what was seen of a claim on a way."""
    return f"claim-{claim}-{way}"


def when(tried: Iterable[Seen]) -> str:
    """Say on which days it was tried: “on 1 May 2026”, “from … to …”."""
    days = sorted({seen.on for seen in tried})
    first, last = _day(days[0]), _day(days[-1])
    return f"on {first}" if first == last else f"from {first} to {last}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def versions_of(tried: Iterable[Seen]) -> str:
    """List the versions that ran; several of one package where ways were tried apart."""
    found: dict[str, list[str]] = {}
    for seen in tried:
        for name, version in seen.versions.items():
            if version not in found.setdefault(name, []):
                found[name].append(version)
    return ", ".join(f"{name} {' and '.join(versions)}" for name, versions in found.items())
