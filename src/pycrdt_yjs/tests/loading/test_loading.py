"""How `import pycrdt` comes to its parts."""

import pytest

from pycrdt_yjs.testing.browser import pyodide
from pycrdt_yjs.wheel import local_version

STRICT = "script-src 'self' 'wasm-unsafe-eval'"
USE = """
from pycrdt import Doc, Text
doc = Doc()
doc["text"] = text = Text("Hello")
text += ", wörld"
str(text)
"""


@pytest.fixture(scope="module")
def strict(headless):
    with pyodide(headless, policy=STRICT) as python:
        yield python


def test_a_strict_policy_needs_the_registered_bridge(strict):
    # The policy is in force: without the module the bridge can't be evaluated.
    with pytest.raises(Exception, match=r"EvalError|unsafe-eval"):
        strict.run(USE)
    strict.run("import sys\nfor name in list(sys.modules):\n"
               "    if name.startswith('pycrdt'): del sys.modules[name]")  # fmt: skip
    strict.register_bridge()
    assert strict.run(USE) == "Hello, wörld"


def test_the_version_is_that_of_the_wheel(browser_python):
    told = browser_python.run(
        "import pycrdt\nfrom importlib.metadata import version\n"
        "pycrdt.__version__ + ' ' + version('pycrdt')"
    )
    version = local_version("0.14.13")
    assert told == f"{version} {version}"


def test_what_is_imported_was_compiled_before(browser_python):
    compiled = browser_python.run(
        "import sys, pycrdt\nfrom pathlib import Path\n_json.dumps("
        "[name for name, module in sys.modules.items() if name.startswith(('pycrdt', 'anyio'))"
        " and module.__spec__ and module.__spec__.cached"
        " and not Path(module.__spec__.cached).is_file()])"
    )
    assert compiled == "[]"
