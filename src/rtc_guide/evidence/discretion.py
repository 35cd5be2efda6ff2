"""Keeping out of the evidence what is nobody's business: secrets, and what is of one machine."""

import re
from collections.abc import Iterable

LENGTH = 600
"""How many characters of a text are kept."""

# The first that matches at a place counts, so that a secret in an address goes with its name.
_PRIVATE = (
    # A parameter that lets somebody in.
    (re.compile(r"(?i)\b((?:token|code|password|_xsrf|secret)=)(?!…)[^\s&#\"'“”]+"), r"\1…"),
    (re.compile(r"(?i)\b(authorization:|bearer|token|cookie:)(\s+)(?!…)[\w~+/.=-]{16,}"), r"\1\2…"),
    # The identity of a session, a share or a kernel.
    (re.compile(r"(?i)\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "…"),
    # What looks random: long, and without anything that a word of the screen would have.
    (re.compile(r"(?i)\b[0-9a-f]{20,}\b"), "…"),
    (re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{32,}\b"), "…"),
    # Who and where this machine is.
    (
        re.compile(r"(?i)(?:[\w.-]+@)?(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])(?::\d+)?"),
        "…",
    ),
    (re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])(?::\d+)?"), "…"),
    (re.compile(r"(?<=[\w.\]-]):\d{4,5}\b"), ""),
    (re.compile(r"(?i)\bport\s+\d+\b"), "port …"),
    # Files: of a POSIX system below the folders that hold people's, of Windows, and addresses.
    (re.compile(r"(?i)\bfile:/+[^\s\"'“”]*"), "…"),
    (
        re.compile(
            r"(?<![\w…])/(?:tmp|home|root|var|users|opt|srv|mnt|media|usr|etc|run|private|work"
            r"|app|data|builds?|github|workspaces?|volumes|proc|nix)(?:/[^\s\"'“”:,;]*)?(?![\w…])",
            re.IGNORECASE,
        ),
        "…",
    ),
    (re.compile(r"\b[A-Za-z]:[\\/][^\s\"'“”]*"), "…"),
    (re.compile(r"(?<!\w)~[\w.-]*/[^\s\"'“”]*"), "…"),
)
# Accounts of machines, not of people; also words that a screen may show.
_NOBODY = frozenset({"root", "user", "runner", "admin", "jovyan", "jupyter", "vscode"})


def cleaned(text: str, people: Iterable[str] = ()) -> str:
    """Take secrets, ports, addresses, absolute paths and the names of `people` out of a text.

    `people` are the accounts of this machine; those that stand for nobody, such as root, stay.
    The text becomes one line of at most `LENGTH` characters.
    """
    text = _without_private(" ".join(text.split()))
    for person in people:
        if len(person) > 1 and person.lower() not in _NOBODY:
            text = re.sub(rf"(?i)(?<!\w){re.escape(person)}(?!\w)", "…", text)
    # A word that was cut may look like something else than the whole one.
    return text if len(text) <= LENGTH else _without_private(f"{text[: LENGTH - 1]}…")


def _without_private(text: str) -> str:
    before = None
    # What is taken out may leave neighbours that, together, are to be taken out too.
    while text != before:
        before = text
        for pattern, instead in _PRIVATE:
            text = pattern.sub(instead, text)
    return text


def indiscretion_in(text: str) -> str | None:
    """Return what `cleaned` would take out of a text, where there is any."""
    for pattern, instead in _PRIVATE:
        for match in pattern.finditer(text):
            if match[0] != match.expand(instead):
                return match[0]
    return None
