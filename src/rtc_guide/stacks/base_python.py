"""The Python that a stack's environment is made with: one that the servers' users can run.

A JupyterHub that runs as root gives each server a user id of its own. Such a server can't
execute a Python below a folder that only root may enter, as `/root` is, and that is where pyenv
and uv put root's Pythons.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OLDEST = (3, 11)
"""The oldest Python that the stacks are pinned for."""

# Nobody has it, so no file lets it in by name: what it can do, every uid can. Below 65536, where
# the ids end that a container without real root has.
ANY_UID = 64_999

# Parts of Python that its builders may leave out and that a stack needs.
_NEEDS = "ctypes, hashlib, lzma, sqlite3, ssl, sys, zlib"
_TELL_VERSION = "print(*sys.version_info[:2])"


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

    The machine's other Pythons are tried, those of the running one's version first. A copy of
    the running one would be no better: a shared `libpython` is found by its old place, in the
    folder that is closed.
    """
    if is_root():
        for executable in _candidates():
            said = run_for_every_uid(executable, f"import {_NEEDS}; {_TELL_VERSION}")
            if said is not None:
                major, minor = map(int, said.split())
                if (major, minor) >= OLDEST:
                    return BasePython(executable, (major, minor), for_every_uid=True)
    return BasePython(Path(sys.executable), sys.version_info[:2], for_every_uid=False)


def run_for_every_uid(python: Path, code: str) -> str | None:
    """Run code in a Python, as root under a user id that nobody has; return what it printed.

    Returns None where it can't be run or fails. Trying is the only sure way: a file's mode says
    nothing of the folders above it, of the libraries that it loads, of mount options, nor of the
    ids that a container has.
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
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=60,
            check=True,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return done.stdout


def _candidates() -> Iterator[Path]:
    # Not `sys.executable`: in a virtual environment that is a link, and its packages come along.
    yield Path(getattr(sys, "_base_executable", sys.executable))
    # uv's own search also asks what can't be run, such as pyenv's many shims, and takes seconds.
    folders = [*os.get_exec_path(), *os.defpath.split(os.pathsep), "/usr/local/bin"]
    for name in (f"python3.{sys.version_info.minor}", "python3"):
        yield from (path for folder in folders if (path := Path(folder, name)).is_file())
