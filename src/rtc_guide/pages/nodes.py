"""The doctree nodes of the domain `ui`: subclasses of docutils' own, so every builder knows them."""

from docutils import nodes


class ui_word(nodes.inline):
    """A word of the screen, or of a verb, in running text."""


class walkthrough(nodes.container):
    """A walkthrough: lists of steps, and whatever its author wrote between them."""


class step(nodes.list_item):
    """One step of a walkthrough."""
