"""What a check says and collects, as far as no browser is needed."""

from pathlib import Path

import pytest

from rtc_guide.checks import performance
from rtc_guide.checks.attempt import ACTIONS
from rtc_guide.checks.failure import CheckFailure, instead_of
from rtc_guide.checks.reporting import annotation
from rtc_guide.checks.running import RunError, run_checks
from rtc_guide.checks.verbs import link_pattern
from rtc_guide.pages.page import Word
from rtc_guide.pages.vocabulary import VOCABULARY


def test_every_role_that_pages_may_use_has_an_action():
    assert performance.try_out
    assert set(ACTIONS) == set(VOCABULARY)


def test_a_failure_is_told_with_page_line_and_the_closest_name(tmp_path):
    word = Word("button", "Share!", tmp_path / "book" / "share.md", 31)
    found = instead_of("Share!", ["Share", "Save", "Share"], "button")
    assert CheckFailure(word, found).told(tmp_path) == (
        'book/share.md:31: no button named "Share!"; '
        'visible buttons: "Share", "Save"; closest: "Share"'
    )


def test_a_failure_says_when_there_is_nothing_of_the_kind():
    assert instead_of("Link", [], "textbox") == 'no textbox named "Link"; visible textboxes: none'


@pytest.mark.parametrize(
    ("pattern", "link", "fits"),
    [
        ("http://…/lab/tree/…/a.ipynb", "http://x.org/user/a/lab/tree/b/c/a.ipynb", True),
        ("http://…/lab/tree/…/a.ipynb", "http://x.org/lab/tree/b/a.ipynb?token=1", False),
        ("http://…/a.ipynb?token=…", "http://x.org/a.ipynb?token=1", True),
        ("http://…/a.ipynb?token=…", "http://x.org/a.ipynb?token=1&more=2", False),
        ("http://…/a.ipynb", "http://x.org/aXipynb", False),
    ],
)
def test_a_link_is_compared_part_by_part(pattern, link, fits):
    assert bool(link_pattern(pattern).fullmatch(link)) is fits


def test_an_annotation_escapes_what_github_would_misread():
    assert annotation("book/a.md", 3, "x", "50%\nno") == (
        "::error file=book/a.md,line=3,title=x::50%25%0Ano"
    )


def test_a_page_that_does_not_exist_is_an_error():
    with pytest.raises(RunError, match=r"no page or folder “book/gone.md”"):
        run_checks(("book/gone.md::x",))


def test_a_stack_that_does_not_exist_is_an_error(tmp_path: Path):
    with pytest.raises(RunError, match=r"no stack “lab-9”; known: .*lab-4.6"):
        run_checks((str(tmp_path),), stack="lab-9")


WALKTHROUGH = """\
::::{ui:walkthrough} one
:opens: lesson.ipynb

:::{ui:step}
{ui:button}`A`
:::
::::
"""


@pytest.fixture
def pages(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Make pages in a project of its own, and collect them there."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    pytester.path.joinpath("lesson.ipynb").write_text("{}")

    def collect(*arguments: str, **texts: str) -> pytest.RunResult:
        for name, text in texts.items():
            pytester.path.joinpath(f"{name}.md").write_text(text, encoding="utf-8")
        return pytester.runpytest_inprocess("--collect-only", "-q", *arguments)

    return collect


def test_walkthroughs_are_items_of_their_page(pages):
    result = pages("one.md::one", one=WALKTHROUGH)
    result.stdout.fnmatch_lines(["one.md::one*lab-4.6*"])
    assert result.ret == pytest.ExitCode.OK


def test_a_named_page_that_declares_nothing_is_an_error(pages):
    result = pages("empty.md", empty="# Nothing\n")
    result.stdout.fnmatch_lines(["empty.md:1: this page declares nothing to check*"])
    assert result.ret != pytest.ExitCode.OK


def test_in_a_folder_run_it_is_listed(pages):
    result = pages(".", empty="# Nothing\n", one=WALKTHROUGH)
    result.stdout.fnmatch_lines(["nothing to check: empty.md"])
    assert result.ret == pytest.ExitCode.OK


def test_a_run_that_collected_nothing_fails(pages):
    assert pages(".", empty="# Nothing\n").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_one_id_in_two_pages_is_an_error_at_the_second(pages):
    result = pages(".", one=WALKTHROUGH, two=f"# Two\n\n{WALKTHROUGH}")
    result.stdout.fnmatch_lines(["two.md:3: the id “one” names another walkthrough already*"])
    assert result.ret != pytest.ExitCode.OK


def test_a_page_problem_is_told_without_a_traceback(pages):
    result = pages(".", one=WALKTHROUGH.replace("ui:button", "ui:buton"))
    result.stdout.fnmatch_lines(["one.md:5: unknown role “ui:buton”; closest: ui:button*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*.py:*")


def test_a_page_problem_is_annotated_on_github(pages, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    result = pages(".", one=WALKTHROUGH.replace("ui:button", "ui:buton"))
    result.stdout.fnmatch_lines(["::error file=one.md,line=5,title=page::unknown role*"])
