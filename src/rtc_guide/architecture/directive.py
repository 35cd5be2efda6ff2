"""The `architecture` directive: a diagram of what imports what, and the same in words."""

import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from rtc_guide.architecture.drawing import draw, essential
from rtc_guide.architecture.imports import (
    ImportsUnknown,
    Order,
    Parts,
    read_order,
    read_parts,
)

logger = logging.getLogger(__name__)

# Kept with a page: the packages it shows, and what was read of them.
_KEPT = "architecture"


class ArchitectureDirective(SphinxDirective):
    """Draw the parts of packages in the order that the content declares, a layer on each line.

    The arguments are the packages: of the first one each module and package is a part, others are
    a part each. What imports against the order is a warning.
    """

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the diagram and the list; without them where the source doesn't fit the order."""
        packages = self.arguments[0].split()
        order = read_order(self.content)
        try:
            parts = read_parts(packages)
        except ImportsUnknown as error:
            raise self.error(str(error)) from error
        self.env.metadata[self.env.docname][_KEPT] = (packages, parts)
        wrong = list(parts.against(order))
        for message in wrong:
            logger.warning(message, location=self.get_location(), type="architecture")
        return [] if wrong else list(_shown(order, parts))


def _shown(order: Order, parts: Parts) -> Iterator[nodes.Node]:
    arrows = parts.arrows()
    alternative = (
        f"{len(parts.said)} parts in {len(order)} layers. Every arrow points down, from a part to "
        "one that it imports. The list below the picture says the same in words."
    )
    drawn = nodes.container(classes=["architecture"])
    drawn += nodes.raw("", draw(order, essential(arrows), alternative), format="html")
    yield drawn
    listed = nodes.definition_list(classes=["architecture-parts"])
    for part in (part for layer in order for part in layer):
        imported = [below for layer in order for below in layer if (part, below) in arrows]
        told = nodes.paragraph("", "", *_literals(parts.said[part]))
        uses: list[nodes.Node] = [nodes.Text(" Imports ")]
        for number, below in enumerate(imported):
            uses += [nodes.Text(", " if number else ""), nodes.literal("", below)]
        told += [*uses, nodes.Text(".")] if imported else [nodes.Text(" Imports none of these.")]
        term = nodes.term("", "", nodes.literal("", part))
        listed += nodes.definition_list_item("", term, nodes.definition("", told))
    yield listed


def _literals(text: str) -> Iterator[nodes.Node]:
    """Yield a docstring's text, with what stands in its backticks as code."""
    for number, piece in enumerate(re.split(r"`+", text)):
        if piece:
            yield nodes.literal("", piece) if number % 2 else nodes.Text(piece)


def _outdated(
    _: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Name the pages whose packages have other imports than when the page was read."""
    found = []
    for page, metadata in env.metadata.items():
        kept: Any = metadata.get(_KEPT)
        if not kept or page in added | changed | removed:
            continue
        packages, before = kept
        try:
            now = read_parts(packages)
        except ImportsUnknown:
            now = None
        if now != before:
            found.append(page)
    return found


def setup_architecture(app: Sphinx) -> ExtensionMetadata:
    """Register the directive; builders other than HTML show the list."""
    app.add_directive("architecture", ArchitectureDirective)
    app.connect("env-get-outdated", _outdated)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
