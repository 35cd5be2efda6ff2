"""What no picture may show: a server's token or port, this machine's name and user."""

import getpass
import re
import socket
from dataclasses import dataclass, field

# So many characters of a token in a row are more than chance, and more than a picture may tell.
_TELLING = 4


class SecretShown(Exception):
    """A picture would show what must not be in it; the message says what, without showing it."""


@dataclass(frozen=True)
class Secrets:
    """What must not be read in a picture. `declared` is what the page itself names."""

    token: str = field(repr=False)
    port: int
    host: str
    user: str
    declared: str = ""

    def refuse(self, text: str) -> None:
        """Let a text pass that may be in a picture.

        Raises `SecretShown` for a part of the token, for the port, and for this machine's or
        its user's name, where they are no words that the page uses anyhow.
        """
        if self._has_part_of_token(text):
            raise SecretShown("the screen shows a part of the server's token")
        if re.search(rf"(?<!\d){self.port}(?!\d)", text):
            raise SecretShown("the screen shows the server's port")
        for what, name in (("name", self.host), ("user's name", self.user)):
            if name and _has_word(name, text) and not _has_word(name, self.declared):
                raise SecretShown(f"the screen shows this machine's {what}")

    def veiled(self, text: str) -> str:
        """Take out the beginning of the token that JupyterLab's own boxes show."""
        for length in range(len(self.token), 0, -1):
            begins = f"token={self.token[:length]}"
            if begins in text:
                return text.replace(begins, "token=")
        return text

    def _has_part_of_token(self, text: str) -> bool:
        parts = (self.token[at : at + _TELLING] for at in range(len(self.token) - _TELLING + 1))
        return any(part in text for part in parts)


def secrets_of(token: str, port: int, declared: str) -> Secrets:
    """Return what must not be read in pictures that are taken on this machine."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = ""  # whoever has no account has no name, either
    return Secrets(token, port, socket.gethostname(), user, declared)


def _has_word(word: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE))
