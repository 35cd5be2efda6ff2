"""Evidence: written, read back, refused when damaged, and shown in pages."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest
from bs4 import BeautifulSoup
from sphinx.testing.util import SphinxTestApp

from rtc_guide.evidence.stack import Evidence, EvidenceError, Seen, path_of, read, read_all, write
from rtc_guide.evidence.verdict import Case, Verdict
from rtc_guide.pages.reading import read_page

YES = Case("new page", True, "answered 200")
NO = Case("kernel", False, "closed with 4403 after 2 s")
VERSIONS = {"JupyterLab": "4.6.6", "JupyterHub": "6.1.1"}


def seen(claim="open-door", way="share", cases=(YES, NO), text="abc", why=None) -> Seen:
    return Seen(claim, way, tuple(cases), 1.5, date(2026, 11, 22), text, VERSIONS, why)


def evidence(*found: Seen) -> Evidence:
    return Evidence("lab-4.6").with_seen(found, [(each.claim, each.way) for each in found])


def test_what_is_written_is_read_back(tmp_path):
    whole = evidence(seen(), seen(way="token-link", cases=[], why="one uid for all servers"))
    path = path_of("lab-4.6", tmp_path)
    write(whole, path)
    assert read(path) == whole
    assert read_all(tmp_path) == [whole]
    assert [each.verdict for each in whole.claims.values()] == [Verdict.DEPENDS, Verdict.UNPROVEN]
    assert [each.name for each in path.parent.iterdir()] == ["lab-4.6.json"]


def test_new_evidence_replaces_its_own_and_drops_what_is_no_longer_claimed():
    before = evidence(seen(), seen(claim="gone"), seen(claim="kept"))
    known = [("open-door", "share"), ("kept", "share")]
    after = before.with_seen([seen(cases=[YES])], known)
    assert set(after.claims) == {("open-door", "share"), ("kept", "share")}
    assert after.claims["open-door", "share"].verdict is Verdict.HOLDS


def test_what_could_not_be_proven_leaves_what_was_proven_before():
    unproven = seen(cases=[], why="one uid for all servers")
    proven = evidence(seen(cases=[YES]))
    assert proven.with_seen([unproven], proven.claims) == proven
    open_still = evidence(unproven)
    assert open_still.with_seen([seen()], open_still.claims) == evidence(seen())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda told: "{", "Expecting property name"),
        (lambda told: json.dumps([]), "is not of type 'object'"),
        (lambda told: json.dumps(told | {"schema": 3}), "2 was expected"),
        (lambda told: json.dumps(told | {"schema": 1}), "it is of schema 1, and this is schema 2"),
        (lambda told: json.dumps(told | {"stack": "lab-4.5"}), "of the stack “lab-4.5”"),
        (lambda told: json.dumps(told).replace('"holds": true', '"holds": 1'), "boolean"),
        (lambda told: json.dumps(told).replace("2026-11-22", "today"), "'today' is not a 'date'"),
        (lambda told: json.dumps(told).replace('"depends"', '"holds"'), "come to “depends”"),
        (lambda told: json.dumps(told).replace('"depends"', '"fine"'), "'fine' is not one of"),
        (lambda told: json.dumps(told).replace('"seconds"', '"secs"'), "'seconds' is a required"),
    ],
    ids=[
        "no JSON",
        "a list",
        "newer",
        "older",
        "of another",
        "type",
        "date",
        "verdict",
        "word",
        "key",
    ],
)
def test_damaged_evidence_is_refused_with_the_reason(tmp_path, change, reason):
    path = path_of("lab-4.6", tmp_path)
    write(evidence(seen()), path)
    path.write_text(change(json.loads(path.read_text())))
    with pytest.raises(EvidenceError, match=r"lab-4\.6\.json can't be read") as raised:
        read(path)
    assert reason in str(raised.value)
    assert "rtc-guide check --accept --stack lab-4.6" in str(raised.value)


# A token or a cookie, an address with a port or of this machine, a path, a share code's UUID.
OF_A_MACHINE = re.compile(
    r"[0-9a-f]{24,}|[\w-]{40,}|:\d{4,5}\b|127\.0\.0|localhost|/(?:tmp|home|root|var|Users)/"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-|token=|code=(?!s)"
)


def test_this_book_s_evidence_holds_no_secret_and_nothing_of_a_machine():
    found = [
        (key, case.proof, match[0])
        for each in read_all(Path(__file__).parents[2])
        for key, seen_there in each.claims.items()
        for case in seen_there.cases
        if (match := OF_A_MACHINE.search(case.proof))
    ]
    assert found == []


PAGE = """\
    # Risks

    :::{claim} open-door
    :since: 2023
    :share: holds, except kernel
    :token-link: no longer holds

    Whoever has the link gets in.
    :::

    See {ref}`the claim <claim-open-door>`.
    """

TABLE = """\
    # All

    :::{claim-table}
    :::
    """


@pytest.fixture
def build(tmp_path):
    """Build a book of two pages with some evidence; return its pages and what was warned."""
    (tmp_path / "conf.py").write_text("extensions = ['myst_parser', 'rtc_guide.pages']\n")
    for name, text in (("index", TABLE), ("risks", PAGE)):
        (tmp_path / f"{name}.md").write_text(dedent(text))
    (tmp_path / "index.md").open("a").write("\n:::{toctree}\nrisks\n:::\n")

    def run(*found: Seen, freshenv: bool = True):
        if found:
            write(evidence(*found), path_of("lab-4.6", tmp_path))
        app = SphinxTestApp(
            "html", srcdir=tmp_path, freshenv=freshenv,
            confoverrides={"myst_enable_extensions": ["colon_fence"], "nitpicky": True},
        )  # fmt: skip
        app.build()
        pages = {
            name: BeautifulSoup((Path(app.outdir) / f"{name}.html").read_text(), "html.parser")
            for name in ("index", "risks")
        }
        # In one process, Sphinx registers its own nodes anew for each application.
        warned = "\n".join(
            line for line in app.warning.getvalue().splitlines() if "already registered" not in line
        )
        app.cleanup()
        return pages, warned

    return run


def digest(folder: Path) -> str:
    return read_page(folder / "risks.md").claims[0].digest


def test_a_claim_shows_its_verdicts_and_their_proof(build, tmp_path):
    text = digest(tmp_path)
    pages, warned = build(seen(text=text), seen(way="token-link", cases=[NO], text=text))
    assert warned == ""
    claim = pages["risks"].select_one("#claim-open-door")
    verdicts = [item.get_text() for item in claim.select(".claim-verdicts li")]
    assert verdicts == [
        "◐ holds: Hub share. Exception: kernel.",
        "✓ no longer holds: Link with token, no hub",
    ]
    assert claim.select_one(".claim-since").get_text() == "The 2023 guide said so. Today:"
    proof = claim.select_one("details.claim-proof")
    assert proof.summary.get_text() == "Tried on 22 November 2026: what was seen"
    assert "kernel: no – closed with 4403 after 2 s" in proof.get_text()
    assert "JupyterLab 4.6.6, JupyterHub 6.1.1" in proof.get_text()
    link = next(link for link in pages["risks"].select("a") if link.get_text() == "the claim")
    assert link["href"] == "#claim-open-door"


def test_ways_that_were_tried_on_different_days_have_each_their_own(build, tmp_path):
    text = digest(tmp_path)
    older = replace(seen(way="token-link", cases=[NO], text=text), on=date(2026, 11, 3))
    pages, _ = build(seen(text=text), older)
    ways = [term.get_text() for term in pages["risks"].select(".claim-proof dt")]
    assert ways == [
        "Hub share (1.5 s, on 22 November 2026)",
        "Link with token, no hub (1.5 s, on 3 November 2026)",
    ]


def test_the_table_leads_from_each_verdict_to_its_proof(build, tmp_path):
    pages, _ = build(seen(text=digest(tmp_path)))
    assert pages["index"].select_one("table.claim-table th").get_text() == "Risks"
    rows = pages["index"].select("table.claim-table tbody tr")
    assert len(rows) == 1
    assert [cell.get_text().strip() for cell in rows[0].select("td")] == [
        "Whoever has the link gets in.", "–", "–", "◐ in part", "–", "–", "? not tried yet",
    ]  # fmt: skip
    target = rows[0].select("td a")[1]["href"]
    assert target == "risks.html#claim-open-door-share"
    assert pages["risks"].select_one("#claim-open-door-share").name == "dt"


def test_evidence_of_another_text_is_told_to_be_old(build):
    pages, _ = build(seen(text="of before"))
    assert "not checked since the text changed" in pages["risks"].get_text()


def test_evidence_that_contradicts_the_page_is_told_to_do_so(build, tmp_path):
    pages, _ = build(seen(text=digest(tmp_path), cases=[YES]))
    verdicts = pages["risks"].select(".claim-verdicts li")
    assert verdicts[0].get_text() == (
        "? contradicted: this page expects “holds, except kernel”, found was “holds”: Hub share"
    )


def test_changed_evidence_is_shown_by_the_next_build(build, tmp_path):
    text = digest(tmp_path)
    build(seen(text=text))
    pages, _ = build(seen(text=text, cases=[], why="no second uid"), freshenv=False)
    assert "not proven: no second uid" in pages["risks"].get_text()
    assert "not proven" in pages["index"].select_one("table.claim-table").get_text()


def test_damaged_evidence_is_a_warning_of_the_build(build, tmp_path):
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "lab-4.6.json").write_text("{}")
    pages, warned = build()
    assert "lab-4.6.json can't be read" in warned
    assert "not tried yet" in pages["risks"].get_text()
