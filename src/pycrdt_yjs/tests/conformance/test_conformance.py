"""pycrdt's own test suite passes in the browser, but for what is listed in `exclusions.toml`."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pycrdt_yjs.testing.conformance import Conformance, judge, read_reasons, repeat, run_suite

EXCLUSIONS = Path(__file__).with_name("exclusions.toml")
TIMED = Path(__file__).with_name("timed.toml")
RESULT = Path(__file__).resolve().parents[2] / "build" / "conformance.json"


@pytest.fixture(scope="module")
def seen(headless) -> dict[str, Any]:
    return repeat(run_suite(headless), read_reasons(TIMED), partial(run_suite, headless))


@pytest.fixture(scope="module")
def conformance(seen) -> Conformance:
    result = judge(seen, read_reasons(EXCLUSIONS))
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


def test_every_timed_test_exists(seen):
    assert read_reasons(TIMED).keys() <= seen["outcomes"].keys()
