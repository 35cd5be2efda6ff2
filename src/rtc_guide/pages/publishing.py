"""What the site tells programs of the evidence: a JSON file, an Atom feed and a badge."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from html import escape
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from docutils import nodes

from rtc_guide.pages.book import Book, Here, day_of, software_of
from rtc_guide.pages.expecting import differing
from rtc_guide.pages.page import Walkthrough
from rtc_guide.pages.standing import Standing, standing_of
from rtc_guide.pages.verdicts import way_of
from rtc_guide.software import title_of

SCHEMA = 1
"""The version of the JSON file's form: a number that grows when a reader of it may break."""

JSON_FILE, FEED_FILE, BADGE_FILE = "evidence.json", "evidence.atom", "evidence.svg"
"""Names of the files, at the top of the site: others rely on them."""

FEED_TYPE = "application/atom+xml"

# Feeds keep their ids for ever, wherever the site is: https://www.rfc-editor.org/rfc/rfc4287 4.2.6
_IDS = uuid5(NAMESPACE_URL, "https://pypi.org/project/rtc-guide/#evidence")


@dataclass(frozen=True)
class Status:
    """How many of the steps for the newest stack hold there, and the last day of its checks."""

    holding: int
    steps: int
    on: date | None

    def __str__(self) -> str:
        if self.on is None:
            return "not checked yet"
        day = f"{self.on.day} {self.on:%b %Y}"
        return f"{self.holding} of {self.steps} steps hold, {day}"


def status_of(book: Book) -> Status:
    """Count the steps; of a walkthrough that fails, those before the one where it does."""
    items = [each.item for each in book.walkthroughs if each.item.is_for(book.newest)]
    days = [walked.on for item in items if (walked := book.walked(item, book.newest))]
    return Status(
        holding=sum(_holding(book, item) for item in items),
        steps=sum(len(item.steps) for item in items),
        on=max(days, default=None),
    )


def _holding(book: Book, item: Walkthrough) -> int:
    walked = book.walked(item, book.newest)
    if walked is None or walked.text != item.digest:
        return 0
    return max(walked.failure.step - 1, 0) if walked.failure else len(item.steps)


def told_as_json(book: Book) -> str:
    """Tell all outcomes, with versions and days; `current` is false where a page has changed."""
    stacks = [
        {
            "name": stack,
            "title": title_of(stack),
            "walkthroughs": dict(_walkthroughs(book, stack)),
            "claims": _claims(book, stack),
        }
        for stack in book.stacks
    ]
    status = status_of(book)
    whole = {
        "schema": SCHEMA,
        "newest": book.newest,
        "steps": {"hold": status.holding, "all": status.steps},
        "stacks": stacks,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _walkthroughs(book: Book, stack: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for declared in book.walkthroughs:
        walked = book.walked(declared.item, stack)
        if walked:
            yield (
                declared.item.id,
                {
                    "page": declared.docname,
                    "outcome": "passed" if walked.passed else "failed",
                    "current": walked.text == declared.item.digest,
                    "on": walked.on.isoformat(),
                    "seconds": walked.seconds,
                    "versions": walked.versions,
                    "saw": dict(walked.saw),
                    "latency_ms": walked.latency,
                    "failure": asdict(walked.failure) if walked.failure else None,
                },
            )


def _claims(book: Book, stack: str) -> dict[str, dict[str, Any]]:
    there = book.evidence.get(stack)
    digests = {each.item.id: each.item.digest for each in book.claims}
    found: dict[str, dict[str, Any]] = {}
    for (claim, way), seen in there.claims.items() if there else ():
        if claim in digests:
            found.setdefault(claim, {})[way] = {
                "verdict": seen.verdict.value,
                "current": seen.text == digests[claim],
                "on": seen.on.isoformat(),
                "versions": seen.versions,
            }
    return found


def told_as_feed(book: Book, title: str, author: str, page: str, site: str) -> bytes:
    """Tell as an Atom feed, for each stack and day, what held and what differs from the pages.

    `page` is the Evidence page, seen from the site's top. `site` is the site's address; where it
    is not known, links are relative to the feed's own address, as Atom allows, and the feed does
    not say where it is itself.
    """
    from feedgen.feed import FeedGenerator  # type: ignore[import-untyped]

    base = f"{site.rstrip('/')}/" if site else ""
    entries = sorted(_entries(book), key=lambda each: (each.on, each.stack), reverse=True)
    feed = FeedGenerator()
    feed.id(uuid5(_IDS, "feed").urn)
    feed.title(f"{title}: evidence")
    feed.author(name=author)
    feed.link(href=f"{base}{page}", rel="alternate", type="text/html")
    if site:
        feed.link(href=f"{base}{FEED_FILE}", rel="self", type=FEED_TYPE)
    # Of the evidence, never of the build: the same evidence gives the same feed.
    latest = max((each.on for each in entries), default=date(1970, 1, 1))
    feed.updated(_midnight(latest))
    for each in entries:
        entry = feed.add_entry(order="append")
        entry.id(uuid5(_IDS, f"{each.stack} {each.on.isoformat()}").urn)
        entry.title(f"{title_of(each.stack)}, {day_of(each.on)}: {each.summary}")
        entry.updated(_midnight(each.on))
        entry.link(href=f"{base}{page}")
        entry.content(each.html, type="html")
    told: bytes = feed.atom_str(pretty=True)
    return told


@dataclass(frozen=True)
class _Entry:
    stack: str
    on: date
    software: str
    held: tuple[str, ...]
    differs: tuple[str, ...]

    @property
    def summary(self) -> str:
        held, differs = len(self.held), len(self.differs)
        also = f", {differs} differ{'s' if differs == 1 else ''} from the guide" if differs else ""
        return f"{held} as the pages say{also}"

    @property
    def html(self) -> str:
        differs = "".join(f"<li>{escape(each)}</li>" for each in self.differs)
        return (
            f"<p>Checked on {escape(self.software)}.</p>"
            + (f"<p>Differs from what the pages say:</p><ul>{differs}</ul>" if differs else "")
            + f"<p>As the pages say: {escape(', '.join(self.held)) or 'nothing'}.</p>"
        )


def _entries(book: Book) -> Iterator[_Entry]:
    claims = {each.item.id: each.item for each in book.claims}
    for stack in book.stacks:
        there = book.evidence.get(stack)
        found: dict[date, tuple[list[str], list[str]]] = {}
        software: dict[date, str] = {}
        for declared in book.walkthroughs:
            walked = book.walked(declared.item, stack)
            if not walked:
                continue
            held, differs = found.setdefault(walked.on, ([], []))
            software[walked.on] = software_of(stack, walked.versions)
            standing = standing_of(book, declared.item, stack)
            if standing is Standing.HOLDS:
                held.append(declared.item.id)
            elif walked.failure:
                failed = walked.failure
                differs.append(f"{declared.item.id} ({failed.page}:{failed.line}): {failed.found}")
        # Of other stacks than the newest pages claim nothing.
        claimed = there.claims if there and stack == book.newest else {}
        for (id, way), seen in claimed.items():
            expected = next(
                (each for each in claims[id].expected if each.way == way), None
            ) if id in claims else None  # fmt: skip
            if not expected or seen.why or seen.text != claims[id].digest:
                continue
            held, differs = found.setdefault(seen.on, ([], []))
            software.setdefault(seen.on, software_of(stack, seen.versions))
            name = f"{id} on “{way_of(way).heading}”"
            if differing(expected, seen.cases):
                differs.append(f"{name}: expected “{expected.text}”, found “{seen.verdict}”")
            else:
                held.append(name)
        for on, (held, differs) in found.items():
            yield _Entry(stack, on, software[on], tuple(held), tuple(differs))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def told_as_badge(book: Book) -> str:
    """Tell the status as an SVG for other sites."""
    import anybadge  # type: ignore[import-untyped]

    status = status_of(book)
    part = status.holding / status.steps if status.steps else 0
    # Dark enough for white letters; the words say it, colour only helps.
    colour = "#1a7f37" if part == 1 else "#9a6700" if part >= 0.9 else "#b42318"
    badge = anybadge.Badge(
        "RTC guide", str(status), default_color=colour if status.on else "#57606a",
    )  # fmt: skip
    svg: str = badge.badge_svg_text
    # The library numbers the badges of a process.
    return re.sub(r"anybadge_\d+", "anybadge", svg)


def publish(book: Book, folder: Path, *, title: str, author: str, page: str, site: str) -> None:
    """Write the three files into the folder of the built site."""
    (folder / JSON_FILE).write_text(told_as_json(book), "utf-8")
    (folder / FEED_FILE).write_bytes(told_as_feed(book, title, author, page, site))
    (folder / BADGE_FILE).write_text(told_as_badge(book), "utf-8")


def files_shown(book: Book, here: Here) -> Iterator[nodes.Element]:
    """List the files, and show the badge."""
    listed = nodes.bullet_list()
    for name, what in (
        (FEED_FILE, "a feed: an entry for each version and day, with what differs from the pages"),
        (JSON_FILE, "all outcomes, for programs"),
        (BADGE_FILE, "a badge for other sites: "),
    ):
        line = nodes.paragraph("", "", nodes.reference("", name, refuri=here.file(name)))
        line += nodes.Text(f", {what}")
        if name == BADGE_FILE:
            alternative = escape(f"RTC guide: {status_of(book)}")
            picture = (
                f'<img src="{escape(here.file(name))}" alt="{alternative}" class="evidence-badge">'
            )
            line += nodes.raw("", picture, format="html")
        listed += nodes.list_item("", line)
    yield listed
