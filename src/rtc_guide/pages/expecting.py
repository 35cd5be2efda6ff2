"""What was seen of a claim against what its page expects."""

from collections.abc import Sequence

from rtc_guide.evidence.verdict import Case, verdict_of
from rtc_guide.pages.page import Expectation


def differing(expected: Expectation, cases: Sequence[Case]) -> str | None:
    """Say how what was seen differs from what a page expects; nothing where it does not."""
    if not cases:
        return "the trial proved nothing: it told no case"
    names = [case.name for case in cases]
    if len(set(names)) < len(names):
        return f"the trial tells a case twice: {', '.join(names)}"
    if unknown := sorted(expected.exceptions - set(names)):
        return f"no case is called “{unknown[0]}”; the cases are: {'; '.join(names)}"
    wrong = [
        case
        for case in cases
        if case.holds
        is (expected.holds if case.name in expected.exceptions else not expected.holds)
    ]
    if not wrong:
        return None
    seen = "; ".join(
        f"{case.name}: {'yes' if case.holds else 'no'} ({case.proof})" for case in wrong
    )
    return f"expected “{expected.text}”, found “{verdict_of(cases)}”: {seen}"
