"""The whole book, as pages that tell of it need it: what it declares, and what was seen of that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment
from sphinx.util.osutil import relative_uri

from rtc_guide.evidence.capacity import Capacity
from rtc_guide.evidence.damage import Report
from rtc_guide.evidence.stack import Evidence
from rtc_guide.evidence.walked import Walked
from rtc_guide.pages.domain import UiDomain
from rtc_guide.pages.page import Claim, Walkthrough
from rtc_guide.software import title_of

Item = TypeVar("Item", Walkthrough, Claim)


@dataclass(frozen=True)
class Declared(Generic[Item]):
    """A walkthrough or claim of the book, with the name and the title of its page."""

    item: Item
    docname: str
    title: str


@dataclass(frozen=True)
class Book:
    """Walkthroughs and claims in the order of reading; stacks, and evidence by stack, oldest first.

    `newest` is the stack on which claims are tried, `capacity` how many people one server carried,
    if that was measured, and `reports` are of schedules that did damage.
    """

    walkthroughs: tuple[Declared[Walkthrough], ...]
    claims: tuple[Declared[Claim], ...]
    stacks: tuple[str, ...]
    newest: str
    evidence: Mapping[str, Evidence]
    capacity: Capacity | None = None
    reports: tuple[Report, ...] = ()

    def walked(self, item: Walkthrough, stack: str) -> Walked | None:
        """Return what was seen of a walkthrough on a stack, if it is for it and was tried there."""
        there = self.evidence.get(stack)
        return there.walkthroughs.get(item.id) if there and item.is_for(stack) else None

    def current(self, item: Walkthrough, stack: str) -> Walked | None:
        """Return what was seen of a walkthrough on a stack, if it was tried as it stands now."""
        walked = self.walked(item, stack)
        return walked if walked and walked.text == item.digest else None

    def of_claims(self) -> Evidence | None:
        """Return the newest evidence that has claims."""
        with_claims = [each for each in self.evidence.values() if each.claims]
        of_newest = [each for each in with_claims if each.stack == self.newest]
        return next(reversed(of_newest or with_claims), None)

    @property
    def tried(self) -> list[str]:
        """The stacks on which a walkthrough of this book was tried, oldest first."""
        return [
            stack
            for stack in self.stacks
            if any(self.current(each.item, stack) for each in self.walkthroughs)
        ]


def book_of(env: BuildEnvironment) -> Book:
    """Return what the pages that were read declare, with the evidence that was read for them."""
    domain = env.domains["ui"]
    assert isinstance(domain, UiDomain)
    # The table of contents has no page twice; a page that is in none comes last.
    order = [
        docname
        for docname in dict.fromkeys([*env.collect_relations(), *sorted(domain.pages)])
        if docname in domain.pages
    ]
    kept = domain.kept
    return Book(
        walkthroughs=tuple(
            Declared(item, docname, env.titles[docname].astext())
            for docname in order
            for item in domain.pages[docname].walkthroughs
        ),
        claims=tuple(
            Declared(claim, docname, env.titles[docname].astext())
            for docname in order
            for claim in domain.pages[docname].claims
        ),
        stacks=tuple(kept.declared.stacks),
        newest=kept.declared.newest,
        evidence=kept.evidence,
        capacity=kept.capacity,
        reports=kept.reports,
    )


def page_with(env: BuildEnvironment, part: str) -> str | None:
    """Return the page that shows a part of the evidence (`{evidence} PART`), if one does."""
    found = (
        docname
        for docname, metadata in sorted(env.metadata.items())
        if part in metadata.get("evidence", ())
    )
    return next(found, None)


@dataclass(frozen=True)
class Here:
    """The page that is being written, from which addresses are seen."""

    builder: Builder
    docname: str

    def address(self, docname: str, anchor: str) -> str:
        """Return the address of a place on a page of the book."""
        same = docname == self.docname
        page = "" if same else self.builder.get_relative_uri(self.docname, docname)
        return f"{page}#{anchor}"

    def file(self, name: str) -> str:
        """Return the address of a file at the site's top."""
        return relative_uri(self.builder.get_target_uri(self.docname), name)


def software_of(stack: str, versions: Mapping[str, str]) -> str:
    """Name what ran with its versions: “JupyterLab 4.6.6” for `lab-4.6`."""
    title = title_of(stack)
    ran = [f"{name} {version}" for name, version in versions.items() if name in title]
    return " with ".join(ran) or title


def day_of(day: date) -> str:
    """Write a day for readers: 1 May 2026."""
    return f"{day.day} {day:%B %Y}"
