"""The versions of what a stack's servers run, as its own Python finds them."""

import json
import subprocess
from collections.abc import Iterable
from typing import Any

from rtc_guide.software import product_of
from rtc_guide.stacks.environment import Stack, StackError, python_of

# The distributions that matter to a reader, with the names that readers know.
_LAB = {
    "jupyterlab": "JupyterLab",
    "notebook": "Notebook",
    "retrolab": "RetroLab",
    "jupyter-collaboration": "jupyter-collaboration",
    "jupyter-server": "jupyter-server",
    "jupyter-ydoc": "jupyter-ydoc",
    "pycrdt": "pycrdt",
}
_HUB = {
    "jupyterhub": "JupyterHub",
    "jupyterhub-idle-culler": "jupyterhub-idle-culler",
    "nbgitpuller": "nbgitpuller",
}

PRODUCTS = _LAB | _HUB
"""Packages that readers know by another name, with that name."""

_ASK = """\
import importlib.metadata, json, platform, sys
found = {}
for name in sys.argv[1:]:
    try:
        found[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass
print(json.dumps({"versions": found, "python": platform.python_version()}))
"""


def versions_of(stack: Stack, *, hub: bool) -> dict[str, str]:
    """Return versions by product, of those that are installed; with `hub`, also a hub's.

    Raises `StackError` where the stack's Python can't be asked.
    """
    # What the stack's users open comes first: JupyterLab, where the name is of none of these.
    opened = product_of(stack.name)
    first = {opened: _LAB[opened]} if opened in _LAB else {}
    products = first | _LAB | (_HUB if hub else {})
    answer = _ask(stack, products)
    found = {
        name: answer["versions"][key] for key, name in products.items() if key in answer["versions"]
    }
    return {**found, "Python": answer["python"]}


def version_of(stack: Stack, package: str) -> str:
    """Return the version of a package that a stack's servers run.

    Raises `StackError` where the stack's Python can't be asked, or has no such package.
    """
    found = _ask(stack, [package])["versions"]
    if package not in found:
        raise StackError(f"the Python of {stack.name} knows no version of {package}")
    version: str = found[package]
    return version


def _ask(stack: Stack, packages: Iterable[str]) -> dict[str, Any]:
    asked = subprocess.run(
        [python_of(stack), "-c", _ASK, *packages], capture_output=True, text=True, check=False
    )
    if asked.returncode:
        raise StackError(f"the Python of {stack.name} can't be asked for versions: {asked.stderr}")
    answer: dict[str, Any] = json.loads(asked.stdout)
    return answer
