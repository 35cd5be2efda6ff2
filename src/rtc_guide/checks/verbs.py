"""What the check does at a word that is a verb: what ARIA roles alone can't say.

JupyterLab gives notebook cells, outputs and other people's cursors no role
and name of their own; their selectors are here and nowhere else. Those of one
thing stand together: of today's JupyterLab, of JupyterLab before 4 and, where
it differs, of the classic notebook.
"""

import json
import re
from time import monotonic
from urllib.parse import parse_qsl, quote, urlsplit

from playwright.sync_api import Error, Locator, Page, TimeoutError

from rtc_guide.checks import latency
from rtc_guide.checks.attempt import Attempt, action_of
from rtc_guide.checks.failure import instead_of, lines_of, names_of_all, quoted
from rtc_guide.stacks.jupyterlab import FILE_NAME, StoppingLab
from rtc_guide.stacks.processes import wait_until
from rtc_guide.stacks.versions import version_of

_EDITOR = ".cm-content, .CodeMirror-code"
_FOCUSED_EDITOR = ".cm-content:focus, .CodeMirror-focused"
_CELL = ".jp-Cell, .cell"
_OUTPUT = ".jp-OutputArea-output, .output_subarea"
_NAME_AT_CURSOR = ".jp-remote-userFlag-name, .remote-caret > div"
_NAME_UNDER_MOUSE = ".jp-remote-userInfo"
_BESIDE = 6  # pixels: less than the width of a letter
_CURSORS = ".jp-remote-cursor, .remote-caret"

# An edit that is shared is seen within a fraction of a second, on a busy machine within two; what
# is not seen after this long is not shared.
_SECONDS_UNSEEN = 5
# How long what is said to be missing may take to come, once a notebook's cells are there.
_SECONDS_ABSENT = 3
# A name at a cursor that has just moved is there within a fraction of a second, and for two.
_SECONDS_UNNAMED = 1

# The cells' sources in the document model of the notebook in front.
_SOURCES = """() => {
  const app = window.jupyterapp ?? window.jupyterlab;
  const cells = app?.shell.currentWidget?.context?.model?.sharedModel?.cells
    ?? window.Jupyter?.notebook?.get_cells() ?? [];
  return [...cells].map(cell => cell.source ?? (cell.getSource?.() ?? cell.get_text()));
}"""
# What a reader sees in an editor: the names of others may stand amid its text.
_TEXT_IN_EDITOR = f"""editor => [...editor.querySelectorAll(".cm-line, .CodeMirror-line")]
  .map(line => {{
    const copy = line.cloneNode(true);
    copy.querySelectorAll("{_CURSORS}").forEach(cursor => cursor.remove());
    return copy.textContent.replaceAll("\u200b", "");
  }}).join("\\n")"""
# Each name at another person's cursor, with whether a reader sees it (it fades by opacity).
_NAMES = f"""() => [...document.querySelectorAll("{_NAME_AT_CURSOR}")]
  .map(flag => [flag.textContent, flag.checkVisibility(
    {{opacityProperty: true, visibilityProperty: true}})])"""


@action_of("file")
def open_file(attempt: Attempt) -> None:
    """Find a file in the file browser, and open it; in a browser tab of its own, where so."""
    file = find_file(attempt)
    attempt.stage.tell(f"file “{file.inner_text().strip()}”")
    if attempt.looks:
        return
    if not attempt.stage.lab.application.own_pages:
        file.dblclick()
        return
    actor = attempt.actor
    with actor.page.context.expect_page(timeout=attempt.milliseconds) as opened:
        file.dblclick()
    actor.page, actor.arriving = opened.value, True


@action_of("menu-of")
def open_menu_of_file(attempt: Attempt) -> None:
    """Find a file in the file browser, and open its context menu."""
    file = find_file(attempt)
    attempt.stage.tell(f"context menu of the file “{file.inner_text().strip()}”")
    if not attempt.looks:
        file.click(button="right")


def find_file(attempt: Attempt) -> Locator:
    """Find the file in the file browser."""
    page, name = attempt.actor.page, attempt.word.text
    files = page.locator(FILE_NAME).filter(visible=True)
    # A file is a button since JupyterLab 4.3; its name was mere text before.
    button = page.get_by_role("listitem").get_by_role("button", name=name, exact=True)
    found = files.filter(has_text=re.compile(rf"^{re.escape(name)}$")).or_(button)
    try:
        found.first.wait_for(timeout=attempt.milliseconds)
    except TimeoutError:
        attempt.fail(instead_of(attempt.word.text, files.all_inner_texts(), "file"))
    return found.first


@action_of("tooltip")
def click_nameless(attempt: Attempt) -> None:
    """Find a nameless button by its tooltip, and click it."""
    page, tip = attempt.actor.page, attempt.word.text
    found = page.get_by_title(tip, exact=True).filter(visible=True)
    try:
        found.first.wait_for(timeout=attempt.milliseconds)
    except TimeoutError:
        attempt.fail(instead_of(tip, _tooltips(page), "tooltip"))
    if page.get_by_role("button", name=tip, exact=True).count():
        attempt.fail(f'there is a button named "{tip}": write {{ui:button}}')
    attempt.stage.tell(f"tooltip “{tip}”")
    if not attempt.looks:
        found.first.click()


def _tooltips(page: Page) -> list[str]:
    """Return the tooltips of all that is to be seen."""
    titles = page.locator("[title]").filter(visible=True)
    there: list[str] = titles.evaluate_all("all => all.map(each => each.title)")
    return there


@action_of("cell")
def go_to_cell(attempt: Attempt) -> None:
    """Find a cell by its whole source, in the document model and on the screen; click into it."""
    cell = find_cell(attempt)
    attempt.actor.cell = cell
    _measure(attempt)
    if not attempt.looks:
        # Rendered Markdown has its editor away from sight until a double click.
        editor = cell.locator(_EDITOR)
        (editor if editor.is_visible() else cell).click()


def find_cell(attempt: Attempt) -> Locator:
    """Find a cell by its whole source, in the document model and on the screen."""
    page, wanted = attempt.actor.page, attempt.word.text

    if not wait_until(lambda: wanted in sources_of(page), attempt.seconds):
        attempt.fail(instead_of(wanted, sources_of(page), "cell"))
    there = sources_of(page)
    if wanted not in there:
        # It was there for a moment only, while somebody was typing.
        attempt.fail(instead_of(wanted, there, "cell"))
    cell = attempt.actor.notebook.locator(_CELL).nth(there.index(wanted))
    editor = cell.locator(_EDITOR)
    if not wait_until(lambda: _text_in(editor) == wanted, attempt.seconds):
        attempt.fail(f'the document has the cell "{wanted}", but the screen does not show it')
    return cell


def sources_of(page: Page) -> list[str]:
    """Return the sources of the cells of the notebook in front, none where there is no notebook."""
    try:
        there: list[str] = page.evaluate(_SOURCES)
    except Error:
        # The page is being left for another at this moment.
        return []
    return there


def _text_in(editor: Locator) -> str:
    """Return what an editor shows, or nothing while there is none."""
    if not editor.count():
        return ""
    text: str = editor.first.evaluate(_TEXT_IN_EDITOR)
    return text


@action_of("type")
def type_text(attempt: Attempt) -> None:
    """Type at the end of the cell that has the focus."""
    keyboard = attempt.actor.page.keyboard
    if not attempt.actor.notebook.locator(_FOCUSED_EDITOR).count():
        attempt.fail("there is no cell to type into: name one with {ui:cell} before")
    latency.watch(actor.page for actor in attempt.stage.actors.values())
    attempt.stage.typist = attempt.actor
    keyboard.press("ControlOrMeta+End")
    keyboard.type(attempt.word.text)
    attempt.actor.last_active = monotonic()


def _measure(attempt: Attempt) -> None:
    """Once the first other person has the cell that somebody typed into, ask when each key came."""
    stage, typist = attempt.stage, attempt.stage.typist
    if typist is None or typist is attempt.actor:
        return
    typing, seeing = latency.noted_by(typist.page), latency.noted_by(attempt.actor.page)
    stage.typist = None
    if typing and seeing and any(text == attempt.word.text for _, text in typing.texts):
        stage.latency += latency.latencies(typing, seeing)


@action_of("press")
def press_keys(attempt: Attempt) -> None:
    """Press a key or a chord, such as Shift+Enter."""
    try:
        attempt.actor.page.keyboard.press(attempt.word.text)
    except Error as error:
        attempt.fail(f'"{attempt.word.text}" is no key: {error.message}')


@action_of("output")
def see_output(attempt: Attempt) -> None:
    """See an output with exactly this text: of the cell that was named last, else of any."""
    where = attempt.actor.cell or attempt.actor.notebook
    outputs = where.locator(_OUTPUT).filter(visible=True)
    wanted = re.compile(rf"^\s*{re.escape(attempt.word.text)}\s*$")
    try:
        outputs.filter(has_text=wanted).first.wait_for(timeout=attempt.milliseconds)
    except TimeoutError:
        there = [text.strip() for text in outputs.all_inner_texts()]
        attempt.fail(instead_of(attempt.word.text, there, "output"))


@action_of("saved")
def read_from_disk(attempt: Attempt) -> None:
    """Read the file on the server's disk until one of its cells is exactly this."""

    def sources() -> list[str]:
        try:
            cells = json.loads(attempt.stage.notebook.read_text(encoding="utf-8"))["cells"]
        except ValueError:
            # The server is writing the file right now.
            return []
        return ["".join(cell["source"]) for cell in cells]

    if not wait_until(lambda: attempt.word.text in sources(), attempt.seconds):
        attempt.fail(instead_of(attempt.word.text, sources(), "saved cell"))


@action_of("cursor")
def see_cursor(attempt: Attempt) -> None:
    """See another person's cursor, with this name at it.

    A name is shown only for about two seconds after its owner did something, which a slow
    machine may miss: so the others move their cursors there and back until it is seen.
    """

    def seen() -> bool:
        if there := _matching_names(attempt, visible=True):
            attempt.actor.names_seen.update(there)
            attempt.stage.tell(f"“{_lasting(there[0], attempt)}” at the cursor")
            return True
        _stir_others(attempt)
        return False

    if not wait_until(seen, attempt.seconds):
        attempt.fail(instead_of(attempt.word.text, _names(attempt, visible=True), "cursor"))


def _lasting(name: str, attempt: Attempt) -> str:
    """Return what of a name that was seen would be the same next time.

    A visitor's moon of Jupiter is drawn by lot: where the page leaves a part open, so does this.
    """
    matched = pattern_of(attempt.word.text).fullmatch(name)
    return attempt.word.text if matched and "…" in attempt.word.text else name


def _stir_others(attempt: Attempt) -> None:
    """Let everybody else who is in a cell move their cursor there and back."""
    for other in attempt.stage.actors.values():
        if other is attempt.actor or not other.notebook.locator(_FOCUSED_EDITOR).count():
            continue
        other.page.keyboard.press("ArrowLeft")
        other.page.keyboard.press("ArrowRight")
        other.last_active = monotonic()


@action_of("hovered")
def hold_mouse_at_cursor(attempt: Attempt) -> None:
    """See another person's cursor without a name, then hold the mouse beside it, and see one.

    A name that stands by itself does so for about two seconds after its owner did something: so
    the others move their cursors there and back before its absence counts.
    """
    page, wanted = attempt.actor.page, pattern_of(attempt.word.text)
    cursors = attempt.actor.notebook.locator(_CURSORS)
    names = page.locator(_NAME_UNDER_MOUSE).filter(visible=True)

    def seen() -> bool:
        for cursor in cursors.all():
            box = cursor.bounding_box()
            if not box:
                continue
            # Beside it, since the line itself does not notice the mouse; and from elsewhere,
            # since a mouse that rests is not noticed either.
            x, y = box["x"] + box["width"] + _BESIDE, box["y"] + box["height"] / 2
            page.mouse.move(0, 0)
            page.mouse.move(x, y)
            if wait_until(lambda: any(map(wanted.fullmatch, names.all_inner_texts())), 1):
                name = _lasting(names.first.inner_text(), attempt)
                attempt.stage.tell(f"“{name}” with the mouse beside the cursor")
                return True
        return False

    if not wait_until(lambda: bool(cursors.count()), attempt.seconds):
        attempt.fail("nobody else's cursor is in the notebook")
    _stir_others(attempt)
    if wait_until(lambda: bool(_names(attempt, visible=True)), _SECONDS_UNNAMED):
        standing = quoted(_names(attempt, visible=True))
        attempt.fail(f"names stand at cursors without the mouse: {standing}")
    if not wait_until(seen, attempt.seconds):
        attempt.fail(instead_of(attempt.word.text, names.all_inner_texts(), "name under the mouse"))


@action_of("faded")
def see_name_fade(attempt: Attempt) -> None:
    """See the cursor stay while the name at it goes."""

    def gone() -> bool:
        return any(
            name in attempt.actor.names_seen for name in _matching_names(attempt, visible=False)
        )

    if not wait_until(gone, attempt.seconds):
        faded = set(_names(attempt, visible=False)) & attempt.actor.names_seen
        attempt.fail(instead_of(attempt.word.text, sorted(faded), "faded cursor"))
    gone_at = monotonic()
    if not attempt.actor.notebook.locator(_CURSORS).count():
        attempt.fail(f'the cursor of "{attempt.word.text}" has gone, not only the name at it')
    active = [
        actor.last_active
        for actor in attempt.stage.actors.values()
        if actor is not attempt.actor and actor.last_active is not None
    ]
    if active:
        # By half seconds: more would tell of the machine.
        seconds = round((gone_at - max(active)) * 2) / 2
        attempt.stage.tell(f"the name is gone {seconds:g} s after the last key, the cursor stays")


def _names(attempt: Attempt, *, visible: bool) -> list[str]:
    """Return the names at other people's cursors that are, or are not any more, to be seen."""
    there: list[tuple[str, bool]] = attempt.actor.page.evaluate(_NAMES)
    return [name for name, shown in there if shown == visible]


def _matching_names(attempt: Attempt, *, visible: bool) -> list[str]:
    wanted = pattern_of(attempt.word.text)
    return [name for name in _names(attempt, visible=visible) if wanted.fullmatch(name)]


@action_of("copied")
def find_link_in_clipboard(attempt: Attempt) -> None:
    """Find a link of this form in the clipboard, and keep it for `visit`."""
    wanted = pattern_of(attempt.word.text)
    stage = attempt.stage
    if not wait_until(lambda: bool(wanted.fullmatch(stage.clipboard())), attempt.seconds):
        there = stage.clipboard()
        attempt.fail(f'no link "{attempt.word.text}" was copied; the clipboard has "{there}"')
    stage.copied_link = stage.clipboard()
    stage.tell(without_secrets(stage.copied_link, stage.walkthrough.id))
    stage.empty_clipboard()


@action_of("shown-address")
def copy_shown_address(attempt: Attempt) -> None:
    """Keep the address that this actor's browser shows, which has this form, for `visit`."""
    wanted, page, stage = pattern_of(attempt.word.text), attempt.actor.page, attempt.stage
    if not wait_until(lambda: bool(wanted.fullmatch(page.url)), attempt.seconds):
        attempt.fail(f'the browser shows no address "{attempt.word.text}" but "{page.url}"')
    stage.copied_link = page.url
    stage.tell(without_secrets(page.url, stage.walkthrough.id))


@action_of("visit")
def open_copied_link(attempt: Attempt) -> None:
    """Open the copied link in this actor's own browser."""
    link = attempt.stage.copied_link
    if not link:
        attempt.fail(
            "no link was copied yet: a step before must find it with {ui:copied} or "
            "{ui:shown-address}"
        )
    if urlsplit(link).netloc != urlsplit(attempt.stage.lab.origin).netloc:
        attempt.fail("the copied link leads to another server")
    _go(attempt, link)


@action_of("address")
def open_address(attempt: Attempt) -> None:
    """Open the notebook by the address that its path on the server gives."""
    stage = attempt.stage
    address = stage.lab.url(stage.path, shared=False)
    if not pattern_of(attempt.word.text).fullmatch(address.partition("?")[0]):
        attempt.fail(f'the address of "{stage.path}" is {address.partition("?")[0]}')
    # Without the tabs of the owner, which everybody on a lone server gets, the notebook among them.
    _go(attempt, f"{address}&reset")


def _go(attempt: Attempt, address: str) -> None:
    attempt.actor.page.goto(address, wait_until="commit")
    attempt.actor.arriving = True


@action_of("unseen")
def see_no_edit(attempt: Attempt) -> None:
    """See that a cell which somebody else's document has does not come into one's own."""
    wanted = attempt.word.text
    others = [each for each in attempt.stage.actors.values() if each is not attempt.actor]
    if not wait_until(
        lambda: any(wanted in sources_of(each.page) for each in others), attempt.seconds
    ):
        attempt.fail(f'nobody else has the cell "{wanted}", so that it could be missed here')
    if not sources_of(attempt.actor.page):
        attempt.fail("no notebook is open here, in which it could be missed")
    if wait_until(lambda: wanted in sources_of(attempt.actor.page), _SECONDS_UNSEEN):
        attempt.fail(f'the cell "{wanted}" has come, within {_SECONDS_UNSEEN} s')
    if not sources_of(attempt.actor.page):
        attempt.fail("the notebook was closed meanwhile, in which it could have come")


@action_of("absent")
def see_nothing_of_the_name(attempt: Attempt) -> None:
    """See that nothing on the page has this accessible name, tooltip or text.

    Nor gets it, once all else is there. An icon may have no name but a tooltip.
    """
    page, name = attempt.actor.page, attempt.word.text
    if not sources_of(attempt.actor.page):
        attempt.fail("no notebook is open here: name a cell of it in a step before")

    def there() -> bool:
        return name in {*names_of_all(page), *lines_of(page), *_tooltips(page)}

    if wait_until(there, _SECONDS_ABSENT):
        attempt.fail(f'"{name}" is on the screen')
    attempt.stage.tell(f"nothing called “{name}”")


@action_of("version")
def read_version(attempt: Attempt) -> None:
    """See a line of this form in which … is the version that the server runs."""
    lab, where = attempt.stage.lab, attempt.actor.surroundings
    before, dots, after = attempt.word.text.partition("…")
    if not dots:
        attempt.fail("write … where the version stands")
    wanted = f"{before}{version_of(lab.stack, lab.application.package)}{after}"
    if not wait_until(lambda: wanted in lines_of(where), attempt.seconds):
        attempt.fail(instead_of(wanted, lines_of(where), "line"))


@action_of("stops")
def stop_server(attempt: Attempt) -> None:
    """Stop this walkthrough's server."""
    _stopping_lab(attempt).stop()


@action_of("returns")
def start_server(attempt: Attempt) -> None:
    """Start this walkthrough's server again."""
    _stopping_lab(attempt).start()


def _stopping_lab(attempt: Attempt) -> StoppingLab:
    server = attempt.stage.stopping
    if not server:
        attempt.fail("this walkthrough's server was never stopped: a {ui:stops} must come before")
    return server


def without_secrets(link: str, folder: str) -> str:
    """Return a copied link without its server and token; the notebook's `folder` becomes “…”.

    What else the path says stays: JupyterLab of some versions writes `RTC%3A` before the folder.
    """
    parts = urlsplit(link)
    path = parts.path.replace(quote(folder), "…")
    query = "&".join(f"{name}=…" for name, _ in parse_qsl(parts.query, keep_blank_values=True))
    return f"{path}{'?' if query else ''}{query}{'#…' if parts.fragment else ''}"


def pattern_of(text: str) -> re.Pattern[str]:
    """Read … as some characters, but none that part a link's path, query and fragment."""
    return re.compile(r"[^?&#]+".join(re.escape(part) for part in text.split("…")))
