"""Licences that installed packages ask to be handed on with files of theirs."""

import re
from collections.abc import Iterable
from importlib.metadata import distribution

FILE = "LICENSES.txt"
"""What a folder of the site has them in."""

# Not the `third-party-licenses.json` of packed JavaScript, which is handed on where it lies.
_LICENCE = re.compile(r"LICEN[CS]E|COPYING|NOTICE")


class LicenceMissing(Exception):
    """A package has no licence to hand on; the message names it."""


def licences_of(packages: Iterable[str]) -> str:
    """Return the licences of installed packages, one after the other. Raises `LicenceMissing`."""
    return joined(_licence_of(package) for package in packages)


def joined(parts: Iterable[str]) -> str:
    """Return texts as one, with a line between them."""
    return f"\n\n{'-' * 80}\n\n".join(part.strip() for part in parts) + "\n"


def _licence_of(package: str) -> str:
    found = distribution(package)
    files = sorted(each for each in found.files or () if _LICENCE.search(each.name))
    if not files:
        raise LicenceMissing(f"{package} is installed without a licence that could be handed on")
    texts = [each.read_text("utf-8").strip() for each in files]
    return "\n\n".join([f"{found.name} {found.version}", *texts])
