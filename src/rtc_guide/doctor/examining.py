"""One look at a notebook, from its file's text to what is wrong and the notebook as mended.

Diagnosing and mending are one: what is found is what is mended, and the same code says both.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rtc_guide.doctor.cells import MINOR_WITH_IDS, Cell, Json, new_id
from rtc_guide.doctor.damage import Damage, Kind, damage, told_cells
from rtc_guide.doctor.doubling import undouble
from rtc_guide.doctor.earlier import Earlier
from rtc_guide.doctor.reading import read
from rtc_guide.doctor.repeats import Folded, Repeat, find_repeat, fold
from rtc_guide.doctor.shaping import shape
from rtc_guide.doctor.splicing import find_splice


@dataclass(frozen=True)
class Examined:
    """What a look at a notebook came to."""

    damages: tuple[Damage, ...]
    found: int | None
    """How many cells the file has; None where it is no notebook."""
    cells: tuple[Cell, ...]
    """The cells as mended."""
    rest: Json
    """The notebook's other parts as mended."""

    @property
    def is_mended(self) -> bool:
        """Whether the cells or the other parts are other than the file's."""
        return any(damage.mended is not None for damage in self.damages)


def examine(text: str, earlier: Earlier | None = None) -> Examined:
    """Look at the text of a notebook file, with the help of an earlier version; never raises."""
    reading = read(text)
    if reading.notebook is None:
        return Examined(reading.damages, None, (), {})
    shaped = shape(reading.notebook)
    damages = [*reading.damages, *shaped.damages]
    cells = list(shaped.cells)
    cells = _undouble(_returned(cells, earlier, damages), damages)
    cells = _fold(cells, earlier, damages)
    cells = _unsplice(cells, damages)
    if shaped.rest["nbformat_minor"] >= MINOR_WITH_IDS:
        cells = _give_ids(cells, damages)
    damages += _kept(shaped.cells)
    return Examined(tuple(damages), len(shaped.cells), tuple(cells), shaped.rest)


def _returned(
    cells: Sequence[Cell], earlier: Earlier | None, damages: list[Damage]
) -> Sequence[Cell]:
    """Take out what came twice when somebody came back."""
    mended = list(cells)
    have_ids = any(cell.id for cell in cells)
    for doubled in earlier.doubled if earlier else ():
        for index, cell in enumerate(mended):
            if have_ids and cell.id != doubled.id:
                continue
            text = doubled.mended(cell.text)
            if text == cell.text:
                continue
            twice = " ".join(doubled.text.split())
            told = f"In cell {cell.number} “{twice}” came again when somebody came back."
            done = f"Took out of cell {cell.number} what came again."
            damages.append(damage(Kind.DOUBLED_TEXT, [cell.number], told, done))
            mended[index] = cell.with_text(text)
            break
    return mended


def _undouble(cells: Sequence[Cell], damages: list[Damage]) -> list[Cell]:
    mended = []
    for cell in cells:
        undoubled = None if cell.is_kept else undouble(cell.text, code=cell.type == "code")
        if undoubled:
            told = f"In cell {cell.number} “{undoubled.twice}” stands twice, with nothing between."
            done = f"Took out of cell {cell.number} what stood there twice."
            damages.append(damage(Kind.DOUBLED_TEXT, [cell.number], told, done))
        mended.append(cell.with_text(undoubled.text) if undoubled else cell)
    return mended


def _fold(cells: list[Cell], earlier: Earlier | None, damages: list[Damage]) -> list[Cell]:
    while repeat := find_repeat(cells):
        folded = fold(cells, repeat, earlier)
        damages.append(_told_repeat(cells, repeat, folded))
        cells = folded.cells
    return cells


def _told_repeat(cells: Sequence[Cell], repeat: Repeat, folded: Folded) -> Damage:
    firsts = [cells[first].number for first, _ in repeat.pairs]
    copies = [cells[copy].number for _, copy in repeat.pairs]
    differ = [
        (cells[first].number, cells[copy].number)
        for first, copy in repeat.pairs
        if cells[first].key != cells[copy].key
    ]
    one = len(firsts) == 1
    told = f"{told_cells(copies)} repeat{'s' * one} {told_cells(firsts)}"
    told = told[0].upper() + told[1:]
    if repeat.is_whole:
        told = f"The whole notebook stands there twice: {told[0].lower()}{told[1:]}"
    if repeat.has_proof:
        told += ", with the same ids" if not one else ", with the same id"
    told += "."
    if differ:
        listed = ", ".join(f"{first} and {copy}" for first, copy in differ[:6])
        more = f" and {len(differ) - 6} more" if len(differ) > 6 else ""
        told += f" The texts of {listed}{more} differ."
    done = f"Made one of {told_cells(firsts)} and the {'copy' if one else 'copies'}, "
    done += f"{told_cells(copies)}."
    if folded.joined:
        both = told_cells(folded.joined)
        done += f" What was typed into either copy of {both} is in there: an earlier version tells."
    if folded.kept:
        done += f" What {told_cells(folded.kept)} said otherwise is in a raw cell below."
    kind = Kind.REPEATED_NOTEBOOK if repeat.is_whole else Kind.REPEATED_CELLS
    return damage(kind, copies, told, done)


def _unsplice(cells: Sequence[Cell], damages: list[Damage]) -> list[Cell]:
    mended = list(cells)
    for index, cell in enumerate(cells):
        splice = find_splice(cell, mended)
        if not splice:
            continue
        others = [other.number for other in splice.others]
        told = f"The text of {told_cells(others)} is mixed into cell {cell.number}."
        done = None
        if splice.text is not None:
            mended[index] = cell.with_text(splice.text)
            done = f"Took the text of {told_cells(others)} out of cell {cell.number}."
        damages.append(damage(Kind.SPLICED_TEXT, [cell.number], told, done))
    return mended


def _give_ids(cells: Sequence[Cell], damages: list[Damage]) -> list[Cell]:
    """Give cells that are no copies different ids."""
    often = Counter(cell.id for cell in cells if cell.id)
    taken = set(often)
    seen: set[str] = set()
    mended = []
    for cell in cells:
        if cell.id in seen:
            first = next(other.number for other in cells if other.id == cell.id)
            told = f"Cell {cell.number} has the id of cell {first}, and another text."
            done = f"Gave cell {cell.number} an id of its own."
            damages.append(damage(Kind.DUPLICATE_ID, [cell.number], told, done))
            cell = cell.with_parts(id=new_id(cell, taken))
            taken.add(str(cell.id))
        if cell.id:
            seen.add(cell.id)
        mended.append(cell)
    return mended


def _kept(cells: Sequence[Cell]) -> list[Damage]:
    """Tell of the versions that an earlier mending kept: a person has to choose."""
    return [
        damage(
            Kind.KEPT_VERSION,
            [cell.number],
            f"Cell {cell.number} is another version of the cell above, kept when the notebook was "
            "mended. Take from it what you need, then delete it.",
        )
        for cell in cells
        if cell.is_kept
    ]
