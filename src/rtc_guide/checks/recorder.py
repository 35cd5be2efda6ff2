"""Somebody who looks on while a walkthrough is carried out, and takes the pictures it asks for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import Error, Locator, Page, ViewportSize

from rtc_guide.checks.aria import find_by_role
from rtc_guide.checks.attempt import Attempt
from rtc_guide.checks.performance import try_out
from rtc_guide.checks.stage import Actor, Stage
from rtc_guide.checks.verbs import find_cell, find_file, sources_of
from rtc_guide.figures.cropping import Box, crop
from rtc_guide.figures.encoding import Still
from rtc_guide.figures.filming import Reel
from rtc_guide.figures.keeping import Picture
from rtc_guide.figures.secrecy import Secrets, secrets_of
from rtc_guide.figures.shooting import shoot, show_in
from rtc_guide.pages.page import Animation, Figure, Step, Word
from rtc_guide.pages.pictures import dark, still_of
from rtc_guide.stacks.processes import wait_until

# Wide enough for JupyterLab to show all of itself, narrow enough to be legible on a page.
WINDOW: ViewportSize = {"width": 800, "height": 520}
SCALE = 2
_WHOLE = Box(0, 0, WINDOW["width"], WINDOW["height"])
# Without the bar at the bottom, which also counts the kernels of others: only a step that is
# about that bar shows it.
_ABOVE_STATUS = Box(0, 0, WINDOW["width"], WINDOW["height"] - 24)
# Whom the walkthrough gives no name: the server would draw a moon by lot.
STRANGER = "Anonymous Io"

_CLICKED_BY_ROLE = ("button", "checkbox", "link", "menuitem", "tab")
_FILES = ("file", "menu-of")
# How much of a notebook is shown where two are side by side.
_NARROW = 400

_SECONDS = 20.0
_KERNEL_RESTS = """() => {
  const session = window.jupyterapp?.shell.currentWidget?.context?.sessionContext;
  return !session || session.kernelDisplayStatus === "idle";
}"""
# JupyterLab works out whether a cell's toolbar finds room when the cell becomes the active one,
# which on some days is before its side bar is there. Here it does so again.
_PLACE_TOOLBAR = """async () => {
  window.jupyterapp?.shell.currentWidget?.content?.activeCell?.displayChanged?.emit();
  await new Promise(done => requestIdleCallback(done));
}"""
_IS_SAVED = "() => !window.jupyterapp?.shell.currentWidget?.context?.model?.dirty"


@dataclass(frozen=True)
class Recorded:
    """A picture with the figure or the animation that asked for it."""

    name: str
    picture: Picture
    asked: Figure | Animation


class Recorder:
    """Takes the stills and animations of a walkthrough; `recorded` is what it has.

    `wanted` tells which of the pictures, by name, are to be taken.
    """

    def __init__(
        self, stage: Stage, animations: Iterable[Animation], wanted: Callable[[str], bool]
    ) -> None:
        self._stage = stage
        self._wanted = wanted
        self._stills: dict[str, Recorded] = {}
        self._reels = {each: Reel(_labels(each, stage)) for each in animations if wanted(each.name)}
        self._count = 0
        self._step: Step | None = None
        self._ring: Locator | None = None
        self._focus: list[Locator] = []
        self._names_cursor = False
        self._server_was_stopped = False
        # Who typed last, in the time of the animations: the others see the name at their cursor.
        self._active: Actor | None = None

    @property
    def place(self) -> tuple[Path, int]:
        """The page and the line of the step that began last, else of the walkthrough."""
        at = self._step or self._stage.walkthrough
        return at.path, at.line

    @property
    def recorded(self) -> list[Recorded]:
        """What was taken."""
        films = []
        for each, reel in self._reels.items():
            films.append(Recorded(each.name, reel.film(), each))
            films.append(Recorded(still_of(each.name), reel.still(), each))
        return [*self._stills.values(), *films]

    def begin(self, step: Step, actor: Actor) -> None:
        """Look at a new step."""
        self._count += 1
        self._step = step
        self._ring, self._focus, self._names_cursor = None, [], False

    def try_out(self, attempt: Attempt) -> None:
        """Have a word tried, and take the pictures that are due before and after it."""
        target = self._target(attempt)
        rolling = self._rolling()
        if rolling and not rolling[0].frames:
            self._film(rolling)
        if target and not attempt.looks:
            self._ring = target if attempt.word.role != "cell" else None
            figure = self._figure()
            if figure and self._ring and not figure.after:
                self._take(figure, attempt.actor)
            self._film_pointing(attempt, target)
        if attempt.word.role == "type" and rolling:
            self._film_typing(attempt, rolling)
        else:
            try_out(attempt)
        if attempt.word.role == "cell" and not attempt.looks:
            # The click went into the middle of a line, of which the window shows little.
            attempt.actor.page.keyboard.press("ControlOrMeta+End")
        self._server_was_stopped |= attempt.word.role == "stops"
        self._look_at(attempt, target)
        if attempt.word.role not in ("visit", "type"):
            self._film(rolling)
        self._active = None

    def end(self) -> None:
        """Take the picture that is due after the step."""
        figure = self._figure()
        if figure and (figure.after or figure.name not in self._stills):
            assert self._step is not None
            self._take(figure, self._stage.actors[self._step.actor])

    def _figure(self) -> Figure | None:
        figure = self._step.figure if self._step else None
        return figure if figure and self._wanted(figure.name) else None

    def _target(self, attempt: Attempt) -> Locator | None:
        """Find what a word is about to click, if it does."""
        role = attempt.word.role
        if role in _FILES:
            return find_file(attempt)
        if role == "cell":
            return find_cell(attempt)
        if role in _CLICKED_BY_ROLE:
            found = find_by_role(attempt)
            chosen = role == "tab" and found.get_attribute("aria-selected") == "true"
            return None if chosen else found
        return None

    def _look_at(self, attempt: Attempt, target: Locator | None) -> None:
        """Keep what the step is about, to crop its picture to."""
        actor, word = attempt.actor, attempt.word
        if word.role in ("cursor", "faded"):
            self._names_cursor = word.role == "cursor"
            self._focus.append(actor.page.locator(".jp-Cell:has(.jp-remote-cursor)").first)
        elif word.role in ("text", "heading", "textbox", "tab", "link"):
            if not (actor.dialog and actor.dialog.is_visible()):
                self._focus.append(_seen(attempt))
        elif word.role == "region" and actor.region:
            self._focus.append(actor.region)
        elif word.role in ("cell", "output") and actor.cell:
            self._focus.append(actor.cell)
        elif word.role in _FILES and target:
            self._focus.append(target)

    def _take(self, figure: Figure, actor: Actor) -> None:
        """Take the still of a figure in light and in dark."""
        page = actor.page
        ring = _box(self._ring)
        boxes = [] if figure.whole else self._boxes(actor, ring)
        low = any(box.bottom > _ABOVE_STATUS.bottom for box in boxes)
        part = crop(boxes, _WHOLE if low or not _is_lab(page) else _ABOVE_STATUS)
        for scheme, name in (("light", figure.name), ("dark", dark(figure.name))):
            show_in(page, scheme)
            self._rest(actor)
            # A name that the step is about was seen just now, and may have faded meanwhile.
            image = shoot(page, self._secrets(), part, ring, names=self._names_cursor)
            self._stills[name] = Recorded(name, Still(image), figure)
        show_in(page, "light")

    def _boxes(self, actor: Actor, ring: Box | None) -> list[Box]:
        around = list(self._focus)
        if actor.dialog and actor.dialog.is_visible():
            # The dialog itself is as large as the window, which it darkens.
            around = [actor.dialog.locator(".jp-Dialog-content")]
        if self._ring:
            around.append(self._ring.locator("xpath=ancestor::*[@role='menu'][1]"))
        boxes = [box for each in around if (box := _box(each))]
        return [*boxes, ring] if ring else boxes

    def _secrets(self) -> Secrets:
        words = " ".join(word.text for word in self._stage.walkthrough.words)
        names = " ".join(name for name in self._stage.walkthrough.actors.values() if name)
        return secrets_of(self._stage.lab.token, self._stage.lab.port, f"{words} {names}")

    def _rest(self, actor: Actor) -> None:
        """Wait until nothing is about to change: the kernel is idle, the file is saved."""
        actor.page.evaluate(_PLACE_TOOLBAR)
        if self._server_was_stopped:
            return
        for rests in (_KERNEL_RESTS, _IS_SAVED):
            actor.page.wait_for_function(rests, timeout=_SECONDS * 1000)

    def _rolling(self) -> list[Reel]:
        return [reel for each, reel in self._reels.items() if self._is_in(each)]

    def _is_in(self, animation: Animation) -> bool:
        first, last = animation.steps
        return first <= self._count <= last

    def _film(self, reels: list[Reel], *, letter: bool = False) -> None:
        for each, reel in self._reels.items():
            if reel in reels:
                windows = self._windows(each)
                reel.show_letter(windows) if letter else reel.show(windows)

    def _film_typing(self, attempt: Attempt, reels: list[Reel]) -> None:
        self._active = attempt.actor
        for letter in attempt.word.text:
            word: Word = replace(attempt.word, text=letter)
            try_out(replace(attempt, word=word))
            self._film(reels, letter=True)
        self._film(reels)

    def _film_pointing(self, attempt: Attempt, target: Locator) -> None:
        for each, reel in self._reels.items():
            if not self._is_in(each) or attempt.actor.role not in each.actors:
                continue
            self._film([reel])
            box = _box(target)
            if not box:
                continue
            part = self._part(each, attempt.actor)
            ringed = None
            if attempt.word.role != "cell":
                ringed = shoot(attempt.actor.page, self._secrets(), part, box, names=False)
            # A cell is wide: where its text begins.
            x = min(box.x + box.width / 2, box.x + 140)
            y = box.y + box.height / 2
            reel.point(each.actors.index(attempt.actor.role), x - part.x, y - part.y, ringed)

    def _windows(self, animation: Animation) -> list[Image.Image]:
        """Return what the actors' windows show, once it is the same twice."""
        actors = [self._stage.actors[role] for role in animation.actors]
        there = [actor for actor in actors if actor.page.url.startswith("http")]
        for actor in there:
            actor.page.wait_for_function(_KERNEL_RESTS, timeout=_SECONDS * 1000)
        if len(there) > 1:
            # What one typed has reached the other.
            wait_until(lambda: len({str(sources_of(actor.page)) for actor in there}) == 1, _SECONDS)
        images = [self._window(animation, actor) for actor in actors]

        def rested() -> bool:
            nonlocal images
            before, images = images, [self._window(animation, actor) for actor in actors]
            pairs = zip(before, images, strict=True)
            return not any(ImageChops.difference(old, new).getbbox() for old, new in pairs)

        wait_until(rested, _SECONDS)
        return images

    def _window(self, animation: Animation, actor: Actor) -> Image.Image:
        named = self._active is not None and actor is not self._active
        part = self._part(animation, actor)
        return shoot(actor.page, self._secrets(), part, names=named)

    def _part(self, animation: Animation, actor: Actor) -> Box:
        """Return what is shown of a window: all of it, or the notebook beside another."""
        if len(animation.actors) == 1:
            return _ABOVE_STATUS
        return Box(WINDOW["width"] - _NARROW - 32, 58, _NARROW, 330)


def _is_lab(page: Page) -> bool:
    return bool(page.evaluate("!!window.jupyterapp"))


def _labels(animation: Animation, stage: Stage) -> tuple[str, ...]:
    if len(animation.actors) == 1:
        return ()
    named = stage.walkthrough.actors
    return tuple(named.get(role) or role.capitalize() for role in animation.actors)


def _seen(attempt: Attempt) -> Locator:
    where, word = attempt.actor.surroundings, attempt.word
    if word.role == "text":
        return where.get_by_text(word.text, exact=True).filter(visible=True).first
    return find_by_role(attempt)


def _box(element: Locator | None) -> Box | None:
    """Return where an element is, or nothing where it is gone."""
    if element is None or not element.count():
        return None
    try:
        found = element.first.bounding_box()
    except Error:
        return None
    return Box(found["x"], found["y"], found["width"], found["height"]) if found else None
