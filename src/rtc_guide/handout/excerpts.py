"""The `excerpt` directive: a part of another page, shown without being written twice."""

import re
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import docname_join, logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec

from rtc_guide.pages import nodes as ui_nodes

logger = logging.getLogger(__name__)

_STEPS = re.compile(r"([1-9]\d*)-([1-9]\d*)")


class excerpt(nodes.container):
    """The place of a part of the page `page`, which has the id `part` there."""


class Excerpt(SphinxDirective):
    """`{excerpt} page.md#id`: the paragraph, list or walkthrough with this id on that page.

    An id is what a label `(id)=` before a paragraph or list gives it; a walkthrough's is
    `walkthrough-` and its own. Of a walkthrough, `:steps: 1-4` takes these steps only.
    """

    required_arguments = 1
    option_spec: ClassVar[OptionSpec] = {"steps": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return the place; it is filled once all pages have been read."""
        file, _, part = self.arguments[0].partition("#")
        name, _ = self.env.relfn2path(file)
        steps = _STEPS.fullmatch(self.options.get("steps", "1-99").strip())
        if not steps:
            raise self.error(f":steps: are the first and the last one, not {self.options['steps']}")
        self.env.note_dependency(name)
        # What a check saw may stand in the part: written again when that changes.
        self.env.metadata[self.env.docname]["verdicts"] = True
        place = excerpt(
            page=self.env.path2doc(name), part=part, steps=(int(steps[1]), int(steps[2]))
        )
        self.set_source_info(place)
        return [place]


class TakeExcerpts(SphinxPostTransform):
    """Fills the places with copies, before anything is resolved or added in them."""

    default_priority = 4

    def run(self, **kwargs: Any) -> None:
        """Fill in one page."""
        for place in list(self.document.findall(excerpt)):
            page, part = place["page"], place["part"]
            found = None
            if page in self.env.found_docs:
                of_page = self.env.get_doctree(page).findall(nodes.Element)
                found = next((node for node in of_page if part in node["ids"]), None)
            if found is None:
                logger.warning(
                    "no page “%s” with a part “%s” to take an excerpt of", page, part,
                    type="handout", location=place,
                )  # fmt: skip
                continue
            taken = found.deepcopy()
            _leave_steps(taken, *place["steps"])
            for node in taken.findall(nodes.Element):
                node["ids"], node["names"] = [], []
                _move(node, self.env.docname)
            place += taken


def _leave_steps(taken: nodes.Element, first: int, last: int) -> None:
    """Take out the steps of a walkthrough before `first` and after `last`, counted from 1."""
    for number, step in enumerate(list(taken.findall(ui_nodes.step)), 1):
        if not first <= number <= last:
            step.parent.remove(step)


def _move(node: nodes.Element, docname: str) -> None:
    """Have a reference that is not resolved yet lead from another page than its own."""
    if "refdoc" in node:
        if node.get("reftype") == "doc" and not node["reftarget"].startswith("/"):
            node["reftarget"] = f"/{docname_join(node['refdoc'], node['reftarget'])}"
        node["refdoc"] = docname


def setup_excerpts(app: Sphinx) -> None:
    """Register the directive; other builders show the copies."""
    app.add_node(excerpt)
    app.add_directive("excerpt", Excerpt)
    app.add_post_transform(TakeExcerpts)
