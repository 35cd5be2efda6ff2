"""How a walkthrough stands on a stack, and the quiet line below it that says so."""

from collections.abc import Iterator
from enum import StrEnum

from docutils import nodes

from rtc_guide.evidence.walked import Walked
from rtc_guide.pages.book import Book, day_of, software_of
from rtc_guide.pages.page import Walkthrough
from rtc_guide.software import title_of


class Standing(StrEnum):
    """What is known of a walkthrough on a stack, in words for readers."""

    HOLDS = "holds"
    FAILS = "fails"
    OUTDATED = "not checked since the text changed"
    UNTRIED = "not tried"
    ABSENT = "not for this version"


MARKS = {
    Standing.HOLDS: "✓",
    Standing.FAILS: "✗",
    Standing.OUTDATED: "?",
    Standing.UNTRIED: "?",
    Standing.ABSENT: "–",
}
"""Marks that differ in shape; where two have one, the words beside it differ."""


def name_of(item: Walkthrough) -> str:
    """Return what readers call a walkthrough: its id, or that of the versions it is one of."""
    name = (item.group or item.id).replace("-", " ")
    return f"{name[0].upper()}{name[1:]}"


def standing_of(book: Book, item: Walkthrough, stack: str) -> Standing:
    """Return how a walkthrough stands on a stack."""
    if not item.is_for(stack):
        return Standing.ABSENT
    walked = book.walked(item, stack)
    if walked is None:
        return Standing.UNTRIED
    if walked.text != item.digest:
        return Standing.OUTDATED
    return Standing.HOLDS if walked.passed else Standing.FAILS


def below_walkthrough(book: Book, item: Walkthrough, more: str | None) -> Iterator[nodes.Element]:
    """Tell on which software the walkthrough was checked, and what was found where it fails.

    `more` is the address of what is known of it on all stacks, where a page shows that.
    """
    found: dict[Standing, list[str]] = {}
    # The newest first, which readers most likely have.
    latest = [book.newest, *reversed(book.stacks)] if book.newest else []
    for stack in dict.fromkeys(latest):
        found.setdefault(standing_of(book, item, stack), []).append(stack)
    holds, fails = found.get(Standing.HOLDS, []), found.get(Standing.FAILS, [])
    outdated = found.get(Standing.OUTDATED, [])
    if holds:
        line = _line(f"✓ Checked on {_software(book, item, holds[0])}")
        yield _with_others(line, holds[1:], "and on", more)
    if fails:
        walked = book.walked(item, fails[0])
        assert walked and walked.failure
        day = day_of(walked.on)
        line = _line(
            f"✗ The check of {day} on {software_of(fails[0], walked.versions)} "
            f"found: {walked.failure.found}"
        )
        line["classes"].append("walkthrough-failed")
        yield _with_others(line, fails[1:], "and it fails on", more)
    if outdated:
        where = f" on {title_of(outdated[0])}" if holds or fails else ""
        line = _line(f"? Not checked{where} since the text changed")
        yield _with_others(line, outdated[1:] if where else [], "nor on", more)
    if not (holds or fails or outdated):
        yield _with_others(_line("? Not checked yet"), [], "", None)


def _software(book: Book, item: Walkthrough, stack: str) -> str:
    walked = book.walked(item, stack)
    assert walked
    return f"{software_of(stack, walked.versions)}, {day_of(walked.on)}"


def _line(text: str) -> nodes.paragraph:
    return nodes.paragraph("", text, classes=["walkthrough-checked"])


def _with_others(
    line: nodes.paragraph, others: list[str], how: str, more: str | None
) -> nodes.paragraph:
    if others:
        count = f"{len(others)} more version{'s' if len(others) > 1 else ''}"
        line += nodes.Text(f", {how} ")
        line += (
            nodes.reference("", count, internal=True, refuri=more) if more else nodes.Text(count)
        )
    line += nodes.Text(".")
    return line


def told_of(walked: Walked) -> list[str]:
    """Tell what carrying a walkthrough out came to: when, on what, what was seen, where it failed.

    Each is a sentence for readers.
    """
    ran = ", ".join(f"{name} {version}" for name, version in walked.versions.items())
    told = [f"{walked.seconds:g} s, on {day_of(walked.on)}, with {ran}."]
    if walked.failure:
        failed = walked.failure
        step = f"in step {failed.step}" if failed.step else "at its beginning"
        word = f", at the {failed.role} “{failed.text}”" if failed.role else ""
        told.append(f"Failed {step} ({failed.page}:{failed.line}){word}. Found: {failed.found}")
    told += [f"{heading}: {what}." for heading, what in walked.saw]
    return told
