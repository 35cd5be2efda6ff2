"""Claims: read from pages, compared with what trials saw, and reconciled with the trials."""

from datetime import date
from pathlib import Path

import pytest

from rtc_guide.checks.before import Before
from rtc_guide.checks.claims import unclaimed, untried
from rtc_guide.evidence.stack import Seen
from rtc_guide.evidence.verdict import Case, Verdict, verdict_of
from rtc_guide.pages.expecting import differing
from rtc_guide.pages.page import Expectation
from rtc_guide.pages.reading import may_declare, read_page
from rtc_guide.trials.registry import Trial, all_trials

ROOT = Path(__file__).parents[2]

CLAIM = """\
    # Risks

    :::{claim} open-door
    :since: 2023
    :share: holds, except a page opened anew; a kernel
    :token-link: no longer holds

    Whoever has the link
    gets **in**.

    Do something.
    :::
    """


def test_a_claim_is_read_whole(read_text):
    page = read_text(CLAIM)
    assert page.problems == []
    (claim,) = page.claims
    assert (claim.id, claim.line, claim.since, claim.safeguard) == ("open-door", 3, "2023", False)
    assert claim.sentence == "Whoever has the link gets in."
    share, token = claim.expected
    assert (share.way, share.line, share.holds) == ("share", 5, True)
    assert share.exceptions == {"a page opened anew", "a kernel"}
    assert (token.way, token.line, token.holds, token.exceptions) == (
        "token-link", 6, False, frozenset(),
    )  # fmt: skip


def test_what_evidence_is_about_changes_with_the_sentence_and_the_verdicts(read_text):
    before = read_text(CLAIM).claims[0].digest
    assert read_text(CLAIM.replace("Do something", "Do nothing")).claims[0].digest == before
    assert read_text(CLAIM.replace("gets", "falls")).claims[0].digest != before
    assert read_text(CLAIM.replace("; a kernel", "")).claims[0].digest != before


@pytest.mark.parametrize(
    ("right", "wrong", "line", "message"),
    [
        ("open-door", "Open door", 3, "a claim needs an id in lower-case-with-dashes"),
        (":share: holds, except", ":share: perhaps, except", 5, "“perhaps, except a page"),
        (":since: 2023\n", "", 5, "“no longer holds” needs :since:"),
        (" a page opened anew; a kernel", " ;", 5, "“holds, except ;” is no verdict"),
        (":share:", ":hub:", 3, "is about :hub: as such or about ways, not both"),
        (":share:", ":shares:", 3, "shares"),
        ("    Whoever has the link\n    gets **in**.\n\n    Do something.\n", "", 3, "no sentence"),
        ("{claim}", "{claims}", 3, "claims"),
    ],
)
def test_what_is_wrong_with_a_claim_is_told_by_line(read_text, right, wrong, line, message):
    assert right in CLAIM
    problems = read_text(CLAIM.replace(right, wrong)).problems
    assert [problem.line for problem in problems if message in problem.message] == [line]


def test_a_claim_without_a_verdict_is_told(read_text):
    problems = read_text("# A\n\n:::{claim} x\n\nA sentence.\n:::\n").problems
    assert "“x” expects no verdict" in problems[0].message


@pytest.mark.parametrize("text", ["```{Claim} x\n```", "```{include} risks.txt\n```"])
def test_a_page_that_may_claim_is_not_passed_over(tmp_path, text):
    page = tmp_path / "page.md"
    page.write_text(text)
    assert may_declare(page)


def test_a_claim_in_an_unknown_directive_is_not_overlooked(read_text):
    page = read_text("# A\n\n::::{nonsense}\n:::{claim} x\n:hub: holds\n\nIt is.\n:::\n::::\n")
    assert "claim “x” can't be read" in page.problems[0].message


def expecting(text: str) -> Expectation:
    general, _, cases = text.partition(", except ")
    exceptions = frozenset(cases.split("; ")) if cases else frozenset()
    return Expectation("share", text, general == "holds", exceptions, Path("p.md"), 5)


YES, NO = Case("new page", True, "200"), Case("kernel", False, "closed with 4403")


def test_verdicts_sum_up_their_cases():
    assert verdict_of([YES]) is Verdict.HOLDS
    assert verdict_of([NO]) is Verdict.FAILS
    assert verdict_of([YES, NO]) is Verdict.DEPENDS
    with pytest.raises(ValueError, match="proves nothing"):
        verdict_of([])


@pytest.mark.parametrize(
    ("expected", "cases"),
    [
        ("holds", [YES]),
        ("does not hold", [NO]),
        ("no longer holds", [NO]),
        ("holds, except kernel", [YES, NO]),
        ("does not hold, except new page", [YES, NO]),
    ],
)
def test_a_verdict_as_expected_is_no_difference(expected, cases):
    assert differing(expecting(expected), cases) is None


@pytest.mark.parametrize(
    ("expected", "cases", "found"),
    [
        ("holds", [], "proved nothing"),
        ("holds", [YES, YES], "tells a case twice"),
        ("holds", [NO], "found “does not hold”: kernel: no (closed with 4403)"),
        ("does not hold", [YES], "found “holds”: new page: yes (200)"),
        ("holds", [YES, NO], "found “depends”: kernel: no"),
        ("holds, except kernel", [YES, Case("kernel", True, "it answered")], "kernel: yes"),
        ("holds, except lernel", [YES, NO], "no case is called “lernel”; the cases are: new page;"),
    ],
)
def test_a_verdict_that_differs_is_told_with_its_proof(expected, cases, found):
    assert found in (differing(expecting(expected), cases) or "")


async def try_nothing(_):
    return []


def trial(claim: str, *ways: str) -> Trial:
    return Trial(claim, ways, try_nothing, ROOT / "src" / "trials.py", 7)


@pytest.fixture
def claims(read_text):
    return read_text(CLAIM).claims


def test_claims_and_trials_that_match_are_no_problem(claims):
    trials = {"open-door": trial("open-door", "share", "token-link")}
    assert untried(claims, trials, ROOT) == unclaimed(claims, trials, ROOT) == []


@pytest.mark.parametrize(
    ("trials", "line", "message"),
    [
        ([], 3, "nothing tries the claim “open-door”"),
        ([trial("open-door", "share")], 6, "(src/trials.py:7) does not try :token-link:"),
        ([trial("open-door", "share", "token-link", "hub-link")], 3, "tried on :hub-link: too"),
    ],
)
def test_a_claim_that_nothing_tries_is_told_with_page_and_line(claims, trials, line, message):
    (problem,) = untried(claims, {each.claim: each for each in trials}, ROOT)
    assert (problem.line, message in problem.message) == (line, True)


@pytest.mark.parametrize(
    ("project", "place"),
    [("guide", "src/rtc_guide/trials/registry.py names"), ("course", "in a conftest.py beside")],
)
def test_where_a_missing_trial_belongs_depends_on_whose_code_the_project_is(
    claims, tmp_path, project, place
):
    (problem,) = untried(claims, {}, ROOT if project == "guide" else tmp_path)
    assert place in problem.message


def test_a_trial_of_no_claim_is_told_with_its_own_line(claims):
    (problem,) = unclaimed(claims, {"else": trial("else", "share")}, ROOT)
    assert str(problem) == f"{ROOT}/src/trials.py:7: no page has the claim “else”, tried here"


def test_an_installed_package_may_try_more_than_a_book_claims(claims, tmp_path):
    installed = Trial("else", ("share",), try_nothing, ROOT / "site-packages/trials.py", 7)
    elsewhere = trial("else", "share")
    assert unclaimed(claims, {"else": installed}, ROOT) == []
    assert unclaimed(claims, {"else": elsewhere}, tmp_path) == []


def test_this_book_s_claims_and_trials_match():
    pages = [read_page(path, ROOT) for path in sorted((ROOT / "book").rglob("*.md"))]
    claims = [claim for page in pages for claim in page.claims]
    assert claims
    assert untried(claims, all_trials(), ROOT) + unclaimed(claims, all_trials(), ROOT) == []


def counted(lost: int, doubled: int = 0) -> list[Case]:
    return [Case("whole", not lost, "Counted.", {"of": 8, "lost": lost, "doubled": doubled})]


@pytest.mark.parametrize(
    ("then", "now", "news"),
    [
        (counted(0), counted(0), None),
        (counted(0), counted(3), None),
        (counted(8), counted(7), None),
        (counted(0), counted(8), "lost: 0 of 8 before, 8 of 8 now"),
        (counted(8, 8), counted(8, 0), "doubled: 8 of 8 before, 0 of 8 now"),
        (counted(8), [], "it told no case"),
        (None, counted(8), None),
    ],
)
def test_on_an_older_stack_it_is_news_if_what_always_happened_never_does(then, now, news):
    seen = then and Seen("calm", "together", tuple(then), 1.0, date(2026, 11, 22), "text", {})
    told = Before(seen).differing(now)
    assert (told is None) if news is None else news in told
