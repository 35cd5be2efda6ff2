"""Jupyter's own document models, unmodified, do here what they do on native pycrdt."""

import json
from pathlib import Path

import models
import pytest

SOURCE = Path(__file__).with_name("models.py")


@pytest.fixture(scope="module")
def python(browser_python):
    # Nothing but this and what pycrdt itself needs is loaded for the models.
    browser_python.load("jupyter-ydoc")
    browser_python.run(
        """
import sys
from pathlib import Path
Path("/models").mkdir()
Path("/models/models.py").write_text(source)
sys.path.insert(0, "/models")
import models
""",
        source=SOURCE.read_text("utf-8"),
    )
    return browser_python


@pytest.mark.parametrize("scenario", models.SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_a_model_does_what_it_does_natively(python, scenario):
    here = python.run(f"_json.dumps(models.{scenario.__name__}())")
    assert json.loads(here) == json.loads(json.dumps(scenario()))


def test_a_native_and_a_browser_notebook_merge(python):
    native = models.Peer(1, True)
    python.run(
        "peer = models.Peer(2, False)\npeer.receive(update)",
        update=native.update(models.Peer(3, False).state()),
    )

    def exchange():
        state = python.run("peer.state()")
        theirs = python.run("peer.update(state)", state=native.state())
        python.run("peer.receive(update)", update=native.update(state))
        native.receive(theirs)

    for _ in range(3):
        # At the same time, each without having seen the other's edit.
        native.edit("native")
        python.run("peer.edit('browser')")
        exchange()
        here = json.loads(python.run("_json.dumps(peer.look())"))
        assert here == json.loads(json.dumps(native.look()))
    sources = [cell["source"] for cell in here["cells"]]
    assert sources[1].count("# native 😀") == 3
    assert sources[1].count("# browser 😀") == 3
