"""Values told apart, the same in each process."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from docutils import nodes
from sphinx.locale import _TranslationProxy

from rtc_guide.canonical import digest_of


@dataclass
class Placed:
    text: str
    line: int


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1}, {"a": "1"}),
        (["ab"], ["a", "b"]),
        ([["a"], "b"], [["a", "b"]]),
        ({"a", "b"}, {"a"}),
        ((1,), [1]),
        (Placed("a", 1), Placed("b", 1)),
        (nodes.title("", "a"), nodes.title("", "b")),
        (nodes.title("", "a"), nodes.title("", "a", ids=["a"])),
        (Path("a"), "a"),
        (None, "None"),
    ],
)
def test_what_differs_is_told_apart(one, other):
    assert digest_of(one) != digest_of(other)


def test_the_order_of_sets_and_mappings_and_lines_do_not_count():
    assert digest_of({"a": {1, 2}, "b": 3}) == digest_of({"b": 3, "a": {2, 1}})
    assert digest_of(Placed("a", 1)) == digest_of(Placed("a", 2))


def test_a_text_of_sphinx_is_the_same_before_and_after_translations_are_there():
    early = _TranslationProxy("sphinx", "general", "Index")
    assert digest_of((early,)) == digest_of(("Index",))
    assert digest_of((early,)) != digest_of(("Search Page",))


def test_every_process_tells_the_same():
    value = {"words": {"one", "two", "three"}, "of": [object, len]}
    program = "from rtc_guide.canonical import digest_of\nprint(digest_of(%r))"
    expression = "{'words': {'one', 'two', 'three'}, 'of': [object, len]}"
    told = subprocess.run(
        [sys.executable, "-c", (program % 0).replace("(0)", f"({expression})")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == digest_of(value)
