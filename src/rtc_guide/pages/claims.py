"""The directive `{claim}`: a sentence that is tried, and the verdicts expected of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from rtc_guide.pages import nodes as ui_nodes
from rtc_guide.pages.page import Claim, Expectation, Problem
from rtc_guide.pages.ways import EDITING, EVERY, HUB, WAYS

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_VERDICT = re.compile(
    r"(?:does not hold|(?:no longer )?holds)(?:, except (?P<cases>[^;]*[^;\s][^;]*(?:;[^;]+)*))?"
)
VERDICTS = "“holds”, “does not hold” or “no longer holds”, each also with “, except CASE; CASE”"


class ClaimDirective(SphinxDirective):
    """`{claim} id`: options name the ways of sharing with their verdicts, the content tells it.

    The content's first paragraph is the sentence that is tried.
    """

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Any]] = {
        "safeguard": directives.flag,
        "since": directives.unchanged,
        **dict.fromkeys(EVERY, directives.unchanged),
    }

    def run(self) -> list[nodes.Node]:
        """Make the claim's node, to which its verdicts are added once pages are written."""
        self.env.metadata[self.env.docname]["verdicts"] = True
        identifier = self.arguments[0] if self.arguments else ""
        node = ui_nodes.claim(
            classes=["claim"],
            names=[f"claim-{identifier}"],
            claim=identifier,
            safeguard="safeguard" in self.options,
            since=self.options.get("since"),
            expected={way: text for way, text in self.options.items() if way in EVERY},
        )
        self.set_source_info(node)
        # Named, so that pages can link to it with {ref}.
        self.state.document.note_explicit_target(node, node)
        self.state.nested_parse(self.content, self.content_offset, node)
        if node.children and isinstance(node[0], nodes.paragraph):
            node[0]["classes"].append("claim-sentence")
        return [node]


class ClaimTableDirective(SphinxDirective):
    """`{claim-table}`: all claims of the book, with the verdict on each way of sharing."""

    def run(self) -> list[nodes.Node]:
        """Mark the place; the table is made once all pages have been read."""
        self.env.metadata[self.env.docname]["verdicts"] = True
        return [ui_nodes.claim_table()]


class ClaimWaysDirective(SphinxDirective):
    """`{claim-ways}`: the list of the ways of sharing, each in a sentence."""

    def run(self) -> list[nodes.Node]:
        """Make the list out of the ways themselves."""
        entries = nodes.definition_list()
        for way in WAYS.values():
            told = nodes.definition(
                "", nodes.paragraph("", f"{way.told[0].upper()}{way.told[1:]}.")
            )
            entries += nodes.definition_list_item("", nodes.term("", way.heading), told)
        return [entries]


def claim_of(node: nodes.Element, path: Path) -> Claim:
    """Return what a claim's node declares; `path` is the file that it stands in."""
    line = node.line or 1
    lines = _option_lines(path, line)
    return Claim(
        id=node["claim"],
        sentence=_sentence(node),
        path=path,
        line=line,
        expected=tuple(
            _expectation(way, text, path, lines.get(way, line))
            for way, text in node["expected"].items()
        ),
        safeguard=node["safeguard"],
        since=node["since"],
    )


def _sentence(node: nodes.Element) -> str:
    first = node.next_node(nodes.paragraph)
    return " ".join(first.astext().split()) if first is not None else ""


def _option_lines(path: Path, line: int) -> dict[str, int]:
    """Return the line of each option of the directive that begins at `line`."""
    lines = {}
    below = path.read_text(encoding="utf-8").splitlines()[line:]
    for number, text in enumerate(below, line + 1):
        option = re.match(r"[\s>]*:([\w-]+):", text)
        if not option:
            break
        lines[option[1]] = number
    return lines


def _expectation(way: str, text: str, path: Path, line: int) -> Expectation:
    text = " ".join(text.split())
    verdict = _VERDICT.fullmatch(text)
    cases = (verdict["cases"] or "").split(";") if verdict else []
    return Expectation(
        way=way,
        text=text,
        holds=bool(verdict) and text.startswith("holds"),
        exceptions=frozenset(case.strip() for case in cases if case.strip()),
        path=path,
        line=line,
    )


def problems_of(claim: Claim) -> Iterator[Problem]:
    """Find what keeps a claim from being tried."""

    def problem(message: str, line: int = claim.line) -> Problem:
        return Problem(claim.path, line, message)

    if not _ID.fullmatch(claim.id):
        yield problem(f"a claim needs an id in lower-case-with-dashes, not “{claim.id}”")
    if not claim.sentence:
        yield problem(f"claim “{claim.id}” has no sentence")
    if claim.since and not re.fullmatch(r"\d{4}", claim.since):
        yield problem(f"“{claim.since}” is no year; write for example :since: 2023")
    ways = [each.way for each in claim.expected]
    if not ways:
        yield problem(
            f"claim “{claim.id}” expects no verdict: name a way of sharing with one, "
            f"for example :{next(iter(WAYS))}: holds"
        )
    if HUB in ways and len(ways) > 1:
        yield problem(f"claim “{claim.id}” is about :{HUB}: as such or about ways, not both")
    if 0 < len(EDITING.keys() & ways) < len(ways):
        yield problem(f"claim “{claim.id}” is about ways of sharing or of editing, not both")
    for each in claim.expected:
        if not _VERDICT.fullmatch(each.text):
            yield problem(f"“{each.text}” is no verdict; write {VERDICTS}", each.line)
        elif each.text.startswith("no longer") and not claim.since:
            yield problem(
                "“no longer holds” needs :since: with the year in which it was claimed; "
                "or write “does not hold”",
                each.line,
            )
