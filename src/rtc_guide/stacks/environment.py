"""A stack's pinned requirements, and the environment that is made of them."""

import hashlib
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path
from uv import find_uv_bin

from rtc_guide.software import DeclarationError, folders_of, read_declaration
from rtc_guide.stacks.base_python import BasePython, base_python, is_root

# Where root's environments are: `/root` is closed to the users of a JupyterHub's servers.
_FOR_EVERY_USER = Path("/var/cache")


class StackError(Exception):
    """The stack can't be used as asked; the message tells what to do."""


@dataclass(frozen=True)
class Stack:
    """Pinned versions of real software, named after the product they are for."""

    name: str
    requirements: Path

    @property
    def digest(self) -> str:
        """Identify the pins together with the system that they are installed for."""
        told = sys.platform.encode() + self.requirements.read_bytes()
        return hashlib.sha256(told).hexdigest()[:12]


def find_stack(name: str | None, root: Path) -> Stack:
    """Find the pins of a stack: of the project at `root`, else those that this package brings.

    Without a name it is the newest. Raises `StackError`, with the known names, where there is none,
    and for one that is declared and has no pins yet.
    """
    try:
        declared = read_declaration(root)
    except DeclarationError as error:
        raise StackError(str(error)) from error
    name = name or declared.newest
    for folder in folders_of(root):
        requirements = folder / f"{name}.txt"
        if requirements.is_file():
            return Stack(name, requirements)
    if name in declared.stacks:
        raise StackError(
            f"the stack “{name}” is declared but not pinned yet. Run: "
            f"python -m rtc_guide.stacks.locking {name} (in the guide: make stacks ARGS={name})"
        )
    known = sorted({path.stem for folder in folders_of(root) for path in folder.glob("*.txt")})
    raise StackError(f"there is no stack “{name}”; known: {', '.join(known) or 'none'}")


def environments_folder() -> Path:
    """Return where environments are kept: `RTC_GUIDE_STACKS`, else a cache folder.

    Root's is one that every user can read, where the system has such a place.
    """
    chosen = os.environ.get("RTC_GUIDE_STACKS")
    if chosen:
        return Path(chosen).resolve()
    if is_root() and os.access(_FOR_EVERY_USER, os.W_OK):
        return _FOR_EVERY_USER / "rtc-guide" / "stacks"
    return user_cache_path("rtc-guide") / "stacks"


def python_of(stack: Stack) -> Path:
    """Return the Python of the stack's environment, which is made first where it is missing.

    Raises `StackError` where the pinned packages can't be installed.
    """
    base = base_python()
    folder = environments_folder() / f"{stack.name}-py{_dotted(base)}-{stack.digest}"
    python = _python_in(folder)
    if python.exists():
        return python
    _make_folder(folder.parent)
    print(f"Installing the stack {stack.name} (once) …", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{stack.name}-") as making:
        made = Path(making) / "environment"
        _uv("venv", "--python", base.executable, made, stack=stack)
        # Compiled here: users of a hub's servers can't write here, and would compile each time.
        _uv(
            "pip", "install", "--python", _python_in(made), "--compile-bytecode",
            "-r", stack.requirements, stack=stack,
        )  # fmt: skip
        try:
            made.rename(folder)
        except OSError:
            # Another process was faster; its environment is as good.
            if not python.exists():
                raise
    return python


def _make_folder(folder: Path) -> None:
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        if is_root():
            # Whatever root's own umask: others shall read what is installed.
            path.chmod(0o755)


def _dotted(base: BasePython) -> str:
    return ".".join(map(str, base.version))


def _python_in(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _uv(*arguments: str | Path, stack: Stack) -> None:
    done = subprocess.run(
        [find_uv_bin(), "--quiet", *arguments],
        capture_output=True,
        text=True,
        check=False,
        # As in `_make_folder`; -1 leaves the umask as it is.
        umask=0o022 if is_root() else -1,
    )
    if done.returncode:
        raise StackError(
            f"the stack {stack.name} can't be installed from {stack.requirements}:\n"
            f"{done.stderr.strip()}\nCheck the pins and the connection to the package index."
        )
