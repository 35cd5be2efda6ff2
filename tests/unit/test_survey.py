"""What is kept of others' instructions: of the pages as they are now, and shown by version."""

import json
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from rtc_guide.evidence.stack import Evidence, path_of, read_all, write
from rtc_guide.evidence.walked import Failure, Walked
from rtc_guide.pages.reading import read_page

PUBLISHED = Path(__file__).parents[2] / "examples" / "published"


def test_the_evidence_of_published_instructions_is_of_the_pages_as_they_are():
    pages = [read_page(path, PUBLISHED) for path in sorted(PUBLISHED.glob("*.md"))]
    assert [str(problem) for page in pages for problem in page.problems] == []
    items = {item.id: item for page in pages for item in page.walkthroughs}
    kept = read_all(PUBLISHED)
    assert kept
    for evidence in kept:
        assert {
            name: walked.text for name, walked in evidence.walkthroughs.items()
        } == {
            name: item.digest for name, item in items.items() if item.is_for(evidence.stack)
        }, f"check again: rtc-guide check --project {PUBLISHED.name} --accept"  # fmt: skip
        for walked in evidence.walkthroughs.values():
            if walked.failure:
                item = items[walked.walkthrough]
                assert walked.failure.line in [word.line for word in item.words]


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A project with evidence of two stacks, as a check there keeps it."""
    day = date(2026, 11, 22)
    for stack, version, failure in (
        ("lab-4.0", "4.0.9", None),
        ("lab-4.6", "4.6.6", Failure("a.md", 7, 2, "no button named", "button", "Send")),
    ):
        walked = Walked("send-it", 1.0, day, "abc", {"JupyterLab": version}, failure)
        evidence = Evidence(stack).with_walked([walked], ["send-it"])
        write(evidence, path_of(stack, tmp_path / "theirs"))
    return tmp_path


@pytest.mark.usefixtures("theirs")
def test_a_survey_shows_each_version_and_what_was_found(build):
    html, told = build("# Others\n\n```{survey} theirs\n```\n")
    assert told == ""
    page = BeautifulSoup(html, "html.parser")
    heads = [head.get_text(strip=True) for head in page.select("table.survey th")]
    assert heads == ["Instruction", "JupyterLab 4.6", "JupyterLab 4.0"]
    cells = [each.get_text(strip=True) for each in page.select("table.survey td")]
    assert cells == ["Send it", "✗ fails", "✓ holds"]
    assert page.select_one("dd li").get_text(strip=True) == (
        "JupyterLab 4.6.6 (22 November 2026): step 2 (a.md:7), at the button “Send”: "
        "no button named"
    )


def test_a_survey_without_evidence_says_how_to_get_it(build):
    _, told = build("# Others\n\n```{survey} theirs\n```\n")
    assert "rtc-guide check --project theirs --stack all --accept" in told


@pytest.mark.usefixtures("theirs")
def test_damaged_evidence_is_told(build, theirs):
    path = path_of("lab-4.0", theirs / "theirs")
    told = json.loads(path.read_text())
    path.write_text(json.dumps({**told, "schema": 99}))
    _, told = build("# Others\n\n```{survey} theirs\n```\n")
    assert "lab-4.0.json can't be read" in told
