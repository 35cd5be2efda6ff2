"""Figures in pages: a still in light and dark, an animation that a reader starts, or neither.

HTML gets both stills, of which a browser fetches the one that it shows, with their sizes so that
nothing jumps. Other builders get the light one.
"""

import re
from pathlib import Path
from typing import Any, ClassVar

import imagesize  # type: ignore[import-untyped]
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from rtc_guide.pages import nodes as ui_nodes
from rtc_guide.pages.directive import UiDirective, listed

logger = logging.getLogger(__name__)

STILL = re.compile(r"images/[\w-]+\.png")
ANIMATION = re.compile(r"images/[\w-]+\.webp")

_STEPS = re.compile(r"([1-9]\d*)-([1-9]\d*)")
# A still has two pixels for each of the screen.
_PIXELS = 2
# The theme's own classes: https://pydata-sphinx-theme.readthedocs.io/en/stable/user_guide/light-dark.html
_LIGHT, _DARK, _EITHER = "only-light", "only-dark", "dark-light"


def dark(still: str) -> str:
    """Return the file of the still in dark colours that goes with the one in light colours."""
    return still.removesuffix(".png") + ".dark.png"


def still_of(animation: str) -> str:
    """Return the file of the still that stands for an animation until a reader starts it."""
    return animation.removesuffix(".webp") + ".png"


def still_figure(name: str, alt: str) -> nodes.figure:
    """Return the figure of a step: the still in light and in dark colours."""
    figure = nodes.figure(classes=["recorded"])
    figure += ui_nodes.still(uri=f"/{name}", alt=alt, classes=[_LIGHT])
    figure += ui_nodes.still(uri=f"/{dark(name)}", alt=alt, classes=[_DARK])
    return figure


def animation_figure(name: str, alt: str) -> nodes.figure:
    """Return the figure of an animation: its still, and a line from which it is started."""
    figure = nodes.figure(classes=["recorded", "animated"])
    figure += ui_nodes.still(uri=f"/{still_of(name)}", alt=alt, classes=[_EITHER])
    figure += ui_nodes.animation(uri=f"/{name}", alt=alt, classes=["animation"])
    return figure


class AnimationDirective(UiDirective):
    """`{ui:animation} images/name.webp`: some steps of a walkthrough of this page, in motion."""

    required_arguments = 1
    has_content = False
    option_spec: ClassVar[dict[str, Any]] = {
        "of": directives.unchanged_required,
        "steps": directives.unchanged_required,
        "shows": directives.unchanged_required,
        "alt": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Make the animation's figure."""
        name = self.arguments[0]
        if not ANIMATION.fullmatch(name):
            self.note(f"an animation is a .webp file below images/, not “{name}”")
        missing = [option for option in ("of", "steps", "alt") if option not in self.options]
        if missing:
            self.note(f"an animation needs {' and '.join(f':{option}:' for option in missing)}")
            return []
        steps = _STEPS.fullmatch(self.options["steps"].strip())
        if not steps:
            self.note(
                f":steps: are the first and the last one, as 1-4, not “{self.options['steps']}”"
            )
            return []
        figure = animation_figure(name, self.options["alt"])
        node = figure.next_node(ui_nodes.animation)
        assert node is not None
        node["name"] = name
        node["walkthrough"] = self.options["of"]
        node["steps"] = int(steps[1]), int(steps[2])
        node["actors"] = tuple(listed(self.options.get("shows", "owner")))
        self.set_source_info(node)
        return [figure]


class PictureDirective(UiDirective):
    """`{ui:picture} images/name.png`: a still that a test records; its content is the caption."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {"alt": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Make the figure."""
        name = self.arguments[0]
        if not STILL.fullmatch(name):
            self.note(f"a picture is a .png file below images/, not “{name}”")
        if "alt" not in self.options:
            self.note("a picture needs :alt:, what somebody who can't see it should know")
        figure = still_figure(name, self.options.get("alt", ""))
        told = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, told)
        if told.children:
            figure += nodes.caption("", "", *told.children[0].children)
        return [figure]


class ShowOneStill(SphinxPostTransform):
    """Leave one still of each figure to builders that can't switch, and no animation."""

    default_priority = 5  # before Sphinx collects a builder's images

    def run(self, **kwargs: Any) -> None:
        """Take out what only HTML can show."""
        if self.app.builder.format == "html":
            return
        for node in list(self.document.findall(ui_nodes.still)):
            if _DARK in node["classes"]:
                node.parent.remove(node)
        for moving in list(self.document.findall(ui_nodes.animation)):
            moving.parent.remove(moving)


def _write_still(self: HTML5Translator, node: ui_nodes.still) -> None:
    """Write an image with its size; a browser fetches it when it is about to be seen.

    A page's first is fetched at once, if it is shown in light and dark: it is mostly the largest
    thing that a reader sees first (https://web.dev/articles/lcp-lazy-loading).
    """
    uri = node["uri"]
    attributes = {"src": _address(self, uri), "alt": node["alt"]}
    first = next(self.document.findall(nodes.image), None) is node
    at_once = first and _EITHER in node["classes"]
    attributes |= {"fetchpriority": "high"} if at_once else {"loading": "lazy"}
    size = _size(Path(self.builder.srcdir, uri.lstrip("/")))
    if size:
        attributes |= {"width": str(size[0]), "height": str(size[1])}
    else:
        logger.warning(
            "no picture “%s” yet: rtc-guide record (make figures) records it",
            uri,
            type="ui",
            location=node,
        )
    self.body.append(self.emptytag(node, "img", "\n", decoding="async", **attributes))


def _write_animation(self: HTML5Translator, node: ui_nodes.animation) -> None:
    """Write the link to the animation, which a script makes a button that plays it in place.

    Nothing moves unless its reader asks for it, and then once: WCAG 2.2.2.
    """
    self.body.append(self.starttag(node, "p", ""))
    self.body.append(
        f'<a class="play" href="{_address(self, node["uri"])}">Play the animation</a></p>\n'
    )
    raise nodes.SkipNode


def _leave(self: HTML5Translator, node: nodes.Element) -> None:
    """Write nothing more."""


def _address(self: HTML5Translator, uri: str) -> str:
    """Return the address of an image from the page being written."""
    name = self.builder.images.get(uri.lstrip("/"), Path(uri).name)
    return f"{self.builder.imgpath}/{name}"


def _size(picture: Path) -> tuple[int, int] | None:
    try:
        width, height = imagesize.get(picture)
    except (OSError, ValueError):
        return None
    return (width // _PIXELS, height // _PIXELS) if width > 0 else None


def setup_pictures(app: Sphinx) -> None:
    """Register the nodes; other builders take them for the images they are."""
    app.add_node(ui_nodes.still, html=(_write_still, _leave))
    app.add_node(ui_nodes.animation, html=(_write_animation, _leave))
    app.add_post_transform(ShowOneStill)
