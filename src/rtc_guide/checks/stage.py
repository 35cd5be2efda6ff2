"""Where one walkthrough is carried out: a notebook on the server, and a browser for each actor."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, Error, Locator, Page, ViewportSize

from rtc_guide.pages.page import Walkthrough
from rtc_guide.stacks.jupyterlab import KEEP_WAITING, LOADING, Lab, StoppingLab

# Seconds until something that should be on the screen counts as missing; and until a page that
# was just opened counts as not loading, which on a busy machine takes much longer.
PATIENCE = 20.0
PATIENCE_AT_ARRIVAL = 90.0

_WINDOW: ViewportSize = {"width": 1024, "height": 640}


@dataclass(frozen=True)
class Sight:
    """How the actors' browsers show things. `stranger` is the name of whoever has none.

    Without it the server draws one by lot.
    """

    window: ViewportSize = field(default_factory=lambda: _WINDOW)
    scale: float = 1
    stranger: str | None = None


# JupyterLab's application object is called `jupyterlab` before 4; the classic notebook has none.
_NOTEBOOK_IS_SHOWN = """() => {
  const context = (window.jupyterapp ?? window.jupyterlab)?.shell.currentWidget?.context;
  return context
    ? context.isReady && context.model.sharedModel.cells?.length > 0
    : window.Jupyter?.notebook?._fully_loaded;
}"""
_FOLDER_IS_SHOWN = """() => document.querySelector(
  ".jp-DirListing-content .jp-DirListing-item, #notebook_list .item_link")"""
_DIALOG = ".jp-Dialog"
SELECT_KERNEL = "Select Kernel"
"""The title of the dialog that asks for a notebook's kernel."""
_NOTEBOOK = ".jp-NotebookPanel, #notebook-container"


class StageError(Exception):
    """A walkthrough can't begin: its notebook does not open."""


@dataclass
class Actor:
    """Somebody with a browser of their own. `dialog` and `region` narrow where words are sought.

    `arriving` tells that their page was just opened and may still be loading, `cell` is the
    cell they went to last, and `names_seen` are those that stood at other people's cursors.
    `menu` is what they clicked last, if it opens a menu.
    `last_active` is when they last used the keyboard, by `time.monotonic`.
    """

    role: str
    page: Page
    dialog: Locator | None = None
    region: Locator | None = None
    arriving: bool = False
    cell: Locator | None = None
    menu: Locator | None = None
    names_seen: set[str] = field(default_factory=set)
    last_active: float | None = None

    @property
    def patience(self) -> float:
        """How many seconds to wait for something that this actor should see."""
        return PATIENCE_AT_ARRIVAL if self.arriving else PATIENCE

    @property
    def surroundings(self) -> Page | Locator:
        """Where this actor looks: in the dialog or region they named, else on the whole page."""
        if self.dialog and not self.dialog.is_visible():
            self.dialog = None
        return self.dialog or self.region or self.page

    @property
    def notebook(self) -> Locator:
        """The notebook in front of this actor."""
        return self.page.locator(_NOTEBOOK).filter(visible=True)


@dataclass
class Stage:
    """The running server, this walkthrough's notebook on it, and those who act.

    `saw` keeps what was read from the software in steps that have a heading for it; `telling` is
    the heading of the present step. `typist` typed last, and nobody else has been seen to have it
    since; `latency` is in how many milliseconds each key was in another person's document.
    """

    lab: Lab
    walkthrough: Walkthrough
    new_context: Callable[..., BrowserContext]
    sight: Sight = field(default_factory=Sight)
    # Where the walkthrough stops its server: that server, which is its own.
    stopping: StoppingLab | None = None
    actors: dict[str, Actor] = field(default_factory=dict)
    # It may hold the server's token, which must not reach a traceback.
    copied_link: str | None = field(default=None, repr=False)
    telling: str | None = None
    saw: dict[str, list[str]] = field(default_factory=dict)
    typist: Actor | None = None
    latency: list[float] = field(default_factory=list)

    def tell(self, what: str) -> None:
        """Keep what was read from the software, where the present step has a heading for it."""
        if self.telling:
            said = self.saw.setdefault(self.telling, [])
            # A word may be tried again, for a figure.
            if what not in said:
                said.append(what)

    @property
    def notebook(self) -> Path:
        """The notebook on the server's disk, in a folder of this walkthrough's own.

        People who leave a document are shown in it for up to half a minute, so each
        walkthrough has a document of its own.
        """
        return self.lab.root / self.walkthrough.id / Path(self.walkthrough.notebook).name

    @property
    def path(self) -> str:
        """The path of the notebook on the server."""
        return self.notebook.relative_to(self.lab.root).as_posix()

    def set_up(self) -> None:
        """Lay the notebook out, and let everybody who is there from the start come in."""
        item = self.walkthrough
        # Everybody on a server shares one workspace: an earlier walkthrough's tabs would open.
        shutil.rmtree(self.lab.workspaces, ignore_errors=True)
        self.notebook.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(item.path.parent / item.notebook, self.notebook)
        for number, (role, name) in enumerate(item.actors.items()):
            self.actors[role] = Actor(role, self._browser(name, number))
        try:
            self._enter(("owner", *item.joined))
        except Error as error:
            first = self.lab.redact(str(error)).strip().splitlines()[0]
            raise StageError(f"walkthrough “{item.id}” can't begin: {first}") from None

    def _enter(self, roles: tuple[str, ...]) -> None:
        """Open the notebook, or its folder, in the browsers of these actors."""
        item = self.walkthrough
        below = self.path if item.opened else item.id
        first, *others = (self.actors[role].page for role in roles)

        def arrive(page: Page) -> None:
            page.wait_for_function(
                _NOTEBOOK_IS_SHOWN if item.opened else _FOLDER_IS_SHOWN,
                timeout=PATIENCE_AT_ARRIVAL * 1000,
            )

        # Several pages load at once. But of people who open a notebook in the very same moment,
        # jupyter-collaboration 1 sometimes has each edit a copy of their own.
        with ExitStack() as outside:
            for page in others:
                outside.enter_context(held(page, self.lab.application.sessions))
            for page in (first, *others):
                page.goto(self.lab.url(below), wait_until="commit")
            arrive(first)
        for page in others:
            arrive(page)
        self.empty_clipboard()

    def empty_clipboard(self) -> None:
        """Forget what was copied: one clipboard serves a whole run, and old links would pass."""
        self.actors["owner"].page.evaluate("navigator.clipboard.writeText('')")

    def clipboard(self) -> str:
        """Return what the last copy left in the clipboard."""
        text: str = self.actors["owner"].page.evaluate("navigator.clipboard.readText()")
        return text

    def _browser(self, name: str | None, color: int) -> Page:
        sight = self.sight
        name = name or sight.stranger
        context = self.new_context(viewport=sight.window, device_scale_factor=sight.scale)
        context.set_default_timeout(PATIENCE * 1000)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=self.lab.origin)
        if name:
            context.add_cookies([self.lab.person_cookie(name, color)])  # type: ignore[list-item]
        page = context.new_page()
        self._attend(page)
        return page

    def _attend(self, page: Page) -> None:
        """Answer what the software may ask at any time, in this page and those it opens."""
        # Not the context's pages: a context is used again, and would do so once for each use.
        page.on("popup", self._attend)
        _keep_waiting(page)
        if self.lab.application.asks_for_kernel:
            _answer_about_kernel(page)


@contextmanager
def held(page: Page, address: str) -> Iterator[None]:
    """Let this page's requests for what begins with an address of the server wait until the end.

    Not by `Page.route`, which turns the browser's cache off.
    """
    browser = page.context.new_cdp_session(page)
    browser.send("Fetch.enable", {"patterns": [{"urlPattern": f"*/{address}*"}]})
    try:
        yield
    finally:
        browser.detach()


def _keep_waiting(page: Page) -> None:
    """Close the message that lies over a page which takes long to load."""
    page.add_locator_handler(
        page.locator(_DIALOG).filter(has_text=LOADING),
        lambda shown: shown.get_by_role("button", name=KEEP_WAITING).click(),
    )


def _answer_about_kernel(page: Page) -> None:
    """Accept the proposed kernel whenever this page asks: as it may, or not, at any arrival."""
    dialog = page.locator(_DIALOG).filter(has_text=SELECT_KERNEL)
    page.add_locator_handler(
        dialog, lambda shown: shown.get_by_role("button", name="Select", exact=True).click()
    )
