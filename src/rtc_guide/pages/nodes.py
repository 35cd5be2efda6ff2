"""The doctree nodes of the domain `ui`: kinds of docutils' own, so that builders know them."""

from docutils import nodes


class ui_word(nodes.inline):
    """A word of the screen, or of a verb, in running text."""


class walkthrough(nodes.container):
    """A walkthrough: lists of steps, and whatever its author wrote between them."""


class step(nodes.list_item):
    """One step of a walkthrough."""
