"""The directive `{survey}`: what checks saw of other people's instructions, kept beside these.

Their pages are a project of their own, with its own evidence, so that what has drifted there does
not count against this book.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from textwrap import shorten

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from rtc_guide.evidence.stack import Evidence, EvidenceError, files_of, read
from rtc_guide.evidence.walked import Walked
from rtc_guide.pages.book import day_of, software_of
from rtc_guide.pages.standing import MARKS, Standing
from rtc_guide.pages.tables import cell, table
from rtc_guide.pages.versions import declaration_of
from rtc_guide.software import title_of

logger = logging.getLogger(__name__)

# A whole page's texts may have been found; the evidence has more of them.
_LONGEST_FOUND = 200


class SurveyDirective(SphinxDirective):
    """`{survey} FOLDER`: a table of the walkthroughs by version, and what was found where.

    The folder is a project, by its path from the book's; its evidence is written by
    `rtc-guide check --project FOLDER --accept`.
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Make the table and the list below it."""
        project = Path(self.env.srcdir, self.arguments[0])
        order = list(declaration_of(self.env).stacks)
        found = []
        for path in files_of(project):
            self.env.note_dependency(str(path))
            try:
                found.append(read(path))
            except EvidenceError as error:
                self._warn(str(error))
        if not found:
            self._warn(
                f"{project} has no evidence: run rtc-guide check --project {self.arguments[0]} "
                "--stack all --accept"
            )
            return []
        # The newest first, which readers most likely have.
        found.sort(key=lambda each: order.index(each.stack), reverse=True)
        return [*_by_version(found), *_differing(found)]

    def _warn(self, message: str) -> None:
        logger.warning("%s", message, type="ui", subtype="evidence", location=self.get_location())


def _by_version(found: Sequence[Evidence]) -> Iterator[nodes.Element]:
    names = dict.fromkeys(name for evidence in found for name in evidence.walkthroughs)
    rows = [
        [cell(_said(name)), *(cell(_standing(each.walkthroughs.get(name))) for each in found)]
        for name in names
    ]
    heads = ["Instruction", *(title_of(each.stack) for each in found)]
    yield table(heads, rows, kind="survey")


def _standing(walked: Walked | None) -> str:
    if walked is None:
        standing = Standing.ABSENT
    else:
        standing = Standing.HOLDS if walked.passed else Standing.FAILS
    return f"{MARKS[standing]} {standing}"


def _differing(found: Sequence[Evidence]) -> Iterator[nodes.Element]:
    """Tell, for each instruction that fails somewhere, what is there instead."""
    failed = sorted(
        (walked.walkthrough, number, evidence.stack, walked)
        for number, evidence in enumerate(found)
        for walked in evidence.walkthroughs.values()
        if not walked.passed
    )
    entries = nodes.definition_list()
    for name, of_name in groupby(failed, key=lambda each: each[0]):
        told = nodes.bullet_list()
        for _, alike in groupby(of_name, key=lambda each: _found(each[3])):
            stacks = list(alike)
            software = ", ".join(
                software_of(stack, walked.versions) for _, _, stack, walked in stacks
            )
            first = stacks[0][3]
            told += nodes.list_item(
                "", cell(f"{software} ({day_of(first.on)}): {_found(first)}")
            )  # fmt: skip
        entries += nodes.definition_list_item(
            "", nodes.term("", _said(name)), nodes.definition("", told)
        )
    if entries.children:
        yield entries


def _found(walked: Walked) -> str:
    assert walked.failure
    failed = walked.failure
    step = f"step {failed.step} " if failed.step else ""
    word = f"at the {failed.role} “{failed.text}”: " if failed.role else ""
    found = shorten(failed.found, _LONGEST_FOUND, placeholder=" …")
    return f"{step}({failed.page}:{failed.line}), {word}{found}"


def _said(name: str) -> str:
    words = name.replace("-", " ")
    return f"{words[0].upper()}{words[1:]}"
