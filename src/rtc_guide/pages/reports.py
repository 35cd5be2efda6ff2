"""Schedules that did damage, told in the form in which they can be reported upstream."""

from collections.abc import Iterator

from docutils import nodes

from rtc_guide.evidence.damage import Report
from rtc_guide.pages.book import Book
from rtc_guide.pages.tables import cell
from rtc_guide.software import title_of

_EXPECTED = (
    "Once everybody is connected again and nothing moves any more, each word is in the file, once, "
    "and everybody sees what the file has; or a message tells whoever lost something."
)


def reports_shown(book: Book) -> Iterator[nodes.Element]:
    """Show each report: versions, schedule, what was expected, what was found, how to repeat it."""
    if not book.reports:
        yield nodes.paragraph("", "No schedule that does damage has been kept.")
    for report in book.reports:
        yield from _shown(report)


def _shown(report: Report) -> Iterator[nodes.Element]:
    kinds = ", ".join(kind for kind in report.found if kind != "silent")
    silently = ", and nobody was told" if "silent" in report.found else ""
    yield nodes.rubric("", f"{title_of(report.stack)}: {kinds}{silently}")
    versions = ", ".join(f"{name} {version}" for name, version in report.versions.items())
    steps = nodes.enumerated_list(
        "", *(nodes.list_item("", cell(sentence)) for sentence in report.happens)
    )
    times = f"In {report.damaged} of {report.times} times."
    fields = (
        ("Versions", cell(f"{versions} ({report.on.day} {report.on:%B %Y})")),
        ("What happens", steps),
        ("Expected", cell(_EXPECTED)),
        ("Found", cell(f"{times} For example: {report.saw}.")),
        ("Again", cell(nodes.literal("", f"rtc-guide replay {report.path}"))),
    )
    yield nodes.definition_list(
        "",
        *(
            nodes.definition_list_item("", nodes.term("", name), nodes.definition("", told))
            for name, told in fields
        ),
        classes=["damage-report"],
    )
