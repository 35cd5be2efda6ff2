"""Watching for releases that are no stack yet: what the pages' steps come to on them."""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from rtc_guide.checks.reporting import write_whole
from rtc_guide.checks.running import items_of
from rtc_guide.checks.several import RunOnStack, check_on
from rtc_guide.software import FILE, Declaration, Software, product_of, read_declaration
from rtc_guide.stacks.environment import find_stack
from rtc_guide.stacks.locking import lock
from rtc_guide.stacks.versions import PRODUCTS


@dataclass(frozen=True)
class Release:
    """Packages whose newest versions no stack has, and what checking on them came to.

    `packages` are their names for readers, with their versions.
    """

    packages: dict[str, str]
    run: RunOnStack

    @property
    def title(self) -> str:
        """Name the packages: “JupyterLab 4.7.0, jupyter-collaboration 5.1.0”."""
        return ", ".join(f"{name} {version}" for name, version in self.packages.items())

    def lines(self) -> Iterator[str]:
        """Say what happened, and what to do."""
        failed = [each for each in self.run.results if each["outcome"] == "failed"]
        if not self.run.good and not failed:
            yield f"{self.title}: could not be checked"
        elif failed:
            yield f"{self.title}: {len(failed)} of {len(self.run.results)} items fail:"
        else:
            yield (
                f"{self.title}: everything holds ({self.run.held} of {self.run.held}); make it a "
                f"stack: a line in stacks/{FILE}, then python -m rtc_guide.stacks.locking --upgrade"
            )
        yield from list(self.run.lines())[1:]


def write_releases(releases: Iterable[Release], target: Path) -> None:
    """Write what was found of releases as JSON, whole or not at all."""
    told = [
        {"title": each.title, "good": each.run.good, "lines": list(each.lines())}
        for each in releases
    ]
    write_whole(target, {"releases": told})


def watch(root: Path, pages: tuple[str, ...] = ()) -> Iterator[Release]:
    """Look for newer releases of what the present stacks are made of, and check the pages on them.

    A present stack is the last one of a product that has no day of its own. Yields nothing where
    all newest releases are in stacks. Raises `DeclarationError`, `StackError`, or `RunError` where
    a page does not exist.
    """
    for page in pages:
        items_of(page)
    declared = read_declaration(root)
    known = _pinned(declared, root)
    with tempfile.TemporaryDirectory(prefix="rtc-guide-watch-") as folder:
        for software in _present(declared):
            pins = Path(folder) / f"{software.name}.txt"
            names = [Requirement(each).name for each in software.requires]
            lock(replace(software, requires=tuple(names)), pins)
            newest = _versions(pins)
            fresh = {
                PRODUCTS.get(name, name): newest[name]
                for name in map(canonicalize_name, names)
                if (name, newest[name]) not in known
            }
            if fresh:
                (run,) = check_on([software.name], pages, pins=pins)
                yield Release(fresh, run)


def _present(declared: Declaration) -> list[Software]:
    present = {}
    for software in declared.stacks.values():
        if software.day is None:
            present[product_of(software.name)] = software
    return list(present.values())


def _pinned(declared: Declaration, root: Path) -> set[tuple[str, str]]:
    """Return each package and version that some stack has."""
    return {
        pinned
        for name in declared.stacks
        for pinned in _versions(find_stack(name, root).requirements).items()
    }


def _versions(pins: Path) -> dict[str, str]:
    """Read a file of pins into versions by package."""
    pinned = {}
    for line in pins.read_text("utf-8").splitlines():
        name, equals, version = line.partition(";")[0].strip().partition("==")
        if equals:
            pinned[str(canonicalize_name(name))] = version
    return pinned
