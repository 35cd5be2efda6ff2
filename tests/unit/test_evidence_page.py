"""What pages, and the site's files, tell of the evidence of several stacks."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from lxml import etree
from scipy.stats import binomtest
from sphinx.testing.util import SphinxTestApp

from rtc_guide.evidence.stack import Evidence, Seen, path_of, write
from rtc_guide.evidence.verdict import Case
from rtc_guide.evidence.walked import Failure, Walked
from rtc_guide.pages.damage import interval
from rtc_guide.pages.reading import read_page

STACKS = """\
newest = "lab-4.6"

[stacks]
"lab-4.4" = { requires = ["jupyterlab==4.4.*"] }
"lab-4.5" = { requires = ["jupyterlab==4.5.*"] }
"lab-4.6" = { requires = ["jupyterlab==4.6.*"] }
"notebook-7.6" = { requires = ["notebook==7.6.*"] }
"""
INDEX = """\
# Share

::::{ui:walkthrough} share-link
:opens: lesson.ipynb

:::{ui:step}
:tells: Entry point

Click {ui:button}`Share`.
:::

:::{ui:step}
Click {ui:button}`Copy`.
:::
::::

:::{claim} open-door
:share: holds

Whoever has the link gets in.
:::

```{toctree}
evidence
```
"""
PARTS = ("versions", "walkthroughs", "changes", "timings", "claims", "files")
EVIDENCE = "\n".join(["# Evidence", *(f"## {x}\n\n```{{evidence}} {x}\n```\n" for x in PARTS)])
FAILURE = Failure("index.md", 13, 2, 'no button named "Copy"', "button", "Copy")


class Book:
    """A book in a folder, built with the evidence of some stacks."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "conf.py").write_text("extensions = ['myst_parser', 'rtc_guide.pages']\n")
        (root / "index.md").write_text(INDEX)
        (root / "evidence.md").write_text(EVIDENCE)
        (root / "lesson.ipynb").write_text("{}")
        (root / "stacks").mkdir()
        (root / "stacks" / "stacks.toml").write_text(STACKS)
        self.digest = read_page(root / "index.md").walkthroughs[0].digest

    def see(self, stack: str, entry="button “Share”", **changes) -> None:
        version = stack.partition("-")[2]
        product = "Notebook" if stack.startswith("notebook") else "JupyterLab"
        fields = {
            "seconds": 8.5, "on": date(2026, 11, 22), "text": self.digest,
            "versions": {product: f"{version}.1"}, "saw": (("Entry point", entry),),
            "latency": (20.0, 40.0, 30.0),
        }  # fmt: skip
        walked = Walked("share-link", **fields | changes)
        write(Evidence(stack).with_walked([walked], ["share-link"]), path_of(stack, self.root))

    def build(self, **settings) -> None:
        app = SphinxTestApp(
            "html", srcdir=self.root, freshenv=True,
            confoverrides={"myst_enable_extensions": ["colon_fence"], "nitpicky": True, **settings},
        )  # fmt: skip
        app.build()
        self.out = Path(app.outdir)
        self.warned = "\n".join(
            line for line in app.warning.getvalue().splitlines() if "already registered" not in line
        )
        self.said = app.status.getvalue()
        app.cleanup()

    def page(self, name: str) -> BeautifulSoup:
        return BeautifulSoup((self.out / f"{name}.html").read_text(), "html.parser")

    def badges(self) -> list[str]:
        return [line.get_text() for line in self.page("index").select(".walkthrough-checked")]

    def rows(self, kind: str) -> list[list[str]]:
        return [
            [" ".join(cell.get_text().split()) for cell in row.select("td")]
            for row in self.page("evidence").select(f"table.{kind} tbody tr")
        ]


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path)


def test_a_walkthrough_that_nobody_checked_says_so(book):
    book.build()
    assert book.warned == ""
    assert book.badges() == ["? Not checked yet."]


def test_a_walkthrough_names_the_newest_software_it_was_checked_on(book):
    for stack in ("lab-4.4", "lab-4.5", "notebook-7.6", "lab-4.6"):
        book.see(stack)
    book.build()
    assert book.badges() == [
        "✓ Checked on JupyterLab 4.6.1, 22 November 2026, and on 3 more versions."
    ]
    more = book.page("index").select_one(".walkthrough-checked a")["href"]
    assert book.page(more.partition(".")[0]).find(id=more.partition("#")[2])


def test_a_walkthrough_says_what_was_found_where_it_fails(book):
    book.see("lab-4.5")
    book.see("lab-4.6", failure=FAILURE)
    book.see("lab-4.4", failure=FAILURE)
    book.build()
    assert book.badges() == [
        "✓ Checked on JupyterLab 4.5.1, 22 November 2026.",
        '✗ The check of 22 November 2026 on JupyterLab 4.6.1 found: no button named "Copy", '
        "and it fails on 1 more version.",
    ]


def test_a_walkthrough_whose_text_changed_says_so(book):
    book.see("lab-4.6", text="before")
    book.build()
    assert book.badges() == ["? Not checked since the text changed."]
    book.see("lab-4.5")
    book.build()
    assert book.badges() == [
        "✓ Checked on JupyterLab 4.5.1, 22 November 2026.",
        "? Not checked on JupyterLab 4.6 since the text changed.",
    ]


def test_the_versions_show_what_was_seen_on_each(book):
    book.see("lab-4.5", entry="menu item “Share”")
    book.see("lab-4.6", failure=replace(FAILURE, step=1), saw=())
    book.build()
    assert book.rows("evidence-versions") == [
        ["JupyterLab 4.4", "–", "–", "not tried", "–"],
        ["JupyterLab 4.5", "4.5.1", "–", "22 Nov 2026", "menu item “Share”"],
        ["JupyterLab 4.6", "4.6.1", "–", "22 Nov 2026", "not reached"],
        ["Notebook 7.6", "–", "–", "not tried", "–"],
    ]


def test_each_mark_leads_to_its_proof_and_has_words(book):
    book.see("lab-4.4", text="before")
    book.see("lab-4.5")
    book.see("lab-4.6", failure=FAILURE)
    book.build()
    assert book.rows("evidence-walkthroughs") == [
        ["Share link", "? not checked since the text changed", "✓ holds", "✗ fails", "? not tried"]
    ]
    page = book.page("evidence")
    links = page.select("table.evidence-walkthroughs td a")
    assert len(links) == 4  # the walkthrough itself, and three that were tried
    proofs = [page.find(id=link["href"][1:]) for link in links[1:]]
    assert [proof.find_parent("details").summary.get_text() for proof in proofs] == [
        "Share link: what was seen"
    ] * 3
    told = proofs[2].find_next_sibling("dd").get_text(" ", strip=True)
    assert "8.5 s, on 22 November 2026, with JupyterLab 4.6.1." in told
    assert "Failed in step 2 (index.md:13), at the button “Copy”. Found: no button" in told


def test_what_differs_between_neighbours_is_told(book):
    book.see("lab-4.4", entry="menu item “Share”", failure=FAILURE)
    book.see("lab-4.5")
    book.see("lab-4.6")
    book.see("notebook-7.6", entry="nothing of the kind")
    book.build()
    changes = book.page("evidence").select_one("section#changes")
    assert [term.get_text() for term in changes.select("dt")] == [
        "From JupyterLab 4.4 to JupyterLab 4.5"
    ]
    assert [line.get_text(" ", strip=True) for line in changes.select("li")] == [
        "Entry point : menu item “Share” → button “Share”",
        "Share link : fails at the button “Copy” → holds",
    ]
    assert "No difference was seen from JupyterLab 4.5 to JupyterLab 4.6." in changes.get_text()
    assert "nothing of the kind" not in changes.get_text()


def test_one_version_alone_is_compared_with_nothing(book):
    book.see("lab-4.6")
    book.build()
    changes = book.page("evidence").select_one("section#changes")
    assert "nothing can be compared" in changes.get_text()


def test_the_plot_has_the_theme_s_colours_and_its_numbers_in_words(book):
    book.see("lab-4.5")
    book.see("lab-4.6", latency=None)
    book.build()
    part = book.page("evidence").select_one("section#timings")
    svg = part.svg
    assert svg["role"] == "img"
    assert "JupyterLab 4.5: a check 8 s, a key 30 ms (95th percentile 39)" in svg["aria-label"]
    assert "currentColor" in str(svg) and "#010203" not in str(svg)
    assert book.rows("evidence-timings") == [
        ["JupyterLab 4.5", "8.5", "8.5", "30", "39", "3"],
        ["JupyterLab 4.6", "8.5", "8.5", "–", "–", "0"],
    ]


def files(book: Book) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in book.out.glob("evidence.*")}


def test_the_same_evidence_gives_the_same_files(book):
    book.see("lab-4.6")
    book.build()
    first = files(book)
    assert sorted(first) == ["evidence.atom", "evidence.html", "evidence.json", "evidence.svg"]
    book.build()
    assert files(book) == first


def test_the_json_file_has_all_outcomes(book):
    book.see("lab-4.5", text="before")
    book.see("lab-4.6", failure=FAILURE)
    book.build()
    told = json.loads((book.out / "evidence.json").read_text())
    assert (told["schema"], told["newest"]) == (1, "lab-4.6")
    assert told["steps"] == {"hold": 1, "all": 2}
    by_name = {each["name"]: each["walkthroughs"] for each in told["stacks"]}
    assert by_name["lab-4.4"] == {}
    assert by_name["lab-4.5"]["share-link"]["current"] is False
    assert by_name["lab-4.6"]["share-link"]["outcome"] == "failed"
    assert by_name["lab-4.6"]["share-link"]["failure"]["line"] == 13


def test_the_badge_counts_steps_and_is_shown_with_its_words(book):
    book.see("lab-4.6", failure=FAILURE)
    book.build()
    svg = etree.fromstring((book.out / "evidence.svg").read_bytes())
    words = "1 of 2 steps hold, 22 Nov 2026"
    assert words in svg.xpath("//*[local-name()='text']/text()")
    image = book.page("evidence").select_one("img.evidence-badge")
    assert (image["src"], image["alt"]) == ("evidence.svg", f"RTC guide: {words}")


ATOM = {"a": "http://www.w3.org/2005/Atom"}


def feed_of(book: Book):
    return etree.fromstring((book.out / "evidence.atom").read_bytes())


def test_the_feed_has_an_entry_for_each_stack_and_day(book):
    book.see("lab-4.5", on=date(2026, 11, 3))
    book.see("lab-4.6", failure=FAILURE)
    book.build(html_baseurl="https://guide.example.org/rtc")
    feed = feed_of(book)
    assert feed.xpath("a:entry/a:title/text()", namespaces=ATOM) == [
        "JupyterLab 4.6, 22 November 2026: 0 as the pages say, 1 differs from the guide",
        "JupyterLab 4.5, 3 November 2026: 1 as the pages say",
    ]
    content = feed.xpath("a:entry[1]/a:content/text()", namespaces=ATOM)[0]
    assert "share-link (index.md:13): no button named &quot;Copy&quot;" in content
    addresses = feed.xpath("a:link/@href", namespaces=ATOM)
    assert sorted(addresses) == [
        "https://guide.example.org/rtc/evidence.atom",
        "https://guide.example.org/rtc/evidence.html",
    ]
    ids = feed.xpath("//a:id/text()", namespaces=ATOM)
    assert len(set(ids)) == 3 and all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", id) for id in ids)


def test_without_the_site_s_address_the_feed_s_links_are_relative_and_that_is_said(book):
    book.see("lab-4.6")
    book.build()
    assert feed_of(book).xpath("a:link/@href", namespaces=ATOM) == ["evidence.html"]
    assert "give the site's address" in book.said
    ids = feed_of(book).xpath("//a:id/text()", namespaces=ATOM)
    book.build(html_baseurl="https://guide.example.org/")
    assert feed_of(book).xpath("//a:id/text()", namespaces=ATOM) == ids
    link = book.page("index").select_one("link[rel=alternate]")
    assert (link["type"], link["href"]) == ("application/atom+xml", "evidence.atom")


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("lab-4.5", "{", "lab-4.5.json can't be read: Expecting property name"),
        ("lab-4.5", '{"schema": 1}', "it is of schema 1, and this is schema 2"),
        ("lab-9", "{}", "lab-9.json is of a stack that stacks/stacks.toml does not have"),
    ],
)
def test_evidence_that_can_t_be_used_is_one_warning_and_the_rest_is_shown(book, name, text, reason):
    book.see("lab-4.6")
    (book.root / "evidence" / f"{name}.json").write_text(text)
    book.build()
    assert book.warned.count(reason) == 1
    assert book.badges() == ["✓ Checked on JupyterLab 4.6.1, 22 November 2026."]


def test_an_unknown_part_is_a_warning_with_the_closest(book):
    (book.root / "evidence.md").write_text(EVIDENCE.replace("} timings", "} timing"))
    book.build()
    assert "unknown part of the evidence “timing”; closest: timings" in book.warned


VERSIONS = """\
# Share

:::::{ui:versions} share
::::{ui:walkthrough} share-link
:opens: lesson.ipynb
:stacks: lab-4.6, notebook-7.6

:::{ui:step}
:tells: Entry point

Click {ui:button}`Share`.
:::
::::

::::{ui:walkthrough} share-menu
:opens: lesson.ipynb
:stacks: lab-4.4, lab-4.5

:::{ui:step}
:tells: Entry point

Click {ui:menuitem}`Share`.
:::
::::
:::::
"""


def test_walkthroughs_for_several_versions_share_a_row_and_are_compared(book):
    (book.root / "conf.py").write_text(
        "extensions = ['myst_parser', 'sphinx_design', 'rtc_guide.pages']\n"
    )
    toc = INDEX[INDEX.index("```{toctree}") :]
    (book.root / "index.md").write_text(f"{VERSIONS}\n{toc}")
    new, old = read_page(book.root / "index.md").walkthroughs
    book.see("lab-4.6", text=new.digest)
    # Seen of the one for newer versions, when its text was for all of them.
    book.see("lab-4.4", text=new.digest)
    on_old = Walked(
        "share-menu", 9.0, date(2026, 11, 21), old.digest, {"JupyterLab": "4.5.1"},
        saw=(("Entry point", "menu item “Share”"),),
    )  # fmt: skip
    write(Evidence("lab-4.5").with_walked([on_old], ["share-menu"]), path_of("lab-4.5", book.root))
    book.build()
    assert book.warned == ""
    assert book.rows("evidence-walkthroughs") == [
        ["Share", "? not tried", "✓ holds", "✓ holds", "? not tried"]
    ]
    assert book.badges() == [
        "✓ Checked on JupyterLab 4.6.1, 22 November 2026.",
        "✓ Checked on JupyterLab 4.5.1, 21 November 2026.",
    ]
    row = [cells for cells in book.rows("evidence-versions") if cells[0] == "JupyterLab 4.5"]
    assert row == [["JupyterLab 4.5", "4.5.1", "–", "21 Nov 2026", "menu item “Share”"]]
    changes = book.page("evidence").select_one("section#changes")
    assert [line.get_text(" ", strip=True) for line in changes.select("li")] == [
        "Entry point : menu item “Share” → button “Share”"
    ]


FAULTS = """\
# Damage

:::{claim} calm
:together: holds
:apart: does not hold, except whoever loses is told

Two people type at once: every word is there, once.
:::

```{evidence} damage
```

```{evidence} damage-by-version
```

```{evidence} reports
```
"""
COUNTS = {"of": 12, "lost": 3, "doubled": 0, "garbled": 1, "split": 0, "silent": 2}
REPORT = {
    "schema": 1, "stack": "lab-4.6", "versions": {"JupyterLab": "4.6.6"}, "on": "2026-11-22",
    "happens": ["Ada has the notebook open.", "the server is killed"],
    "found": ["lost", "silent"], "saw": "lost: ada1x", "damaged": 9, "times": 10,
    "people": ["Ada"], "seconds_to_close": 60, "seed": 3,
    "events": [{"who": "the server", "does": "is killed"}],
}  # fmt: skip


@pytest.fixture
def faults(book):
    """Have the book's page of evidence tell of faults, of which nothing was seen yet."""
    (book.root / "evidence.md").write_text(FAULTS)
    return book


def see_damage(book: Book, stack: str = "lab-4.6", counts: dict[str, int] = COUNTS) -> None:
    claim = read_page(book.root / "evidence.md").claims[0]
    seen = [
        Seen(
            "calm", way, (Case("every word is there, once", not lost, "Counted.", counts | lost),),
            4.0, date(2026, 11, 22), claim.digest, {"JupyterLab": "4.6.6"},
        )
        for way, lost in (("together", {}), ("apart", {"lost": 12}))
    ]  # fmt: skip
    known = [("calm", "together"), ("calm", "apart")]
    write(Evidence(stack).with_seen(seen, known), path_of(stack, book.root))


def test_damage_is_told_in_numbers_with_the_range_they_allow_for(faults):
    see_damage(faults)
    faults.build()
    (row,) = faults.rows("evidence-damage")
    # Wilson's interval of 3, 0 and 12 of 12, as in any table of it.
    assert row[0] == "Two people type at once"
    assert row[1:4] == ["12", "3 (9–53)", "0"]
    assert row[-1] == "12 (76–100)"
    alternative = faults.page("evidence").select_one(".evidence-plot svg")["aria-label"]
    assert "Two people type at once: 3 of 12" in alternative


@pytest.mark.parametrize(("count", "of"), [(0, 8), (1, 12), (47, 48), (12, 12)])
def test_the_range_is_the_one_of_a_statistics_library(count, of):
    expected = binomtest(count, of).proportion_ci(0.95, method="wilson")
    assert interval(count, of) == pytest.approx((expected.low, expected.high))


def test_damage_is_told_for_each_version_it_was_tried_on(faults):
    see_damage(faults)
    see_damage(faults, "lab-4.5", dict.fromkeys(COUNTS, 0) | {"of": 12})
    faults.build()
    heads = faults.page("evidence").select(".evidence-damage-versions th")
    assert [head.get_text() for head in heads] == ["What happens", "4.5", "4.6"]
    assert faults.rows("evidence-damage-versions") == [
        ["Two people type at once", "✓", "⚠ 3/12 silent"]
    ]


def test_damage_that_was_counted_for_another_text_is_not_shown(faults):
    see_damage(faults)
    page = faults.root / "evidence.md"
    page.write_text(page.read_text().replace("Two people", "Three people"))
    faults.build()
    assert not faults.rows("evidence-damage")
    assert "No fault has been tried yet." in faults.page("evidence").get_text()


def test_a_report_has_all_that_somebody_upstream_needs(faults):
    folder = faults.root / "evidence" / "damage"
    folder.mkdir(parents=True)
    (folder / "killed.json").write_text(json.dumps(REPORT))
    faults.build()
    told = " ".join(faults.page("evidence").select_one(".damage-report").get_text().split())
    for part in (
        "JupyterLab 4.6.6 (22 November 2026)", "the server is killed", "9 of 10 times",
        "lost: ada1x", "rtc-guide replay evidence/damage/killed.json",
    ):  # fmt: skip
        assert part in told


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"found": ["eaten"]}, "eaten"),
        ({"damaged": -1}, "damaged"),
        ({"saw": "/home/ada"}, "/home"),
    ],
)
def test_a_report_that_can_t_be_used_is_a_warning(faults, change, reason):
    folder = faults.root / "evidence" / "damage"
    folder.mkdir(parents=True)
    (folder / "killed.json").write_text(json.dumps(REPORT | change))
    faults.build()
    assert reason in faults.warned
    assert "killed.json" in faults.warned
