"""Cells and runs of cells that stand in a notebook again: damage, or a teacher's repetition?

Healthy notebooks repeat themselves: `plt.show()`, `df.head()`, “Your answer here”, the same three
cells for each of five data sets. What speaks for damage, strongest first:

- the same id, or nbgrader's `grade_id`: a program gave it to one cell, copying in an editor gives a
  new one;
- the same number of a run, and it alone: two cells that were run in one session have different
  numbers, a copy by a program has the same one. Different numbers speak for repetition;
- where it stands: a whole notebook, from its first cell to its last, right below itself; then a run
  right below itself; then a run elsewhere;
- how many cells in the same order, and how much they say: a cell counts by its different words, up
  to a limit, less where it stands in the notebook more often than twice. A single cell, or two that
  say little, are never enough, without ids or numbers.

Two runs match cell by cell, in order. In each, cells may be missing from the other or differ, as
people went on typing in one of the copies; `likeness` tells which are copies of each other.

The numbers below were chosen on the notebooks of `bench/doctor.py` and can be measured there.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rtc_guide.doctor.cells import Cell
from rtc_guide.doctor.earlier import Earlier
from rtc_guide.doctor.versions import likeness, merge

_SAYS_ALL = 8
"""A cell with so many different words counts 1, …"""
_MOST = 1.5
"""… one with more counts more, but never more than this."""
_SAME_ID = 3.0
_SAME_RUN = 1.0
"""What the same id, and the same number of a run, add to that."""
_OTHER_RUN = 0.5
"""By what different numbers of runs multiply it."""
_GAP = 0.3
"""What each cell that is missing from one of the runs takes away."""
_WINDOW = 8
"""How many cells may be missing from one of the runs in one place."""
_ENOUGH = {"whole": 1.0, "below": 2.0, "elsewhere": 3.5}
"""How much the cells of a run must count to be damage, by where the copy is."""
_ENOUGH_DIFFERENT = 4
"""So many different cells, in the same order, of a whole notebook are enough, however short."""
_ENOUGH_IF_CHANGED = 6.0
"""The same elsewhere, where the copy is not cell by cell the same."""
_ENOUGH_WITH_PROOF = 2.0
"""The same, where ids or runs of the copies are the same."""
_ALIKE = 0.6
"""From which likeness on cells in the same place of two runs are copies."""
_TYPED_INTO = 0.9
"""From which likeness on a cell is another with something typed into it."""
_MATCHING = {"whole": 0.6, "below": 0.8, "elsewhere": 0.8}
"""Which part of all that two runs say must stand in both, …"""
_DIFFERING = {"whole": 0.7, "below": 0.2, "elsewhere": 0.2}
"""… and how much of it may differ, of what is the same, where there is no proof: a teacher says
the same of other data, and changes much."""
_BESIDE = 0.2
"""How much may stand beside a whole notebook and its copy, of what they say."""
_SMALL = 40
"""Up to how many cells a notebook is small."""


@dataclass(frozen=True)
class Repeat:
    """A run of cells that stands in a notebook again."""

    pairs: tuple[tuple[int, int], ...]
    """The indexes of cells and of their later copies, both rising."""
    is_whole: bool
    """Whether it is the whole notebook."""
    has_proof: bool
    """Whether ids or runs' numbers are the same in both."""


@dataclass(frozen=True)
class _Match:
    first: int
    copy: int
    counts: float
    proof: bool


@dataclass(frozen=True)
class _Chain:
    matches: tuple[_Match, ...]
    """Pairs that go on from one another, both cells rising."""
    counts: tuple[float, ...]
    """What they count, up to each of them."""

    @property
    def total(self) -> float:
        return self.counts[-1]

    def after(self, first: int) -> int:
        """Return how many matches at the beginning have copies among the cells up to this."""
        if self.matches[0].copy > first:
            return 0
        return bisect_right(self.matches, first, key=lambda match: match.copy)

    def before(self, cut: int) -> float:
        """Return what so many matches at the beginning count."""
        return self.counts[cut] - self.matches[cut].counts


def find_repeat(cells: Sequence[Cell]) -> Repeat | None:
    """Return the repeat of which the most speaks for damage; None where there is none."""
    matches = list(_matches(cells))
    rejected: set[tuple[int, int]] = set()
    for chain in _chains(matches, cells):
        ends = (chain[-1].first, chain[-1].copy)
        if ends in rejected:
            continue
        repeat = _judge(chain, cells)
        if repeat:
            return repeat
        rejected |= {(match.first, match.copy) for match in chain}
    return _stutter(cells)


def substance(cell: Cell) -> float:
    """Return how much a cell says, from 0 for an empty one to the most for a long one."""
    return min(_MOST, len(cell.words) / _SAYS_ALL)


def _matches(cells: Sequence[Cell]) -> Iterator[_Match]:
    """Yield the pairs of cells that are surely copies or repetitions, and how much they count."""
    by_text = defaultdict(list)
    by_id = defaultdict(list)
    for index, cell in enumerate(cells):
        if cell.is_kept:
            continue
        by_text[cell.key].append(index)
        for name in _identities(cell):
            by_id[name].append(index)
    found = {
        (first, copy)
        for places in by_id.values()
        for first, copy in _pairs(places)
        if cells[first].key == cells[copy].key
        or likeness(cells[first].text, cells[copy].text) >= _ALIKE
        or not (cells[first].text.strip() and cells[copy].text.strip())
    }
    for places in by_text.values():
        if substance(cells[places[0]]) and len(places) <= 12:
            found |= set(_pairs(places))
    for first, copy in sorted(found):
        counts, proof = _counts(cells[first], cells[copy])
        often = max(1.0, (len(by_text[cells[first].key]) - 1) * 0.75)
        yield _Match(first, copy, counts if proof else counts / often, proof)


def _identities(cell: Cell) -> Iterator[tuple[str, str]]:
    if cell.id:
        yield "id", cell.id
    grader = cell.body["metadata"].get("nbgrader")
    if isinstance(grader, dict) and isinstance(grader.get("grade_id"), str):
        yield "grade_id", grader["grade_id"]


def _pairs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    for number, first in enumerate(places):
        for copy in places[number + 1 :]:
            yield first, copy


def _counts(first: Cell, copy: Cell) -> tuple[float, bool]:
    """Return how much a pair counts, and whether it proves that one is a copy of the other."""
    counts = min(substance(first), substance(copy))
    if set(_identities(first)) & set(_identities(copy)):
        return counts + _SAME_ID, True
    if first.count is None or copy.count is None or first.key != copy.key:
        return counts, False
    if first.count == copy.count:
        return counts + _SAME_RUN, False
    return counts * _OTHER_RUN, False


def _chains(matches: Sequence[_Match], cells: Sequence[Cell]) -> Iterator[list[_Match]]:
    """Yield runs of matches, those that count the most first."""
    says = [substance(cell) > 0 for cell in cells]
    before = [0]
    for word in says:
        before.append(before[-1] + word)
    by_first = defaultdict(list)
    for number, match in enumerate(matches):
        by_first[match.first].append(number)
    best: list[_Chain] = []
    for match in matches:
        goes_on: _Chain | None = None
        top, cut_off = match.counts, 0
        for first in range(match.first - 1, max(-1, match.first - 1 - 2 * _WINDOW), -1):
            missing = before[match.first] - before[first + 1]
            if missing > _WINDOW:
                break
            for number in by_first.get(first, ()):
                earlier = matches[number]
                if earlier.copy >= match.copy:
                    break
                missing_copies = before[match.copy] - before[earlier.copy + 1]
                if missing_copies > _WINDOW:
                    continue
                gaps = _GAP * abs(missing - missing_copies)
                gaps += _GAP / 2 * min(missing, missing_copies)
                chain = best[number]
                if chain.total + match.counts - gaps <= top:
                    continue
                cut = chain.after(match.first)
                if cut == len(chain.matches):
                    continue
                total = chain.total - chain.before(cut) + match.counts - gaps
                if total > top:
                    top, goes_on, cut_off = total, chain, cut
        if goes_on is None:
            best.append(_Chain((match,), (top,)))
            continue
        less = goes_on.before(cut_off)
        counts = (*(count - less for count in goes_on.counts[cut_off:]), top)
        best.append(_Chain((*goes_on.matches[cut_off:], match), counts))
    # Of what stands there three times, runs that begin later count as much: the first comes first.
    best.sort(
        key=lambda chain: (
            -round(chain.total, 6),
            chain.matches[0].copy - chain.matches[-1].first,
        )
    )
    for chain in best:
        yield list(chain.matches)


def _judge(chain: Sequence[_Match], cells: Sequence[Cell]) -> Repeat | None:
    """Decide whether a run of matches is damage, and match the rest of its cells."""
    has_proof = any(match.proof for match in chain)
    if has_proof:  # where copies have the ids of the firsts, others are no copies
        chain = [match for match in chain if _may_be(cells[match.first], cells[match.copy])]
    known = {(match.first, match.copy): match.counts for match in chain}
    sure = sum(known.values())
    # Too little to begin with: completing it takes its time.
    if sure < _ENOUGH["whole"] / 2 or (sure < _ENOUGH["below"] / 2 and len(cells) > _SMALL):
        return None
    pairs = _completed(list(known), cells)
    where = _place(pairs, cells)
    if has_proof or where != "whole":
        pairs = [pair for pair in pairs if not has_proof or _may_be(*_both(pair, cells))]
        pairs = _without_loose_ends(pairs, cells, known)
        where = _place(pairs, cells)
    counts = differing = 0.0
    for pair in pairs:
        first, copy = _both(pair, cells)
        if pair in known:
            counts += known[pair]
        elif first.key == copy.key:
            counts += _counts(first, copy)[0]
        elif where == "whole" and likeness(first.text, copy.text) >= _TYPED_INTO:
            counts += _counts(first, copy)[0] / 2
        else:
            differing += min(substance(first), substance(copy))
    missing = pairs[-1][0] - pairs[0][0] + pairs[-1][1] - pairs[0][1] + 2 - 2 * len(pairs)
    if has_proof:
        enough = counts - _GAP * missing >= _ENOUGH_WITH_PROOF
    else:
        matches = _share(pairs, cells) >= _MATCHING[where]
        enough = matches and differing <= _DIFFERING[where] * counts
        same = {cells[first].key for first, copy in pairs if cells[first].key == cells[copy].key}
        short = where == "whole" and not missing and len(same) >= _ENOUGH_DIFFERENT
        enough = enough and (short or counts - _GAP * missing >= _ENOUGH[where])
        if where == "elsewhere" and (missing or differing):
            enough = enough and counts >= _ENOUGH_IF_CHANGED
    return Repeat(tuple(pairs), where == "whole", has_proof) if enough else None


def _both(pair: tuple[int, int], cells: Sequence[Cell]) -> tuple[Cell, Cell]:
    return cells[pair[0]], cells[pair[1]]


def _may_be(first: Cell, copy: Cell) -> bool:
    """Whether a cell may be the copy of another, by the ids: the same, or one has none."""
    mine, its = set(_identities(first)), set(_identities(copy))
    return not mine or not its or bool(mine & its)


def _without_loose_ends(
    pairs: Sequence[tuple[int, int]], cells: Sequence[Cell], known: Container[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Take from both ends of a run what is only alike."""
    sure = [
        number
        for number, (first, copy) in enumerate(pairs)
        if (first, copy) in known or cells[first].key == cells[copy].key
    ]
    return list(pairs[sure[0] : sure[-1] + 1])


def _place(pairs: Sequence[tuple[int, int]], cells: Sequence[Cell]) -> str:
    """Return where the copy of a run is, as `_ENOUGH` says it."""
    firsts = range(pairs[0][0], pairs[-1][0] + 1)
    copies = range(pairs[0][1], pairs[-1][1] + 1)
    both = {*firsts, *copies}
    said = _said(cells[index] for index in both)
    keys = {cells[index].key for index in both}
    beside = (cell for index, cell in enumerate(cells) if index not in both)
    outside = _said(cell for cell in beside if cell.key not in keys)
    between = _said(cells[index] for index in range(firsts.stop, copies.start))
    if len(pairs) == 1:
        return "elsewhere"
    if firsts.start <= 1 and outside <= _BESIDE * said and between <= _BESIDE * said:
        return "whole"
    return "elsewhere" if between else "below"


def _share(pairs: Sequence[tuple[int, int]], cells: Sequence[Cell]) -> float:
    """Return which part of what two runs say stands in both."""
    both = {*range(pairs[0][0], pairs[-1][0] + 1), *range(pairs[0][1], pairs[-1][1] + 1)}
    matching = _said(cells[index] for pair in pairs for index in pair)
    return matching / (_said(cells[index] for index in both) or 1.0)


def _said(cells: Iterable[Cell]) -> float:
    return sum(map(substance, cells))


def _completed(sure: Sequence[tuple[int, int]], cells: Sequence[Cell]) -> list[tuple[int, int]]:
    """Add to pairs of copies those between them, before them and after them that are alike."""
    pairs = list(sure)
    for (first, copy), (next_first, next_copy) in pairwise(sure):
        pairs += _align(range(first + 1, next_first), range(copy + 1, next_copy), cells)
    pairs.sort()
    first, copy = pairs[0]
    end_of_firsts = pairs[-1][0]
    while first > 0 and copy - 1 > end_of_firsts and _is_copy(cells[first - 1], cells[copy - 1]):
        first, copy = first - 1, copy - 1
        pairs.insert(0, (first, copy))
    ahead = range(max(0, first - _WINDOW), first)
    ahead_copies = range(max(end_of_firsts + 1, copy - _WINDOW), copy)
    pairs = _align(ahead, ahead_copies, cells) + pairs
    copy = pairs[0][1]
    last, last_copy = pairs[-1]
    while (
        last + 1 < copy
        and last_copy + 1 < len(cells)
        and _is_copy(cells[last + 1], cells[last_copy + 1])
    ):
        last, last_copy = last + 1, last_copy + 1
        pairs.append((last, last_copy))
    after = range(last + 1, min(copy, last + 1 + _WINDOW))
    after_copies = range(last_copy + 1, min(len(cells), last_copy + 1 + _WINDOW))
    return pairs + _align(after, after_copies, cells)


def _is_copy(first: Cell, copy: Cell) -> bool:
    if first.is_kept or copy.is_kept or first.type != copy.type:
        return False
    return first.key == copy.key or likeness(first.text, copy.text) >= _ALIKE


def _align(firsts: range, copies: range, cells: Sequence[Cell]) -> list[tuple[int, int]]:
    """Return the pairs, both rising, that are alike the most together."""
    if not firsts or not copies or len(firsts) * len(copies) > 400:
        return []
    alone = len(firsts) == len(copies) == 1
    table = [[0.0] * (len(copies) + 1) for _ in range(len(firsts) + 1)]
    alike: dict[tuple[int, int], float] = {}
    for i in range(len(firsts) - 1, -1, -1):
        for j in range(len(copies) - 1, -1, -1):
            first, copy = cells[firsts[i]], cells[copies[j]]
            value = 0.0
            if first.type == copy.type and not first.is_kept and not copy.is_kept:
                value = likeness(first.text, copy.text)
                value = value if value >= (0.3 if alone else _ALIKE) else 0.0
            alike[i, j] = value
            table[i][j] = max(table[i + 1][j], table[i][j + 1], value + table[i + 1][j + 1])
    pairs = []
    i = j = 0
    while i < len(firsts) and j < len(copies):
        if alike[i, j] and table[i][j] == alike[i, j] + table[i + 1][j + 1]:
            pairs.append((firsts[i], copies[j]))
            i, j = i + 1, j + 1
        elif table[i][j] == table[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _stutter(cells: Sequence[Cell]) -> Repeat | None:
    """Find cells that each stand right below themselves."""
    pairs: list[tuple[int, int]] = []
    counts = 0.0
    index = 0
    while index + 1 < len(cells):
        first, copy = cells[index], cells[index + 1]
        if first.key == copy.key and substance(first) and not first.is_kept:
            pairs.append((index, index + 1))
            counts += _counts(first, copy)[0]
            index += 1
        index += 1
    if len(pairs) < 3:
        return None
    inside = [cell for cell in cells[pairs[0][0] : pairs[-1][1] + 1] if substance(cell)]
    counts -= _GAP * (len(inside) - 2 * len(pairs))
    if counts < _ENOUGH["below"] or 2 * len(pairs) < 0.7 * len(inside):
        return None
    return Repeat(tuple(pairs), is_whole=False, has_proof=False)


@dataclass(frozen=True)
class Folded:
    """Cells without a repeat."""

    cells: list[Cell]
    kept: list[int]
    """The numbers of the copies that are kept, …"""
    joined: list[int]
    """… and of the cells of which an earlier version told how to join the copies."""


def fold(cells: Sequence[Cell], repeat: Repeat, earlier: Earlier | None = None) -> Folded:
    """Make one of the cells and their copies, in the place of the first; no text is lost.

    Cells that stand only among the copies come after the cell that they came after there.
    """
    copies = dict(repeat.pairs)
    begin, end = repeat.pairs[0][1], repeat.pairs[-1][1]
    only: dict[int, list[int]] = defaultdict(list)
    if repeat.pairs[-1][0] < begin:
        of_copy = {copy: first for first, copy in repeat.pairs}
        after = repeat.pairs[0][0]
        for index in range(begin, end + 1):
            after = of_copy.get(index, after)
            if index not in of_copy:
                only[after].append(index)
    gone = {*copies.values(), *(index for moved in only.values() for index in moved)}
    folded = Folded([], [], [])
    for index, cell in enumerate(cells):
        if index in gone:
            continue
        if index not in copies:
            folded.cells.append(cell)
            continue
        merged = merge(cell, cells[copies[index]], earlier)
        folded.cells.append(merged.cell)
        if merged.kept:
            folded.cells.append(merged.kept)
            folded.kept.append(merged.kept.number)
        if merged.by_earlier:
            folded.joined.append(cell.number)
        folded.cells.extend(cells[other] for other in only[index] if not _is_blank(cells[other]))
    return folded


def _is_blank(cell: Cell) -> bool:
    return not cell.text.strip() and not cell.outputs
