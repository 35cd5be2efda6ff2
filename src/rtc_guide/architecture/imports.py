"""What the parts of a project import of each other, and which of it is against an order.

A part is a module or package directly inside the first package, or one of the others as a whole.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import grimp
from markdown_it import MarkdownIt

# The command and the pytest plugin are run; what is run by `python -m` is, too.
_START = "__main__"

Order = tuple[tuple[str, ...], ...]
"""Layers of parts: each may import what stands in layers after its own, and nothing else."""


class ImportsUnknown(Exception):
    """A project's imports or order can't be read; the message tells why and what to do."""


@dataclass(frozen=True)
class Import:
    """A line of a module in one part that imports another part."""

    importer: str
    imported: str
    module: str
    line: int


@dataclass(frozen=True)
class Parts:
    """The parts of a project, each with what it says of itself, and what they import.

    `said` has the first sentence of each part's docstring, which may be empty.
    """

    said: dict[str, str]
    imports: tuple[Import, ...]

    def arrows(self) -> set[tuple[str, str]]:
        """Return who imports whom."""
        return {(each.importer, each.imported) for each in self.imports}

    def against(self, order: Order) -> Iterator[str]:
        """Say, to whoever wrote an import or a part, what doesn't fit an order, and what to do."""
        layers = {part: number for number, layer in enumerate(order) for part in layer}
        named = [part for layer in order for part in layer]
        for part in sorted({part for part in named if named.count(part) > 1}):
            yield f"the order names “{part}” more than once: keep one"
        for part in sorted(layers.keys() - self.said.keys()):
            yield f"the order names “{part}”, which doesn't exist: take it out"
        for part in sorted(self.said.keys() - layers.keys()):
            yield f"the order doesn't name “{part}”: add it below all that import it"
        for each in self.imports:
            above, below = layers.get(each.importer), layers.get(each.imported)
            if above is None or below is None or above < below:
                continue
            place = "beside" if above == below else "above"
            yield (
                f"{each.module}, line {each.line}: “{each.importer}” imports “{each.imported}”, "
                f"which stands {place} it in the order: let {each.imported} be given what it "
                "needs, or move what both need further down"
            )


def read_order(lines: Iterable[str]) -> Order:
    """Read an order: a layer on each line, its parts separated by spaces."""
    return tuple(tuple(line.split()) for line in lines if line.strip())


def order_in(page: Path) -> Order:
    """Return the order that the `architecture` directive of a Markdown page declares.

    Raises `ImportsUnknown` where the page has none.
    """
    for token in MarkdownIt().parse(page.read_text("utf-8")):
        if token.type == "fence" and token.info.startswith("{architecture}"):
            return read_order(token.content.splitlines())
    raise ImportsUnknown(f"{page} has no order: give it a ```{{architecture}} directive")


def read_parts(packages: Sequence[str]) -> Parts:
    """Read the parts of installed packages, without running them.

    Raises `ImportsUnknown` where one of them isn't there.
    """
    first, *others = packages
    try:
        graph = grimp.build_graph(first, *others, cache_dir=None)
    except (ImportError, grimp.exceptions.GrimpException, ValueError) as error:
        raise ImportsUnknown(f"the imports of {', '.join(packages)} can't be read: {error}") from (
            error
        )

    def part_of(module: str) -> str:
        package, _, inside = module.partition(".")
        return inside.partition(".")[0] if package == first else package

    said = {part: _said_in(package) for part, package in _places(first, others)}
    imports = [
        Import(part_of(module), part_of(imported), module, line)
        for module in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(module))
        if part_of(module) != part_of(imported) and part_of(module) and part_of(imported)
        for line in sorted(
            {
                each["line_number"]
                for each in graph.get_import_details(importer=module, imported=imported)
            }
        )
    ]
    return Parts(said, tuple(imports))


def _places(first: str, others: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """Yield each part with the file that begins it."""
    inside = _file_of(first).parent
    for path in sorted(inside.glob("*.py")):
        if path.stem not in ("__init__", _START):
            yield path.stem, path
    for path in sorted(inside.glob("*/__init__.py")):
        yield path.parent.name, path
    for package in others:
        yield package, _file_of(package)


def _file_of(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ImportsUnknown(f"there is no package {package} here: install it")
    return Path(spec.origin)


def _said_in(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return " ".join(docstring.partition("\n\n")[0].split())
