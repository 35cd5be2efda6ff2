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

NEWEST = "lab-4.6"

# Where this project's own pins are: in the installed package, or in a checkout of the source.
_OWN_PINS = (Path(__file__).with_name("pins"), Path(__file__).parents[3] / "stacks")


class StackError(Exception):
    """The stack can't be used as asked; the message tells what to do."""


@dataclass(frozen=True)
class Stack:
    """Pinned versions of real software, named after the product they are for."""

    name: str
    requirements: Path

    @property
    def digest(self) -> str:
        """Identify the pins together with the Python that they are installed for."""
        told = f"{sys.version_info[:2]}{sys.platform}".encode() + self.requirements.read_bytes()
        return hashlib.sha256(told).hexdigest()[:12]


def find_stack(name: str, root: Path) -> Stack:
    """Find `stacks/<name>.txt` of the project at `root`, else the one that this package brings.

    Raises `StackError`, with the known names, where there is none.
    """
    folders = (root / "stacks", *_OWN_PINS)
    for folder in folders:
        requirements = folder / f"{name}.txt"
        if requirements.is_file():
            return Stack(name, requirements)
    known = sorted({path.stem for folder in folders for path in folder.glob("*.txt")})
    raise StackError(f"there is no stack “{name}”; known: {', '.join(known) or 'none'}")


def environments_folder() -> Path:
    """Return where environments are kept: `RTC_GUIDE_STACKS`, else the user's cache folder."""
    chosen = os.environ.get("RTC_GUIDE_STACKS")
    return Path(chosen).resolve() if chosen else user_cache_path("rtc-guide") / "stacks"


def python_of(stack: Stack) -> Path:
    """Return the Python of the stack's environment, which is made first where it is missing.

    Raises `StackError` where the pinned packages can't be installed.
    """
    folder = environments_folder() / f"{stack.name}-{stack.digest}"
    python = _python_in(folder)
    if python.exists():
        return python
    folder.parent.mkdir(parents=True, exist_ok=True)
    print(f"Installing the stack {stack.name} (once) …", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{stack.name}-") as making:
        made = Path(making) / "environment"
        _uv("venv", "--python", sys.executable, made, stack=stack)
        _uv(
            "pip", "install", "--python", _python_in(made), "-r", stack.requirements, stack=stack
        )  # fmt: skip
        try:
            made.rename(folder)
        except OSError:
            # Another process was faster; its environment is as good.
            if not python.exists():
                raise
    return python


def _python_in(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _uv(*arguments: str | Path, stack: Stack) -> None:
    done = subprocess.run(
        [find_uv_bin(), "--quiet", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StackError(
            f"the stack {stack.name} can't be installed from {stack.requirements}:\n"
            f"{done.stderr.strip()}\nCheck the pins and the connection to the package index."
        )
