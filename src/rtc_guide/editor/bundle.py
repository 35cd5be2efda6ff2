"""The page's side of the editor: JavaScript and styles, packed into one file each.

`build` packs them with esbuild; ``python -m rtc_guide.editor`` installs that first.
What is packed is a build's output: in a wheel and in the site, not in the repository. The licences
of the packages in it go with it.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_SOURCES = Path(__file__).with_name("js")
STATIC = Path(__file__).with_name("static")
"""Where the packed files are."""

SCRIPT = "editor.js"
STYLE = "editor.css"
LICENCES = f"{SCRIPT}.LICENSE.txt"
"""What the packages in the script ask to be handed on with it."""

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
    finds an error, and where a package that is packed has no licence to hand on.
    """
    esbuild = node_modules / ".bin" / ("esbuild.cmd" if os.name == "nt" else "esbuild")
    if not esbuild.exists():
        raise BundleFailed(
            f"There is no esbuild in {node_modules}. Run: python -m rtc_guide.editor"
        )
    with tempfile.TemporaryDirectory() as folder:
        packages = _pack(esbuild, node_modules, Path(folder))
        Path(folder, LICENCES).write_text(_licences_of(packages), "utf-8")
        output.mkdir(parents=True, exist_ok=True)
        for packed in Path(folder).iterdir():
            _renew(output / packed.name, packed.read_bytes())
    read.cache_clear()
    return read(output)


@cache
def read(folder: Path = STATIC) -> Bundle:
    """Return what was packed. Raises `BundleMissing` where nothing was."""
    try:
        return Bundle((folder / SCRIPT).read_text("utf-8"), (folder / STYLE).read_text("utf-8"))
    except FileNotFoundError as error:
        raise BundleMissing(
            "The editor's JavaScript has not been packed. In a checkout of the guide, run: "
            "python -m rtc_guide.editor"
        ) from error


def _pack(esbuild: Path, node_modules: Path, output: Path) -> list[Path]:
    """Pack into `output`, and return the folders of the packages that are in the script."""
    told = output / "metafile.json"
    done = subprocess.run(
        [
            esbuild,
            _SOURCES / "index.js",
            _SOURCES / STYLE,
            "--bundle",
            "--minify",
            "--format=esm",
            f"--target={_TARGET}",
            "--charset=utf8",
            "--legal-comments=none",
            f"--banner:js=/*! The licences of what is packed in here: {LICENCES} */",
            "--entry-names=editor",
            f"--outdir={output}",
            f"--metafile={told}",
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
    outputs = json.loads(told.read_text("utf-8"))["outputs"]
    told.unlink()
    (script,) = (each for name, each in outputs.items() if Path(name).name == SCRIPT)
    return sorted({found for file in script["inputs"] if (found := _package_of(Path(file)))})


def _package_of(file: Path) -> Path | None:
    """Return the folder of the npm package that a file is of, or nothing for one of ours."""
    return next((above for above in file.parents if _is_package(above)), None)


def _is_package(folder: Path) -> bool:
    above = folder.parent
    above = above.parent if above.name.startswith("@") else above
    return above.name == "node_modules" and not folder.name.startswith("@")


def _licences_of(packages: Iterable[Path]) -> str:
    """Return the licences of packages, each text once. Raises `BundleFailed` where one is none."""
    names: dict[str, list[str]] = {}
    for package in packages:
        told = json.loads((package / "package.json").read_text("utf-8"))
        name = f"{told['name']} {told['version']}"
        files = sorted(package.glob("LICEN[CS]E*"))
        if not files:
            raise BundleFailed(f"{name} is packed into {SCRIPT}, and has no licence to hand on")
        text = "\n\n".join(file.read_text("utf-8").strip() for file in files)
        names.setdefault(text, []).append(name)
    parts = ["\n".join([*of, "", text]) for text, of in names.items()]
    return f"\n\n{'-' * 80}\n\n".join([f"Packed into {SCRIPT}:", *parts]) + "\n"


def _renew(path: Path, content: bytes) -> None:
    if path.is_file() and path.read_bytes() == content:
        return
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    unfinished.write_bytes(content)
    unfinished.replace(path)
