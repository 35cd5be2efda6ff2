"""The command's part of the doctor: look at files, say what was found, mend them."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from rtc_guide.doctor import files
from rtc_guide.doctor.comparing import NoComparison, compare
from rtc_guide.doctor.diagnosis import Finding, Kind, diagnose
from rtc_guide.doctor.earlier import Earlier, read_earlier
from rtc_guide.doctor.mending import Mended, mend
from rtc_guide.doctor.store import StoreError, is_store


class Status(IntEnum):
    """The command's status, for scripts."""

    HEALTHY = 0
    """Nothing is wrong, or all that was is mended."""
    FOUND = 1
    """Something is wrong and was not mended."""
    UNREADABLE = 2
    """A file can't be read or written, whatever else was found."""


@dataclass(frozen=True)
class Wish:
    """What is to be done with what is found.

    `earlier` is an earlier version of the notebook, or a server's store; without it that is the
    file's checkpoint, if it has one.
    """

    fix: bool = False
    output: Path | None = None
    in_place: bool = False
    diff: bool = False
    earlier: Path | None = None


@dataclass(frozen=True)
class Report:
    """What came of one file."""

    path: Path
    status: Status
    cells: int | None = None
    findings: tuple[Finding, ...] = ()
    done: tuple[str, ...] = ()
    left: tuple[Finding, ...] = ()
    written: Path | None = None
    backup: Path | None = None
    diff: str | None = None
    error: str | None = None

    def lines(self) -> list[str]:
        """Return what to say of it."""
        if self.error:
            return [self.error]
        counted = "" if self.cells is None else f" ({self.cells} cell{'s' * (self.cells != 1)})"
        if not self.findings:
            return [f"{self.path}: healthy{counted}"]
        said = [f"{self.path}:{counted}"]
        said += [f"  {finding.kind}: {finding.told}" for finding in self.findings]
        if self.written:
            said += [f"  mended: {sentence}" for sentence in self.done]
            said += [f"  left: {finding.told}" for finding in self.left]
            said.append(f"  written: {self.written}")
        elif self.done:
            said.append("  Not changed; --fix writes a mended copy.")
        if self.backup:
            said.append(f"  as it was: {self.backup}")
        if self.diff:
            said += ["", self.diff]
        return said

    def json(self) -> dict[str, Any]:
        """Return what to write of it as JSON."""
        plain = asdict(self)
        for name in ("path", "written", "backup"):
            plain[name] = None if plain[name] is None else str(plain[name])
        return plain | {"status": self.status.name.lower()}


def examine_files(
    names: Iterable[str], wish: Wish, tell: Callable[[Report], None] = lambda _: None
) -> Status:
    """Look at files, folders and patterns one after the other; `tell` is called after each.

    One that can't be read or written is told, and the rest goes on. Returns the worst status.
    """
    worst = Status.HEALTHY
    for path in files.find(names):
        report = examine_file(path, wish)
        tell(report)
        worst = max(worst, report.status)
    return worst


def examine_file(path: Path, wish: Wish) -> Report:
    """Look at one file, and mend it if that is wished."""
    try:
        file = files.read(path)
        earlier = _earlier(path, wish.earlier)
        diagnosis = diagnose(file.text, earlier)
        findings = diagnosis.findings
        if file.broken:
            several = "places in the file are" if file.broken > 1 else "place in the file is"
            told = f"{file.broken} {several} no text; “\ufffd” is read instead."
            findings = (Finding(Kind.INVALID_JSON, (), told), *findings)
        if not findings:
            return Report(path, Status.HEALTHY, diagnosis.cells)
        if diagnosis.cells is None:
            return Report(path, Status.UNREADABLE, None, findings)
        mended = mend(file.text, earlier)
        diff = _compared(file.text, mended) if wish.diff else None
        written, backup = _write(path, file, mended, wish) if wish.fix else (None, None)
    except files.FileError as error:
        return Report(path, Status.UNREADABLE, error=str(error))
    is_mended = wish.fix and not mended.left
    return Report(
        path,
        Status.HEALTHY if is_mended else Status.FOUND,
        diagnosis.cells,
        findings,
        mended.done,
        mended.left,
        written,
        backup,
        diff,
    )


def _earlier(path: Path, named: Path | None) -> Earlier | None:
    """Read the version or the store that is named, or else the checkpoint, if it can be read."""
    if named:
        if is_store(named):
            return _of_store(named, path)
        earlier = read_earlier([files.read(named).text])
        if earlier is None:
            raise files.FileError(
                f"{named}: is no notebook, and no store of edits; name an earlier version of {path}"
            )
        return earlier
    checkpoint = files.checkpoint_of(path)
    try:
        return read_earlier([files.read(checkpoint).text]) if checkpoint else None
    except files.FileError:
        return None


def _of_store(store: Path, path: Path) -> Earlier:
    # It takes seconds to import, and few need it.
    from rtc_guide.doctor.recovering import earlier_of

    try:
        return earlier_of(store, path)
    except StoreError as error:
        raise files.FileError(str(error)) from error


def _write(
    path: Path, file: files.NotebookFile, mended: Mended, wish: Wish
) -> tuple[Path | None, Path | None]:
    """Write what was mended; return where it is and where what was is."""
    if mended.text == file.text and not file.broken:
        return None, None
    if wish.in_place:
        backup = files.replace(path, mended.text)
        return path, backup
    target = wish.output or path.with_name(path.name.removesuffix(".ipynb") + files.MENDED)
    files.write(target, mended.text)
    return target, None


def _compared(before: str, mended: Mended) -> str:
    try:
        return compare(before, mended.text)
    except NoComparison as error:
        return str(error)
