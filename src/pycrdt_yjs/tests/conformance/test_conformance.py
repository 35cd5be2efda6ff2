"""pycrdt's own test suite passes in the browser, but for what is listed in `exclusions.toml`."""

from pathlib import Path

import pytest

from pycrdt_yjs.testing.conformance import Conformance, judge, read_exclusions, run_suite

EXCLUSIONS = Path(__file__).with_name("exclusions.toml")
RESULT = Path(__file__).resolve().parents[2] / "build" / "conformance.json"


@pytest.fixture(scope="module")
def conformance(headless) -> Conformance:
    result = judge(run_suite(headless), read_exclusions(EXCLUSIONS))
    result.write(RESULT)
    return result


def test_every_test_that_is_not_excluded_passes(conformance):
    assert conformance.failures == {}
    assert conformance.passed == conformance.run


def test_the_whole_suite_was_run(conformance):
    # What pycrdt 0.14.13 has natively, with both backends of anyio.
    assert conformance.all == 393


def test_no_excluded_test_passes(conformance):
    assert conformance.surprises == []


def test_every_excluded_test_exists(conformance):
    assert conformance.unknown == []
