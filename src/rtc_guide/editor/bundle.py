"""The page's side of the editor: JavaScript and styles, packed into one file each.

`build` packs them with esbuild; ``python -m rtc_guide.editor`` installs that first.
What is packed is a build's output: in a wheel and in the site, not in the repository.
"""

import os
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_SOURCES = Path(__file__).with_name("js")
STATIC = Path(__file__).with_name("static")
"""Where the packed files are."""

# Older than the WebAssembly that Pyodide needs (https://pyodide.org, supported browsers).
_TARGET = "es2022"


class BundleMissing(Exception):
    """The page's side of the editor has not been packed; the message says how to."""


class BundleFailed(Exception):
    """esbuild could not pack the page's side; the message has its words."""


@dataclass(frozen=True)
class Bundle:
    """The text of an ECMAScript module and of a style sheet."""

    script: str
    style: str


def build(node_modules: Path, output: Path = STATIC) -> Bundle:
    """Pack the page's side of the editor into `output`, and return it.

    `node_modules` is where npm has installed CodeMirror and esbuild. Files that would stay as they
    are keep their dates, by which a built book is known to be up to date; others are replaced at
    once, since several processes may pack. Raises `BundleFailed` where there is no esbuild or it
    finds an error.
    """
    esbuild = node_modules / ".bin" / ("esbuild.cmd" if os.name == "nt" else "esbuild")
    if not esbuild.exists():
        raise BundleFailed(
            f"There is no esbuild in {node_modules}. Run: python -m rtc_guide.editor"
        )
    with tempfile.TemporaryDirectory() as folder:
        _pack(esbuild, node_modules, Path(folder))
        output.mkdir(parents=True, exist_ok=True)
        for packed in Path(folder).iterdir():
            _renew(output / packed.name, packed.read_bytes())
    read.cache_clear()
    return read(output)


@cache
def read(folder: Path = STATIC) -> Bundle:
    """Return what was packed. Raises `BundleMissing` where nothing was."""
    try:
        return Bundle(
            (folder / "editor.js").read_text("utf-8"), (folder / "editor.css").read_text("utf-8")
        )
    except FileNotFoundError as error:
        raise BundleMissing(
            "The editor's JavaScript has not been packed. In a checkout of the guide, run: "
            "python -m rtc_guide.editor"
        ) from error


def _pack(esbuild: Path, node_modules: Path, output: Path) -> None:
    done = subprocess.run(
        [
            esbuild,
            _SOURCES / "index.js",
            _SOURCES / "editor.css",
            "--bundle",
            "--minify",
            "--format=esm",
            f"--target={_TARGET}",
            "--charset=utf8",
            "--legal-comments=none",
            "--entry-names=editor",
            f"--outdir={output}",
            "--log-level=warning",
        ],
        # Where the sources are in an installed package, no node_modules is above them.
        env=os.environ | {"NODE_PATH": str(node_modules.resolve())},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BundleFailed(f"esbuild can't pack the editor:\n{done.stderr.strip()}")


def _renew(path: Path, content: bytes) -> None:
    if path.is_file() and path.read_bytes() == content:
        return
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    unfinished.write_bytes(content)
    unfinished.replace(path)
