"""What pycrdt's own tests say of the browser's pycrdt: kept as evidence, shown in a page.

The run of `src/pycrdt_yjs/tests/conformance` leaves a result. ``make accept`` makes it the
evidence, ``make test`` compares the two.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

EVIDENCE = Path("evidence", "demo", "pycrdt-conformance.json")
"""Where the evidence is, seen from the book's folder."""


class EvidenceError(Exception):
    """The evidence can't be read; the message says where and what to do."""


@dataclass(frozen=True)
class Conformance:
    """How many of pycrdt's tests there are, ran and passed, on which versions."""

    pycrdt: str
    yjs: str
    pyodide: str
    all: int
    run: int
    passed: int

    @classmethod
    def read(cls, path: Path) -> "Conformance":
        """Read it from JSON that may say more. Raises `EvidenceError`."""
        return cls(**_read(path, cls.__annotations__))


def _read(path: Path, wanted: dict[str, type]) -> dict[str, Any]:
    """Read what is wanted, by name and type, from a JSON object. Raises `EvidenceError`."""
    try:
        told = json.loads(path.read_text("utf-8"))
        if not isinstance(told, dict):
            raise ValueError(f"it is no object but {type(told).__name__}")
        for name, kind in wanted.items():
            if not isinstance(told.get(name), kind):
                raise ValueError(f"its {name!r} is no {kind.__name__} but {told.get(name)!r}")
    except (OSError, ValueError) as error:
        raise EvidenceError(
            f"{path} can't be read ({error}). Write it again: make accept"
        ) from error
    return {name: told[name] for name in wanted}


def read_date(path: Path) -> date:
    """Read when the evidence was seen. Raises `EvidenceError`."""
    seen = _read(path, {"seen": str})["seen"]
    try:
        return date.fromisoformat(seen)
    except ValueError as error:
        raise EvidenceError(
            f"{path} can't be read ({error}). Write it again: make accept"
        ) from error


def accept(result: Path, evidence: Path = EVIDENCE) -> Conformance:
    """Make a run's result the evidence, with today's date; leave it alone where it says the same.

    Raises `EvidenceError` where the result can't be read.
    """
    seen = Conformance.read(result)
    if not _says(evidence, seen):
        told = {**asdict(seen), "seen": datetime.now(UTC).date().isoformat()}
        evidence.parent.mkdir(parents=True, exist_ok=True)
        making = evidence.with_suffix(".part")
        making.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
        making.replace(evidence)
    return seen


def _says(evidence: Path, seen: Conformance) -> bool:
    """Tell whether the evidence can be shown and says just this.

    A damaged one doesn't: what its own error asks for, to accept anew, has to mend it.
    """
    try:
        read_date(evidence)
        return Conformance.read(evidence) == seen
    except EvidenceError:
        return False


class ConformanceDirective(SphinxDirective):
    """Say in a sentence what the evidence says."""

    def run(self) -> list[nodes.Node]:
        """Return a paragraph, or an error where the evidence is missing or incomplete."""
        path = Path(self.env.srcdir, EVIDENCE)
        self.env.note_dependency(str(path))
        try:
            found, seen = Conformance.read(path), read_date(path)
        except EvidenceError as error:
            raise self.error(str(error)) from error
        return self.parse_text_to_nodes(
            f"pycrdt’s own test suite runs against the pycrdt that you use here: "
            f"**{found.passed} of {found.run} tests pass**, of {found.all} in all. The other "
            f"{found.all - found.run} need threads, which this Python doesn’t have, or trio. "
            f"Seen on {seen:%d %B %Y} with pycrdt {found.pycrdt.partition('+')[0]}, "
            f"Yjs {found.yjs} and Pyodide {found.pyodide}."
        )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.add_directive("conformance", ConformanceDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def compare(result: Path, evidence: Path = EVIDENCE) -> None:
    """Raise `EvidenceError` where a run's result isn't what the evidence says."""
    found, told = asdict(Conformance.read(result)), asdict(Conformance.read(evidence))
    differing = [
        f"{name}: the page says {told[name]}, the run found {found[name]}"
        for name in found
        if found[name] != told[name]
    ]
    if differing:
        raise EvidenceError("\n".join([f"{evidence} is stale; to accept: make accept", *differing]))


@click.command()
@click.argument("result", type=click.Path(path_type=Path))
@click.option("--accept", "accepts", is_flag=True, help="Make the result the evidence.")
def main(result: Path, accepts: bool) -> None:
    """Compare the RESULT of a run with what the book says."""
    try:
        if accepts:
            accept(result)
        else:
            compare(result)
    except EvidenceError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
