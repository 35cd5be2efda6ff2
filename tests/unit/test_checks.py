"""What a check says and collects, as far as no browser is needed."""

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import cast

import pytest

from rtc_guide.checks.failure import CheckFailure, instead_of
from rtc_guide.checks.performance import ACTIONS
from rtc_guide.checks.reporting import annotation
from rtc_guide.checks.running import KEPT, RunError, run_checks
from rtc_guide.checks.verbs import pattern_of
from rtc_guide.evidence import stack as evidence
from rtc_guide.evidence.stack import Evidence, Seen
from rtc_guide.evidence.verdict import Case
from rtc_guide.pages.page import Word
from rtc_guide.pages.vocabulary import VOCABULARY
from rtc_guide.trials import registry
from rtc_guide.trials.registry import Trial, Try

ROOT = Path(__file__).parents[2]


def test_every_role_that_pages_may_use_has_an_action():
    assert set(ACTIONS) == set(VOCABULARY)


def test_a_failure_is_told_with_page_line_and_the_closest_name(tmp_path):
    word = Word("button", "Send!", tmp_path / "book" / "send.md", 31)
    found = instead_of("Send!", ["Send", "Save", "Send"], "button")
    assert CheckFailure(word, found).told(tmp_path) == (
        'book/send.md:31: no button named "Send!"; visible buttons: "Send", "Save"; closest: "Send"'
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
        ("…", "", False),
    ],
)
def test_a_link_is_compared_part_by_part(pattern, link, fits):
    assert bool(pattern_of(pattern).fullmatch(link)) is fits


def test_an_annotation_escapes_what_github_would_misread():
    assert annotation("a,b.md", 3, "x", "50%\nno: a,b") == (
        "::error file=a%2Cb.md,line=3,title=x::50%25%0Ano: a,b"
    )


def test_a_page_that_does_not_exist_is_an_error():
    with pytest.raises(RunError, match=r"no page or folder “book/gone.md”"):
        run_checks(("book/gone.md::x",))


def test_an_item_that_does_not_exist_is_an_error_with_those_that_do():
    page = str(ROOT / "book" / "join.md")
    with pytest.raises(RunError, match=r"declares no “gone”; it declares: \w+"):
        run_checks((f"{page}::gone",))


def test_an_item_of_a_folder_is_an_error(tmp_path: Path):
    with pytest.raises(RunError, match=r"is a folder: name the page in it that declares “one”"):
        run_checks((f"{tmp_path}::one",))


def test_a_file_that_is_no_page_is_an_error():
    with pytest.raises(RunError, match=r"lesson\.ipynb” is no Markdown page"):
        run_checks((str(ROOT / "book" / "lesson.ipynb"),))


def test_results_that_cannot_be_written_are_an_error_before_the_run(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="the results can't be written"):
        run_checks((str(tmp_path),), json_file=tmp_path / "file" / "results.json")


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


@pytest.fixture
def failing(tmp_path: Path) -> list[str]:
    """The command of a run that fails soon, in the folder, since its stack can't be installed."""
    (tmp_path / "page.md").write_text(WALKTHROUGH)
    (tmp_path / "lesson.ipynb").write_text("{}")
    (tmp_path / "pins.txt").write_text("this is no requirement !\n")
    options = ["--pins", "pins.txt", "--no-traces"]
    return [sys.executable, "-m", "rtc_guide.cli", "check", "page.md", *options]


@pytest.mark.parametrize("asked", ["keep", None])
def test_a_run_empties_a_folder_of_its_own_and_no_other(tmp_path, monkeypatch, failing, asked):
    monkeypatch.setenv("RTC_GUIDE_STACKS", str(tmp_path / "environments"))
    kept = tmp_path / (asked or ".artifacts")
    mine, earlier = kept / "schedules" / "mine.json", kept / KEPT / "page" / "trace.zip"
    for path in (mine, earlier):
        path.parent.mkdir(parents=True)
        path.write_text("")
    command = [*failing, *(["--kept", asked] if asked else [])]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert "can't be installed" in done.stdout
    assert mine.exists()
    assert not earlier.exists()


@pytest.mark.parametrize("place", [".", "..", "file.txt", "file.txt/below"])
def test_where_nothing_can_be_kept_is_told_before_the_run(tmp_path, monkeypatch, place):
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "file.txt").touch()
    monkeypatch.chdir(tmp_path / "project")
    with pytest.raises(RunError, match="for what is kept of failures"):
        run_checks((), kept=Path(place))
    assert (tmp_path / "project" / "file.txt").exists()


def test_a_folder_without_anything_to_check_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RunError, match=r"nothing to check: no page in “\.” has a"):
        run_checks(())


def test_a_broken_declaration_is_told_before_the_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "stacks.toml").write_text("[[[")
    with pytest.raises(RunError, match=r"stacks\.toml can't be read .*line 1"):
        run_checks((), stack="lab-4.6")


def test_walkthroughs_are_items_of_their_page(pages):
    result = pages("one.md::one", one=WALKTHROUGH)
    result.stdout.fnmatch_lines(["one.md::one*lab-4.6*"])
    assert result.ret == pytest.ExitCode.OK


def test_a_page_outside_of_the_folder_has_a_name(pages, pytester: pytest.Pytester):
    inside = pytester.mkdir("inside")
    (inside / "pytest.ini").write_text("[pytest]")
    result = pages("one.md", "--rootdir=inside", "-c", "inside/pytest.ini", one=WALKTHROUGH)
    result.stdout.fnmatch_lines(["../one.md::one*"])


def test_a_named_page_that_declares_nothing_is_an_error(pages):
    result = pages("empty.md", empty="# Nothing\n")
    result.stdout.fnmatch_lines(["empty.md:1: this page declares nothing to check*"])
    assert result.ret != pytest.ExitCode.OK


def test_in_a_folder_run_it_is_listed(pages):
    result = pages(".", empty="# Nothing\n", one=WALKTHROUGH)
    result.stdout.fnmatch_lines(["nothing to check on lab-4.6: empty.md"])
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


CLAIM = """\
:::{claim} open-door
:share: holds

Whoever has the link gets in.
:::
"""


@pytest.fixture
def trial(monkeypatch: pytest.MonkeyPatch, pytester: pytest.Pytester):
    """Register the one trial that there is, as one of the project's own."""
    found = Trial("open-door", ("share",), cast(Try, None), pytester.path / "trials.py", 1)
    monkeypatch.setattr(registry, "_MODULES", ())
    monkeypatch.setattr(registry, "_trials", {"open-door": found})


@pytest.mark.usefixtures("trial")
def test_a_page_outside_of_the_book_need_not_repeat_its_claims(pages, pytester: pytest.Pytester):
    pytester.mkdir("book").joinpath("risks.md").write_text(CLAIM)
    pytester.mkdir("notes")
    other = {"notes/mine": CLAIM.replace("open-door", "mine")}
    result = pages("notes/mine.md", **other)
    result.stdout.fnmatch_lines(["notes/mine.md:1: nothing tries the claim “mine”*"])
    result.stdout.no_fnmatch_line("*no page has the claim*")


def test_trials_whose_packages_are_missing_say_what_to_install(pages, monkeypatch):
    monkeypatch.setattr(registry, "_MODULES", ("no_such_module",))
    result = pages("one.md", one=CLAIM)
    result.stdout.fnmatch_lines(["one.md:1: trying claims needs *pip install 'rtc-guide*trials?'"])


@pytest.fixture
def accept(pytester: pytest.Pytester):
    """Run tests of a project with some evidence, and accept what is seen; return both."""
    path = evidence.path_of("lab-4.6", pytester.path)
    case = Case("a new page", True, "status 200")
    seen = Seen(
        "open-door", "share", (case,), 1.0, date(2026, 11, 22), "abc", {"JupyterHub": "6.1.1"}
    )
    evidence.write(Evidence("lab-4.6", {("open-door", "share"): seen}), path)
    pytester.makepyfile("def test_it(): pass")
    return path, lambda *more: pytester.runpytest_subprocess("--accept", *more)


def test_accepting_a_run_that_tried_no_claim_leaves_the_evidence(accept):
    path, run = accept
    before = path.read_text()
    run().assert_outcomes(passed=1)
    assert path.read_text() == before


WALKED = """
    from datetime import date
    from rtc_guide.evidence.walked import Walked

    def pytest_sessionstart(session):
        report = session.config.pluginmanager.get_plugin("rtc_guide_report")
        saw = (("Link copied", "LINK"),)
        report._walked.append(Walked("share", 1.0, date(2026, 11, 22), "abc", {}, saw=saw))
"""


@pytest.fixture
def walk(accept, pytester: pytest.Pytester):
    """Likewise of a run that carried a walkthrough out, in which it saw a link."""
    path, run = accept
    pytester.mkdir("book").joinpath("one.md").write_text(
        "::::{ui:walkthrough} share\n:opens: lesson.ipynb\n\n"
        ":::{ui:step}\nClick {ui:button}`Share`.\n:::\n::::\n"
    )

    def run_with(link: str) -> pytest.RunResult:
        pytester.makeconftest(WALKED.replace("LINK", link))
        return run("--ignore=book")

    return path, run_with


def test_evidence_that_cannot_be_kept_fails_the_run_and_says_why(walk):
    path, run = walk
    before = path.read_text()
    result = run("http://127.0.0.1:8888/lab")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["what was seen could not be made the evidence: *127.0.0.1:8888*"])
    assert path.read_text() == before


def test_a_run_that_was_interrupted_changes_no_evidence(walk, pytester: pytest.Pytester):
    path, run = walk
    before = path.read_text()
    run("/lab")
    assert path.read_text() != before
    path.write_text(before)
    pytester.makepyfile("def test_it(): raise KeyboardInterrupt")
    assert run("/lab").ret == pytest.ExitCode.INTERRUPTED
    assert path.read_text() == before


def test_damaged_evidence_is_told_before_the_run(accept):
    path, run = accept
    path.write_text("{")
    result = run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*lab-4.6.json can't be read: *"])
    assert path.read_text() == "{"


def test_somebody_else_s_notes_are_left_alone(pytester: pytest.Pytester):
    pytester.path.joinpath("NOTES.md").write_bytes("# Größe\n".encode("latin-1"))
    pytester.makepyfile("def test_it(): pass")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*nothing to check*")


def test_the_server_s_secret_is_in_no_report(pytester: pytest.Pytester):
    pytester.makeconftest(
        """
        from pathlib import Path
        from rtc_guide.checks.session import REDACTING
        from rtc_guide.stacks.environment import Stack
        from rtc_guide.stacks.jupyterlab import Lab

        def pytest_configure(config):
            lab = Lab(Stack("lab", Path("lab.txt")), port=1, token="hush-hush", home=Path())
            config.stash[REDACTING] = [lab.redact]
        """
    )
    pytester.makepyfile(
        """
        def test_it():
            print("hush-hush")
            raise RuntimeError("no page at http://x/lab?token=hush-hush")
        """
    )
    result = pytester.runpytest_subprocess("--junit-xml=junit.xml")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*no page at http://x/lab?token=…*"])
    assert "hush-hush" not in result.stdout.str()
    assert "hush-hush" not in pytester.path.joinpath("junit.xml").read_text()
