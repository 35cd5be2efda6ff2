"""The doctree nodes of what pages declare: kinds of docutils' own, so that builders know them."""

from docutils import nodes


class ui_word(nodes.inline):
    """A word of the screen, or of a verb, in running text."""


class walkthrough(nodes.container):
    """A walkthrough: lists of steps, and whatever its author wrote between them."""


class for_stacks(nodes.paragraph):
    """The line that tells for which software a walkthrough is."""


class step(nodes.list_item):
    """One step of a walkthrough."""


class claim(nodes.container):
    """A claim: its sentence, and whatever its author wrote below it."""


class claim_table(nodes.container):
    """The place of the table of all claims, which is made of the evidence."""


class evidence(nodes.container):
    """The place of a part of the evidence, which is made once all pages have been read."""


class proof(nodes.container):
    """What a check saw, folded away; its first child is the line that opens it."""


class proof_title(nodes.paragraph):
    """The line that opens a proof."""


class still(nodes.image):
    """A recorded still, in light or in dark colours."""


class animation(nodes.image):
    """A recorded animation, which a reader starts; its still stands beside it."""
