"""The verdict of a conformance run."""

from pycrdt_yjs.testing.conformance import REPEATED, judge, repeat

EXCLUSIONS = {"t::threads": "threads", "t::trio": "trio"}


def verdict(**outcomes):
    found = {f"t::{name}": outcome for name, outcome in outcomes.items()}
    return judge({"outcomes": found, "reasons": {"t::a": "broken"}}, EXCLUSIONS)


def test_excluded_tests_may_fail():
    result = verdict(a="passed", threads="failed", trio="failed")
    assert result.good
    assert (result.all, result.run, result.passed, result.excluded) == (3, 1, 1, 2)


def test_a_failure_is_told_with_its_reason():
    result = verdict(a="failed", b="passed", threads="failed", trio="failed")
    assert not result.good
    assert result.failures == {"t::a": "broken"}


def test_an_excluded_test_that_passes_fails_the_run():
    result = verdict(a="passed", threads="passed", trio="failed")
    assert not result.good
    assert result.surprises == ["t::threads"]


def test_an_excluded_test_that_does_not_exist_fails_the_run():
    result = verdict(a="passed", threads="failed")
    assert not result.good
    assert result.unknown == ["t::trio"]


def test_an_empty_run_is_not_good():
    assert not judge({"outcomes": {}, "reasons": {}}, {}).good


def repeated(outcomes, later):
    """Repeat the timed test `t`, which comes out so later; the result, and what was run."""
    asked = []

    def run(names):
        asked.append(names)
        return {"outcomes": {"t": later.pop(0)}, "reasons": {}}

    return repeat({"outcomes": outcomes, "reasons": {}}, ["t"], run)["outcomes"], asked


def test_a_timed_test_that_failed_is_run_again_and_no_other():
    outcomes, asked = repeated({"t": "failed", "u": "failed"}, ["failed", "passed"])
    assert outcomes == {"t": "passed", "u": "failed"}
    assert asked == [["t"], ["t"]]


def test_a_timed_test_that_never_passes_stays_failed():
    outcomes, _ = repeated({"t": "failed"}, ["failed"] * REPEATED)
    assert outcomes == {"t": "failed"}


def test_nothing_is_run_again_that_passed():
    assert repeated({"t": "passed"}, []) == ({"t": "passed"}, [])
