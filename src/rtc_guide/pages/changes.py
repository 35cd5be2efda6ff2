"""What changed between versions, as the evidence of neighbouring stacks has it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from docutils import nodes

from rtc_guide.evidence.walked import Walked
from rtc_guide.pages.book import Book
from rtc_guide.pages.standing import name_of
from rtc_guide.software import product_of, title_of


@dataclass(frozen=True)
class Change:
    """What differs between two stacks: `what` has a name, and was `before` and is `after`."""

    earlier: str
    later: str
    what: str
    before: str
    after: str


def changes(book: Book) -> Iterator[Change]:
    """Compare what was seen on neighbouring stacks of one product, oldest first.

    Of walkthroughs for several versions, those of each stack are compared by their headings.
    """
    for earlier, later in neighbours(book):
        for heading in headings(book):
            before, after = seen_under(book, heading, earlier), seen_under(book, heading, later)
            if before and after and before != after:
                yield Change(earlier, later, heading, before, after)
        for declared in book.walkthroughs:
            was, is_now = (book.current(declared.item, each) for each in (earlier, later))
            if was and is_now and _outcome(was) != _outcome(is_now):
                name = name_of(declared.item)
                yield Change(earlier, later, name, _outcome(was), _outcome(is_now))


def neighbours(book: Book) -> Iterator[tuple[str, str]]:
    """Pair each stack that was tried with the next newer one of its product."""
    products = dict.fromkeys(product_of(stack) for stack in book.tried)
    for product in products:
        yield from pairwise(stack for stack in book.tried if product_of(stack) == product)


def headings(book: Book) -> list[str]:
    """Return the headings under which steps tell what they saw, in the order of the book."""
    return list(
        dict.fromkeys(
            step.tells
            for declared in book.walkthroughs
            for step in declared.item.steps
            if step.tells
        )
    )


def seen_under(book: Book, heading: str, stack: str) -> str | None:
    """Return what was seen under a heading on a stack, by the first walkthrough that told."""
    for declared in book.walkthroughs:
        walked = book.current(declared.item, stack)
        for told, what in walked.saw if walked else ():
            if told == heading:
                return what
    return None


def _outcome(walked: Walked) -> str:
    """Return how it went, without what is of one run or page only."""
    if walked.failure is None:
        return "holds"
    at = f" at the {walked.failure.role} “{walked.failure.text}”" if walked.failure.role else ""
    return f"fails{at}"


def _comparable(book: Book, earlier: str, later: str) -> bool:
    """Tell whether anything was seen on both of two stacks."""
    told = any(
        all(seen_under(book, heading, stack) for stack in (earlier, later))
        for heading in headings(book)
    )
    return told or any(
        all(book.current(declared.item, stack) for stack in (earlier, later))
        for declared in book.walkthroughs
    )


def changes_shown(book: Book) -> Iterator[nodes.Element]:
    """List the changes, by pairs of versions."""
    pairs = list(neighbours(book))
    if not pairs:
        yield nodes.paragraph(
            "", "Walkthroughs were tried on one version only so far: nothing can be compared."
        )
        return
    found = list(changes(book))
    entries = nodes.definition_list(classes=["evidence-changes"])
    unchanged = []
    for earlier, later in pairs:
        of_pair = [each for each in found if (each.earlier, each.later) == (earlier, later)]
        if not of_pair:
            if _comparable(book, earlier, later):
                unchanged.append(f"{title_of(earlier)} to {title_of(later)}")
            continue
        listed = nodes.bullet_list()
        for change in of_pair:
            line = nodes.paragraph("", "", nodes.strong("", change.what))
            line += nodes.Text(f": {change.before} → {change.after}")
            listed += nodes.list_item("", line)
        term = nodes.term("", f"From {title_of(earlier)} to {title_of(later)}")
        entries += nodes.definition_list_item("", term, nodes.definition("", listed))
    if entries.children:
        yield entries
    if unchanged:
        yield nodes.paragraph("", f"No difference was seen from {'; from '.join(unchanged)}.")
