"""The parts that a page may show of the evidence, as the page for developers lists them."""

import re
from pathlib import Path

from rtc_guide.pages.filling_in import PARTS

PAGE = Path(__file__).parents[2] / "book" / "developers" / "evidence.md"


def test_the_developers_page_lists_each_part_once():
    section = PAGE.read_text("utf-8").partition("(developers-evidence-shown)=")[2]
    terms = re.findall(r"^(`.+`)\n: ", section, re.MULTILINE)
    listed = [name for term in terms for name in re.findall(r"`([^`]+)`", term)]
    assert sorted(listed) == sorted(PARTS)
