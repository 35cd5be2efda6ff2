"""What the files of the evidence say; what can't be used is a warning, file by file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from sphinx.util import logging

from rtc_guide.canonical import digest_of
from rtc_guide.evidence import capacity as measuring
from rtc_guide.evidence.capacity import Capacity, CapacityError
from rtc_guide.evidence.damage import Report, read_reports
from rtc_guide.evidence.stack import FOLDER, Evidence, EvidenceError, files_of, read
from rtc_guide.software import Declaration, DeclarationError, read_declaration

KEPT = "rtc_guide_kept"
"""The attribute of Sphinx's environment, which lasts from build to build, with the last `Kept`."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """Evidence by stack, oldest first; how many people a server carried; what did damage.

    `files` tells of what it was read, so that it needn't be read again; `declared` are the stacks
    that there are.
    """

    files: str = ""
    declared: Declaration = field(default_factory=lambda: Declaration({}, ""))
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    capacity: Capacity | None = None
    reports: tuple[Report, ...] = ()


def read_kept(root: Path, last: Kept | None) -> Kept:
    """Read the evidence of the project at `root`; return the last one where no file has changed.

    Its files are looked through in full, which takes longer than writing a page.
    """
    declared = _declared(root)
    # Another version of this package may keep other things of the same files.
    parts = [version("rtc-guide"), declared.newest, list(declared.stacks.items())]
    told = sha256(digest_of(parts).encode())
    for path in sorted((root / FOLDER).rglob("*.json")):
        told.update(f"{path}\0{sha256(path.read_bytes()).hexdigest()}\0".encode())
    files = told.hexdigest()
    if last and last.files == files:
        return last
    return Kept(files, declared, _evidence(root, declared), _capacity(root), _reports(root))


def _declared(root: Path) -> Declaration:
    try:
        return read_declaration(root)
    except DeclarationError as error:
        logger.warning("%s", error, type="ui", subtype="stacks")
        return Declaration({}, "")


def _evidence(root: Path, declared: Declaration) -> dict[str, Evidence]:
    found = {}
    for path in files_of(root):
        try:
            if path.stem not in declared.stacks:
                raise EvidenceError(
                    f"{path} is of a stack that stacks/stacks.toml does not have; known: "
                    f"{', '.join(declared.stacks)}. Remove the file, or declare the stack"
                )
            found[path.stem] = read(path)
        except EvidenceError as error:
            logger.warning("%s", error, type="ui", subtype="evidence")
    return {stack: found[stack] for stack in declared.stacks if stack in found}


def _capacity(root: Path) -> Capacity | None:
    path = root / FOLDER / measuring.FILE
    try:
        return measuring.read(path) if path.exists() else None
    except CapacityError as error:
        logger.warning("%s", error, type="ui", subtype="evidence")
        return None


def _reports(root: Path) -> tuple[Report, ...]:
    try:
        return tuple(read_reports(root))
    except EvidenceError as error:
        logger.warning("%s", error, type="ui", subtype="evidence")
        return ()
