"""Every picture has words in its place that say what to see."""

import re

import pytest
from bs4 import BeautifulSoup

# What tells that there is a picture, or a file, and not what is seen in it.
EMPTY_WORDS = re.compile(
    r"^(an? |the )?(image|picture|photo|graphic|screen ?shot|figure|animation)\b"
    r"|\.(png|jpe?g|gif|webp|svg)\b|image of|picture of",
    re.IGNORECASE,
)
LEAST = 6


@pytest.fixture(scope="module")
def told(built) -> dict[tuple[str, str], str]:
    """The words of each picture, by its page and file."""
    found = {}
    for path in built.glob("book/**/*.html"):
        soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        name = path.relative_to(built).as_posix()
        for picture in soup.select("article img:not(.evidence-badge)"):
            found[name, picture["src"]] = picture.get("alt", "")
        for number, drawing in enumerate(soup.select("article svg[role=img]")):
            found[name, f"drawing {number}"] = drawing.get("aria-label", "")
    assert len(found) > 30
    return found


def test_they_are_sentences_that_say_what_is_seen(told):
    poor = {
        where: words
        for where, words in told.items()
        if len(words.split()) < LEAST or EMPTY_WORDS.search(words) or not words.endswith(".")
    }
    assert poor == {}


def test_no_two_pictures_of_a_page_have_the_same(told):
    pictures: dict[tuple[str, str], set[str]] = {}
    for (page, file), words in told.items():
        # The same picture for light and for dark pages has the same words.
        pictures.setdefault((page, words), set()).add(file.replace(".dark.", "."))
    assert {key: files for key, files in pictures.items() if len(files) > 1} == {}
