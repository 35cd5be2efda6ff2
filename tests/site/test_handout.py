"""The hand-out: printed from the pages on one sheet, and missed by nobody where it can't be."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from rtc_guide.browser import BROWSER_VARIABLE
from rtc_guide.handout.printing import PAPERS, pdf_of

PAGE = "book/handout.html"
# Points; https://en.wikipedia.org/wiki/Paper_size
SIZES = {"A4": (595, 842), "US Letter": (612, 792)}


@pytest.fixture(params=PAPERS)
def pdf(built: Path, request) -> PdfReader:
    return PdfReader(built / pdf_of(PAGE, request.param))


@pytest.fixture
def build(tmp_path: Path) -> Callable[[], subprocess.CompletedProcess[str]]:
    """Build a book whose hand-out takes a part of its other page, into `built` beside it."""
    (tmp_path / "conf.py").write_text(
        'extensions = ["myst_parser", "rtc_guide.handout"]\n'
        'html_baseurl = "https://example.org/the/guide"\n'
        'handout_page = "sheet"\n'
    )
    (tmp_path / "index.md").write_text(
        "# A page\n\n(part)=\nSee {doc}`index`, *once*.\n\n```{toctree}\nsheet\n```\n"
    )
    (tmp_path / "sheet.md").write_text(
        "# A sheet\n\n```{handout-links}\n```\n\n```{excerpt} index.md#part\n```\n"
    )
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-Wb",
        "html",
        str(tmp_path),
        str(tmp_path / "built"),
    ]
    # In one process, Sphinx registers its own nodes anew for each application.
    return lambda: subprocess.run(command, capture_output=True, text=True, check=False)


def addresses(pdf: PdfReader) -> set[str]:
    annotations = [note.get_object() for page in pdf.pages for note in page.get("/Annots", [])]
    return {str(note["/A"]["/URI"]) for note in annotations if "/A" in note}


@pytest.mark.parametrize("paper", PAPERS)
def test_it_is_one_page_of_its_paper(built, paper):
    pages = PdfReader(built / pdf_of(PAGE, paper)).pages
    assert len(pages) == 1
    box = pages[0].mediabox
    assert (float(box.width), float(box.height)) == pytest.approx(SIZES[paper], abs=2)


def test_it_can_be_read_out(pdf):
    catalog = pdf.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalog
    assert catalog["/Lang"] == "en"
    assert "Several people in one notebook" in pdf.metadata.title


def test_it_says_what_the_pages_say(pdf, built):
    soup = BeautifulSoup((built / PAGE).read_text(encoding="utf-8"), "html.parser")
    # Some fonts have one letter for “fi”.
    said = "".join(normalize("NFKC", pdf.pages[0].extract_text()).split())
    parts = soup.select("article :is(h1, h2, li > p)")
    headings = ["".join(part.find(string=True).split()) for part in parts]
    assert len(headings) > 10
    assert [heading for heading in headings if heading not in said] == []


def test_its_pictures_are_the_recorded_ones(pdf):
    assert len(pdf.pages[0].images) == 4


def test_its_links_lead_to_the_web_and_not_to_this_machine(pdf):
    assert addresses(pdf)
    assert all(address.startswith("https://") for address in addresses(pdf))
    assert not any("invalid" in address for address in addresses(pdf))


def test_where_the_site_has_an_address_its_links_lead_there(build, tmp_path):
    done = build()
    assert done.returncode == 0, done.stderr
    sheet = (tmp_path / "built" / "sheet.html").read_text(encoding="utf-8")
    assert '<a class="reference internal" href="sheet-a4.pdf">' in sheet
    assert "<em>once</em>" in sheet
    pdf = PdfReader(tmp_path / "built" / "sheet-a4.pdf")
    assert "https://example.org/the/guide/index.html" in addresses(pdf)
    assert "https://example.org/the/guide/sheet.html" in pdf.pages[0].extract_text()


def test_without_a_browser_the_book_says_so_and_links_to_nothing(build, tmp_path, monkeypatch):
    monkeypatch.setenv(BROWSER_VARIABLE, str(tmp_path / "no-browser"))
    done = build()
    assert done.returncode == 0, done.stderr
    assert "No hand-out as a PDF, and no links to it: RTC_GUIDE_BROWSER" in done.stdout
    assert list(tmp_path.rglob("*.pdf")) == []
    assert "-a4.pdf" not in (tmp_path / "built" / "sheet.html").read_text(encoding="utf-8")


def test_a_part_that_is_not_there_stops_the_build(build, tmp_path):
    (tmp_path / "index.md").write_text("# A page\n\n```{toctree}\nsheet\n```\n")
    done = build()
    assert done.returncode
    assert "no page “index” with a part “part”" in done.stderr


def test_it_is_printed_again_only_when_it_would_be_another(build, tmp_path):
    index = tmp_path / "index.md"

    def printed_after(text: str) -> int:
        index.write_text(text)
        done = build()
        assert done.returncode == 0, done.stderr
        return (tmp_path / "built" / "sheet-a4.pdf").stat().st_mtime_ns

    page = index.read_text()
    first = printed_after(page)
    assert printed_after(f"{page}\nMore of the page, and nothing of the part.\n") == first
    assert printed_after(page.replace("*once*", "*twice*")) > first
