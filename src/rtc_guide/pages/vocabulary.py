"""The words that a page's steps may use: each role, what its text names, and what it does."""

from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Role:
    """A role of the domain `ui`.

    `does` completes the sentence "The check …" for the developers' page. `on_screen` tells
    whether the role's text names something on the screen: then it is a *UI word*.
    """

    name: str
    does: str
    on_screen: bool = True
    typeface: str = "guilabel"


ARIA_ROLES = (
    Role("button", "finds the button of this accessible name and clicks it"),
    Role("checkbox", "finds the checkbox, which is not ticked yet, and ticks it"),
    Role(
        "dialog",
        "sees the dialog of this accessible name, or of this visible title where it has no "
        "name; what follows is looked for in it while it is open",
    ),
    Role("heading", "sees the heading"),
    Role("link", "finds the link and clicks it"),
    Role("menuitem", "finds the menu item and clicks it"),
    Role(
        "region",
        "sees the region; for the rest of the step, what follows is looked for in it",
    ),
    Role("tab", "finds the tab and selects it"),
    Role("text", "sees this text, whole"),
    Role("textbox", "sees the text box"),
)

VERBS = (
    Role("absent", "sees that nothing on the page has this accessible name, tooltip or text, some "
         "seconds after the notebook's cells are there", on_screen=False),
    Role("address", "opens the notebook in the actor's own browser by the address that its path "
         "gives, which has this form", on_screen=False, typeface="literal"),
    Role("cell", "finds the notebook cell with exactly this source, in the document model and "
         "on the screen, and clicks into it; rendered Markdown is clicked as it stands",
         typeface="literal"),
    Role("copied", "finds a link of this form in the clipboard; … stands for some characters "
         "but ?, & and #", typeface="literal"),
    Role("cursor", "sees another person's cursor in the notebook, with this name at it"),
    Role("faded", "sees the other person's cursor stay while the name at it goes, which a "
         "ui:cursor before has seen"),
    Role("file", "finds the file in the file browser and opens it by a double click"),
    Role("hovered", "sees another person's cursor with no name at it, then holds the mouse beside "
         "it and sees this name"),
    Role("menu-of", "finds the file in the file browser and opens its context menu by a right "
         "click"),
    Role("output", "sees an output with exactly this text: of the cell that this actor named last, "
         "else of any", typeface="literal"),
    Role("press", "presses the key or chord", on_screen=False, typeface="kbd"),
    Role("returns", "starts the server again, at the same address", on_screen=False,
         typeface="plain"),
    Role("saved", "reads the notebook file on the server's disk until a cell has exactly this "
         "source", typeface="literal"),
    Role("shown-address", "copies the address that the actor's browser shows, which has this form; "
         "… stands for some characters but ?, & and #", typeface="literal"),
    Role("stops", "stops the server, which forgets which session its notebooks belong to; this "
         "walkthrough then has a server of its own", on_screen=False, typeface="plain"),
    Role("tooltip", "finds what has this tooltip, though no button has this accessible name, and "
         "clicks it"),
    Role("type", "types this at the end of the cell that was clicked last", on_screen=False,
         typeface="literal"),
    Role("unseen", "sees that a cell with exactly this source, which somebody else has, does not "
         "come into the actor's own notebook within 5 s", on_screen=False, typeface="literal"),
    Role("version", "sees a line of this form in which … is the version that the server runs"),
    Role("visit", "opens the copied link in the actor's own browser", on_screen=False,
         typeface="plain"),
)  # fmt: skip

VOCABULARY = {role.name: role for role in (*ARIA_ROLES, *VERBS)}


def unknown(kind: str, name: str, known: list[str]) -> str:
    """Say that `name` is no `kind`, and which known name is closest."""
    close = get_close_matches(name, known, n=1)
    hint = f"; closest: {close[0]}" if close else ""
    return f"unknown {kind} “{name}”{hint} (known: {', '.join(sorted(known))})"
