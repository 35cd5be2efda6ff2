"""The Python that a stack's environment is made with: one that the servers' users can run.

A JupyterHub that runs as root gives each server a user id of its own. Such a server can't
execute a Python below a folder that only root may enter, as `/root` is, and that is where pyenv
and uv put root's Pythons.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from uv import find_uv_bin

OLDEST = (3, 11)
"""The oldest Python that the stacks are pinned for."""

# Nobody has it, so no file lets it in by name: what it can do, every uid can. Below 65536, where
# the ids end that a container without real root has.
ANY_UID = 64_999

# Parts of Python that its builders may leave out and that a stack needs.
_NEEDS = "ctypes, hashlib, lzma, sqlite3, ssl, venv, zlib"


@dataclass(frozen=True)
class BasePython:
    """An interpreter, its version (major, minor), and whether every uid can run it."""

    executable: Path
    version: tuple[int, int]
    for_every_uid: bool


def is_root() -> bool:
    """Tell whether we may start processes under other user ids."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


@cache
def base_python() -> BasePython:
    """Choose the Python of the stacks: the running one, or as root one that every uid can run.

    Where root finds none that every uid can run it is the running one again, and
    `for_every_uid` is false.

    Other Pythons of the machine are tried, those of the running one's version first. A copy of
    the running one would be no better: a shared `libpython` is found by its old place, in the
    folder that is closed.
    """
    own = BasePython(Path(sys.executable), sys.version_info[:2], for_every_uid=False)
    if not is_root():
        return own
    for executable, version in _candidates():
        if runs_for_every_uid(executable, f"import {_NEEDS}"):
            return BasePython(executable, version, for_every_uid=True)
    return own


def runs_for_every_uid(python: Path, code: str) -> bool:
    """Tell, as root, whether a Python can run the code under a user id that nobody has.

    Trying is the only sure way: a file's mode says nothing of the folders above it, of the
    libraries that it loads, of mount options, nor of the ids that a container has.
    """
    try:
        done = subprocess.run(
            [python, "-I", "-c", code],
            user=ANY_UID,
            group=ANY_UID,
            extra_groups=[],
            cwd="/",
            env={},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _candidates() -> Iterator[tuple[Path, tuple[int, int]]]:
    running = sys.version_info[:2]
    # Not `sys.executable`: in a virtual environment that is a link, and its packages come along.
    yield Path(getattr(sys, "_base_executable", sys.executable)), running
    others = [found for found in _installed() if found[1] >= OLDEST]
    yield from sorted(others, key=lambda found: (found[1] != running, found[1]))


def _installed() -> Iterator[tuple[Path, tuple[int, int]]]:
    listed = subprocess.run(
        [find_uv_bin(), "python", "list", "--only-installed", "--output-format=json"],
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        return
    for found in json.loads(listed.stdout):
        version = found["version_parts"]
        # A version of CPython with letters in it is a preview; a variant has no GIL, or debugs.
        if (
            found["implementation"] == "cpython"
            and found["variant"] == "default"
            and found["version"].replace(".", "").isdigit()
        ):
            yield Path(found["path"]), (version["major"], version["minor"])
