"""`python bench/doctor.py [--corpus DIR] [--each N]`: how often the doctor is right.

Healthy notebooks (`notebooks.py`): false alarms. Damaged notebooks with the truth beside them: of
the damaged cells how many are found, of what is found how much is damaged, and how many notebooks
are mended to the truth, by the texts of cells and their order; words that two people typed at the
end of one line may stand in either order. They are those of DIR, as `corpus.py` makes it: a folder
for each with `damaged.ipynb`, `truth.ipynb`, `case.json`, and `earlier-N.ipynb` if the server had
earlier versions. And healthy ones damaged by seed (`damaging.py`), N of each kind. Beside it what
one would write in a minute: dropping each cell that is exactly an earlier one.

Writes `doctor.json` here; fails if a goal isn't reached.
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import damaging
from notebooks import Found, notebooks

from rtc_guide.doctor.diagnosis import Diagnosis, diagnose
from rtc_guide.doctor.earlier import Doubled, read_earlier
from rtc_guide.doctor.mending import mend

RESULTS = Path(__file__).resolve().parent / "doctor.json"
EACH = 60
GOAL_FOUND = 0.95
GOAL_MENDED = 0.90
KNOWN_DAMAGE = {
    # nbgrader's own tests of what it does with damaged notebooks.
    "nbgrader-0.9.6/nbgrader/tests/preprocessors/files/cell-type-changed.ipynb",
    "nbgrader-0.9.6/nbgrader/tests/preprocessors/files/duplicate-grade-ids.ipynb",
    # An accident in published documentation: two cells, prose and code, stand there twice in a row.
    "esda-2.10.0/docs/source/user-guide/geary.ipynb",
}
"""Notebooks of packages that are damaged, as a look at them showed."""


@dataclass
class Score:
    """What came of the damaged notebooks of one kind."""

    cases: int = 0
    wrong: int = 0
    """Damaged cells …"""
    found: int = 0
    """… and those of them that were found."""
    told: int = 0
    """Cells that were told to be damaged …"""
    right: int = 0
    """… and those of them that are."""
    mended: int = 0
    """Notebooks that became the truth, …"""
    alone: int = 0
    """… without earlier versions to help, …"""
    kept: int = 0
    """… or would, without the other versions that were kept in raw cells."""
    both: int = 0
    """Notebooks of which no cell's text was lost."""
    naive: int = 0
    """Notebooks that became the truth by dropping exact duplicates."""
    failures: list[str] = field(default_factory=list)


def texts(notebook: dict[str, Any], *, kept: bool = True) -> list[tuple[str, str]]:
    """Return the types and texts of a notebook's cells, with or without kept versions."""
    return [
        (cell["cell_type"], "".join(cell["source"]))
        for cell in notebook["cells"]
        if kept or "rtc-guide-doctor" not in cell["metadata"]
    ]


def said(cells: list[tuple[str, str]]) -> list[tuple[str, list[list[str]]]]:
    """Return types and texts without the order of words in a line, and blanks."""
    return [(type_, [sorted(line.split()) for line in text.splitlines()]) for type_, text in cells]


def drop_duplicates(notebook: dict[str, Any]) -> list[tuple[str, str]]:
    """Do what one would write in a minute."""
    return list(dict.fromkeys(texts(notebook)))


def judge(case: damaging.Case, score: Score) -> None:
    """Diagnose and mend one notebook, and add what came of it."""
    text = json.dumps(case.damaged, ensure_ascii=False)
    told = {number for finding in diagnose(text, case.earlier).findings for number in finding.cells}
    mended = json.loads(mend(text, case.earlier).text)
    truth = said(texts(case.truth))
    score.cases += 1
    score.wrong += len(case.wrong)
    score.found += len(case.wrong & told)
    score.told += len(told)
    score.right += len(case.wrong & told)
    is_mended = said(texts(mended)) == truth
    score.mended += is_mended
    score.alone += said(texts(json.loads(mend(text).text))) == truth
    score.kept += said(texts(mended, kept=False)) == truth
    kept = {source.strip() for _, source in texts(mended)}
    score.both += kept >= {source.strip() for _, source in texts(case.damaged)}
    score.naive += said(drop_duplicates(case.damaged)) == truth
    if not is_mended:
        score.failures.append(case.name)


def synthetic(healthy: list[Found], each: int) -> Iterator[damaging.Case]:
    """Damage healthy notebooks, so many in each way."""
    usable = [found for found in healthy if 4 <= len(_cells(found)) <= 120]
    for kind in damaging.KINDS:
        chosen = Random(kind).sample(usable, min(len(usable), 2 * each))
        made = 0
        for seed, found in enumerate(chosen):
            case = damaging.damage(kind, found.name, json.loads(found.text), seed)
            if case is not None:
                yield case
                made += 1
            if made == each:
                break


def corpus(folder: Path) -> Iterator[damaging.Case]:
    """Read damaged notebooks and their truth from a folder of folders."""
    for case in sorted(folder.glob("*/case.json")):
        told = json.loads(case.read_text("utf-8"))
        read = {
            name: json.loads((case.parent / f"{name}.ipynb").read_text("utf-8"))
            for name in ("damaged", "truth")
        }
        wrong = frozenset(added(read["truth"], read["damaged"]))
        kind = f"server: {told.get('kind', 'damaged')}"
        versions = sorted(case.parent.glob("earlier-*.ipynb"))
        earlier = read_earlier(
            [path.read_text("utf-8") for path in versions],
            [Doubled(**each) for each in told.get("doubled", ())],
        )
        yield damaging.Case(case.parent.name, kind, read["damaged"], read["truth"], wrong, earlier)


def added(truth: dict[str, Any], damaged: dict[str, Any]) -> set[int]:
    """Return the numbers of the cells that are too many, the later ones, as servers append them.

    Where none are: those that are not in the truth, or not as they are there.
    """
    before, now = len(truth["cells"]), len(damaged["cells"])
    if now > before:
        return set(range(before + 1, now + 1))
    matcher = SequenceMatcher(None, texts(truth), texts(damaged), autojunk=False)
    steps = (step for step in matcher.get_opcodes() if step[0] != "equal")
    return {number + 1 for *_, start, stop in steps for number in range(start, stop)}


def _cells(found: Found) -> list[Any]:
    return list(json.loads(found.text).get("cells", ()))


def alarms(found: list[Found]) -> tuple[list[tuple[Found, Diagnosis]], list[float]]:
    """Return the notebooks in which something is found, and how many seconds each took."""
    raised, seconds = [], []
    for one in found:
        begun = time.perf_counter()
        diagnosis = diagnose(one.text)
        seconds.append(time.perf_counter() - begun)
        if not diagnosis.is_healthy:
            raised.append((one, diagnosis))
    return raised, seconds


def main() -> None:
    """Measure, tell, write the results."""
    options = argparse.ArgumentParser(description=__doc__, usage="%(prog)s [options]")
    options.add_argument("--corpus", type=Path, help="a folder of damaged notebooks")
    options.add_argument("--each", type=int, default=EACH, help="how many to damage in each way")
    chosen = options.parse_args()
    found = list(notebooks())
    raised, seconds = alarms(found)
    for one, diagnosis in raised:
        known = " (known to be damaged)" if one.name in KNOWN_DAMAGE else ""
        print(f"{one.name}{known}")
        for finding in diagnosis.findings:
            print(f"    {finding.kind}: {finding.told}")
    false = [one for one, _ in raised if one.name not in KNOWN_DAMAGE]
    unseen = sum(one.is_unseen and one.name not in KNOWN_DAMAGE for one in found)
    print(
        f"healthy: {len(found) - len(raised) + len(false)} notebooks ({unseen} unseen), "
        f"{len(false)} false alarms ({sum(one.is_unseen for one in false)} unseen), goal 0; "
        f"median {median(seconds) * 1000:.0f} ms, longest {max(seconds):.1f} s"
    )
    sick = {one.name for one, _ in raised}
    healthy = [one for one in found if one.name not in sick]
    altered = [one for one in healthy if _cells(one) and _is_altered(one)]
    print(f"dropping exact duplicates would alter {len(altered)} of these\n")
    scores: dict[str, Score] = defaultdict(Score)
    cases = list(corpus(chosen.corpus)) if chosen.corpus else []
    for case in [*cases, *synthetic(healthy, chosen.each)]:
        judge(case, scores[case.kind])
    missed = report(scores)
    if false:
        missed.append(f"{len(false)} false alarms")
    RESULTS.write_text(
        json.dumps(
            {
                "healthy": {"notebooks": len(found), "false alarms": [one.name for one in false]},
                "naive alters": len(altered),
                "scores": {kind: vars(score) for kind, score in scores.items()},
                "missed": missed,
            },
            indent=1,
        )
        + "\n",
        "utf-8",
    )
    if missed:
        sys.exit("Goals missed: " + "; ".join(missed))


def _is_altered(found: Found) -> bool:
    notebook = json.loads(found.text)
    return len(drop_duplicates(notebook)) < len(notebook["cells"])


def report(scores: dict[str, Score]) -> list[str]:
    """Print the table and return which goals were missed."""
    print(
        f"{'':28}{'n':>5}{'found':>8}{'right':>8}{'mended':>8}{'(alone)':>8}{'(kept)':>8}{'naive':>8}"
    )
    total = Score()
    missed = []
    for kind, score in scores.items():
        if kind in damaging.UNDECIDABLE:
            continue
        print(_row(kind, score))
        for name in (
            "cases",
            "wrong",
            "found",
            "told",
            "right",
            "mended",
            "alone",
            "kept",
            "naive",
        ):
            setattr(total, name, getattr(total, name) + getattr(score, name))
    print(_row("all", total))
    for kind in damaging.UNDECIDABLE & set(scores):
        score = scores[kind]
        print(_row(f"({kind})", score))
        print(f"  both texts kept in {score.both / score.cases:.1%}")
        if score.both < score.cases:
            missed.append(f"{kind}: a text lost")
    ratio = total.mended / total.naive if total.naive else float("inf")
    print(f"mended to the truth: {ratio:.1f} times as many as by dropping exact duplicates")
    if total.found < GOAL_FOUND * total.wrong:
        missed.append(f"{total.found / total.wrong:.1%} of damaged cells found")
    if total.mended < GOAL_MENDED * total.cases:
        missed.append(f"{total.mended / total.cases:.1%} mended to the truth")
    return missed


def _row(kind: str, score: Score) -> str:
    parts = (
        (score.found, score.wrong),
        (score.right, score.told),
        (score.mended, score.cases),
        (score.alone, score.cases),
        (score.kept, score.cases),
        (score.naive, score.cases),
    )
    cells = "".join(f"{part / whole:8.1%}" if whole else f"{'–':>8}" for part, whole in parts)
    return f"{kind:28}{score.cases:5}{cells}"


if __name__ == "__main__":
    main()
