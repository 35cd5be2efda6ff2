"""What is seen on an older stack against what was seen there before: pages speak of the newest.

Counts vary from run to run. What happened each time and now never does, or the other way round, is
news.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rtc_guide.evidence import stack as evidence
from rtc_guide.evidence.stack import EvidenceError, Seen
from rtc_guide.evidence.verdict import OF, Case
from rtc_guide.pages.book import day_of
from rtc_guide.pages.page import Claim


@dataclass(frozen=True)
class Before:
    """What was seen of a claim on a stack, if it was tried there as it stands now."""

    seen: Seen | None

    def differing(self, cases: Iterable[Case]) -> str | None:
        """Say how what is seen now differs from it; nothing where it does not."""
        cases = list(cases)
        if not cases:
            return "the trial proved nothing: it told no case"
        if self.seen is None:
            return None
        then = {case.name: case.counts for case in self.seen.cases if case.counts}
        news = [
            f"{what}: {then[case.name][what]} of {then[case.name][OF]} before, "
            f"{case.counts[what]} of {case.counts[OF]} now"
            for case in cases
            if case.counts and case.name in then
            for what in case.counts.keys() & then[case.name].keys() - {OF}
            if {_share(then[case.name], what), _share(case.counts, what)} == {0, 1}
        ]
        if not news:
            return None
        day = day_of(self.seen.on)
        return f"not as seen on {day}: {'; '.join(sorted(news))}. If it is right: --accept"


def _share(counts: Mapping[str, int], what: str) -> float:
    return counts[what] / counts[OF]


def seen_before(claim: Claim, way: str, stack: str, root: Path) -> Before:
    """Read what was seen of a claim on a stack; what can't be read is as if there were nothing."""
    path = evidence.path_of(stack, root)
    try:
        seen = evidence.read(path).claims.get((claim.id, way)) if path.exists() else None
    except EvidenceError:
        seen = None  # told where the evidence is shown, or written
    return Before(seen if seen and seen.text == claim.digest else None)
