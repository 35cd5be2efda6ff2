"""The page that the demo is compared with: JupyterLite as its documentation has one set it up.

The same Pyodide from npm, and the same JupyterLite, on the site itself; else nothing is changed:
packages from PyPI as they are (with jedi, not compiled, installed by the kernel at its start), all
plugins, the browser's storage. One notebook, whose one cell prints a word.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pycrdt_yjs.storing import keep

import pycrdt_yjs
from pycrdt_yjs import node
from rtc_guide.lite import assembly, locking, wheels

HERE = Path(__file__).resolve().parent
PINS = HERE / "stock.lock"
NOTEBOOK = HERE / "word.ipynb"
WORD = "ready"
"""What the notebook prints."""

SETTINGS = {
    "jupyter-lite-schema-version": 0,
    # The only setting that isn't stock, and costs nothing: it lets the bench run the cell.
    "jupyter-config-data": {"exposeAppInBrowser": True},
}
BUILD = {
    "LiteBuildConfig": {
        # This environment has extensions for the demo, which a stock page would not load.
        "ignore_sys_prefix": ["federated_extensions"],
    }
}


def site() -> Path:
    """Return the folder of the built page, made first where there is none of this content.

    Raises what `rtc_guide.lite.assembly.FAILURES` lists, and `CalledProcessError` where
    JupyterLite can't be built.
    """
    pyodide = node.install(Path(pycrdt_yjs.__file__).parent) / "pyodide"
    made_of = [Path(__file__), PINS, NOTEBOOK, pyodide / "package.json"]
    kernel = assembly.labextension("@jupyterlite/pyodide-kernel-extension") / "package.json"
    told = hashlib.sha256()
    for path in [*made_of, kernel]:
        told.update(hashlib.sha256(path.read_bytes()).digest())
    return keep("stock", told.hexdigest(), lambda place: _make(place, pyodide)) / "site"


def _make(place: Path, pyodide: Path) -> None:
    print("Building the stock page (once) …", file=sys.stderr, flush=True)
    info = json.loads((pyodide / "pyodide-lock.json").read_text("utf-8"))["info"]
    extension = str(assembly.labextension("@jupyterlite/pyodide-kernel-extension"))
    build = {"LiteBuildConfig": BUILD["LiteBuildConfig"] | {"federated_extensions": [extension]}}
    with tempfile.TemporaryDirectory() as work:
        lite = Path(work, "lite")
        runtime = lite / "static" / "pyodide"
        runtime.mkdir(parents=True)
        wheels.fetch(PINS, runtime, info["python"])
        found = [wheels.read(path, info["python"]) for path in runtime.glob("*.whl")]
        for name in (*assembly.CORE, assembly.STANDARD_LIBRARY):
            shutil.copyfile(pyodide / name, runtime / name)
        lock = runtime / "pyodide-lock.json"
        lock.write_text(json.dumps(locking.lock_of(found, info)), "utf-8")
        locking.verify(lock)
        (lite / "jupyter-lite.json").write_text(json.dumps(SETTINGS), "utf-8")
        (lite / "jupyter_lite_config.json").write_text(json.dumps(build), "utf-8")
        subprocess.run(
            [
                *(sys.executable, "-m", "jupyter", "lite", "build", "--lite-dir", lite),
                *("--contents", NOTEBOOK, "--output-dir", place / "site"),
            ],
            cwd=work,
            check=True,
            stdout=sys.stderr,
        )
