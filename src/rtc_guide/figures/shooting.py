"""Taking a still of what an actor sees: ringed, cropped, in light or dark, without secrets."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image
from playwright.sync_api import Page

from rtc_guide.figures.cropping import Box
from rtc_guide.figures.secrecy import Secrets

SCHEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}

# By which Chromium paints the same pixels each time.
STEADY_FLAGS = (
    "--num-raster-threads=1",
    "--disable-partial-raster",
    "--disable-checker-imaging",
    "--disable-image-animation-resync",
)

_CHANGE_THEME = """async theme => {
  if (window.jupyterapp)
    await window.jupyterapp.commands.execute("apputils:change-theme", { theme });
}"""
_THEME_IS_SHOWN = """theme => !window.jupyterapp
  || document.body.dataset.jpThemeName === theme"""

# A popover is above everything else, dialogs too. Orange is seen on white and on black.
_RING = """([x, y, width, height]) => {
  const ring = document.createElement("div");
  ring.id = "rtc-guide-ring";
  ring.popover = "manual";
  ring.style.cssText = `position: fixed; inset: auto; left: ${x}px; top: ${y}px;
    width: ${width}px; height: ${height}px; margin: 0; padding: 0; overflow: visible;
    box-sizing: border-box; border: 3px solid #e8590c; border-radius: 8px;
    background: none; pointer-events: none`;
  document.body.append(ring);
  ring.showPopover();
}"""
_UNRING = """() => document.getElementById("rtc-guide-ring")?.remove()"""
_SPACE_IN_RING = 5

# In the way in which jupyter-collaboration lets a name fade, two seconds after its owner's last
# key; how soon after it a picture is taken depends on the machine.
_NAMES = {
    True: ".jp-remote-userFlag { opacity: 1 !important }",
    False: ".jp-remote-userFlag { opacity: 0 !important }",
}

# The count of all kernels on the server, those of other walkthroughs too.
_UNCOUNTED = ".jp-StatusBar-Left > :first-child { visibility: hidden }"

# How soon after a key a notebook is saved, which the sign on its tab tells, depends on the machine.
_SAVED_OR_NOT = ".lm-TabBar-tabCloseIcon { visibility: hidden }"

# Whether a cell had the keyboard before anybody clicked depends on how soon the page was there.
_UNFOCUSED = ".jp-Cell { outline: none !important }"

# All that can be read: texts, what boxes hold, and which words a mouse or an empty box tells.
_READABLE = """() => [
  document.body.innerText,
  ...[...document.querySelectorAll("input, textarea")]
    .filter(box => box.checkVisibility()).flatMap(box => [box.value, box.placeholder]),
].join("\\n")"""
_VALUES = """() => [...document.querySelectorAll("input, textarea")].map(box => box.value)"""
_FILL = """values => [...document.querySelectorAll("input, textarea")].forEach(
  (box, number) => { if (box.value !== values[number]) box.value = values[number] })"""


def show_in(page: Page, scheme: str) -> None:
    """Have JupyterLab show itself in a colour scheme, by its own setting."""
    theme = SCHEMES[scheme]
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.evaluate(_CHANGE_THEME, theme)
    page.wait_for_function(_THEME_IS_SHOWN, arg=theme)


def shoot(
    page: Page,
    secrets: Secrets,
    part: Box,
    ring: Box | None = None,
    *,
    names: bool = False,
) -> Image.Image:
    """Take a still of a part of the window, with a ring around a box of it.

    `names` shows the names at others' cursors, which otherwise are as they are after a while.

    Raises `SecretShown` where it would show what must not be in a picture.
    """
    with _veiled(page, secrets), _ringed(page, ring):
        secrets.refuse(page.evaluate(_READABLE))
        taken = page.screenshot(
            clip={"x": part.x, "y": part.y, "width": part.width, "height": part.height},
            animations="disabled",
            caret="hide",
            style=_UNCOUNTED + _SAVED_OR_NOT + _UNFOCUSED + _NAMES[names],
        )
    return Image.open(io.BytesIO(taken)).convert("RGB")


@contextmanager
def _veiled(page: Page, secrets: Secrets) -> Iterator[None]:
    """Take the beginning of the token, which the box of a link shows, out for a moment."""
    values: list[str] = page.evaluate(_VALUES)
    veiled = [secrets.veiled(value) for value in values]
    if veiled == values:
        yield
        return
    page.evaluate(_FILL, veiled)
    try:
        yield
    finally:
        page.evaluate(_FILL, values)


@contextmanager
def _ringed(page: Page, ring: Box | None) -> Iterator[None]:
    if ring is None:
        yield
        return
    box = ring.grown(_SPACE_IN_RING)
    # At an edge of the window the ring is still seen whole.
    x, y = max(box.x, 1), max(box.y, 1)
    page.evaluate(_RING, [x, y, box.right - x, box.bottom - y])
    try:
        yield
    finally:
        page.evaluate(_UNRING)
