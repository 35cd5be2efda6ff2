"""The directive `{evidence}`: a place in a page for a part of what the checks saw."""

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from rtc_guide.pages import nodes as ui_nodes
from rtc_guide.pages.filling_in import PARTS
from rtc_guide.pages.vocabulary import unknown

logger = logging.getLogger(__name__)


class EvidenceDirective(SphinxDirective):
    """`{evidence} PART`: one of the tables, lists and plots that are made of the evidence."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Mark the place; it is filled in once all pages have been read."""
        part = self.arguments[0]
        if part not in PARTS:
            logger.warning(
                "%s", unknown("part of the evidence", part, list(PARTS)),
                type="ui", location=self.get_location(),
            )  # fmt: skip
            return []
        metadata = self.env.metadata[self.env.docname]
        metadata["verdicts"] = True
        metadata.setdefault("evidence", []).append(part)
        return [ui_nodes.evidence(part=part)]
