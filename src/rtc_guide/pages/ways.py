"""The ways of sharing that claims are about, in the order in which tables show them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Way:
    """A way of letting somebody into a Jupyter server: its id, a heading, a sentence."""

    id: str
    heading: str
    told: str


RECOMMENDED = "recommended"
NO_HUB = "token-link"
HUB = "hub"

WAYS = {
    way.id: way
    for way in (
        Way(
            RECOMMENDED,
            "Recommended",
            "a group account with the settings that this guide recommends",
        ),
        Way(
            "group-account",
            "Group account",
            "an account that stands for a group, as JupyterHub’s tutorial sets it up",
        ),
        Way(
            "share",
            "Hub share",
            "access given through JupyterHub’s shares, to a named person or by a code",
        ),
        Way(
            "hub-link",
            "Hub link",
            "the sharing dialog’s link on a JupyterHub, as it is by default",
        ),
        Way(
            "hub-token-link",
            "Hub link with token",
            "the same with the token in it, on a hub that lets tokens in addresses in, "
            "as all did in 2023",
        ),
        Way(
            NO_HUB,
            "Link with token, no hub",
            "the sharing dialog’s link with the token in it, of a JupyterLab started alone",
        ),
    )
}
"""The ways, by id."""

# What a claim about the hub itself, however people share, is tried on.
THE_HUB = Way(HUB, "Any hub", "a JupyterHub, however people share on it")

TOGETHER = "together"
APART = "apart"

EDITING = {
    way.id: way
    for way in (
        Way(
            TOGETHER,
            "Together",
            "everybody edits one notebook with real-time collaboration",
        ),
        Way(
            APART,
            "Without RTC",
            "everybody has a copy of the file open, as in a JupyterLab without RTC, and saves it",
        ),
    )
}
"""The ways of working on one file, which claims about damage are tried on, by id."""

EVERY = {**WAYS, **EDITING, HUB: THE_HUB}
"""All that claims can be tried on, by id."""
