"""Wheels with compiled files."""

import pytest

from pycrdt_yjs import bytecode, node, storing

METADATA = b"Metadata-Version: 2.1\nName: one\nVersion: 1\n"


@pytest.fixture
def wheel(tmp_path):
    path = tmp_path / "one-1-py3-none-any.whl"
    bytecode.write_wheel(
        path,
        {
            "one/__init__.py": b"answer = frozenset({'b', 'a', 'c'}) and 42\n",
            "one/template.py": b"{% not Python %}\n",
            "one/data.json": b"{}",
            "one-1.dist-info/METADATA": METADATA,
        },
    )
    return path


@pytest.fixture
def compiled(wheel, tmp_path, monkeypatch):
    pyodide = node.install(bytecode.HERE) / "pyodide"
    # Compiled anew, and twice.
    found = []
    for name in ("first", "second"):
        monkeypatch.setattr(storing, "cache_folder", lambda name=name: tmp_path / name)
        found += bytecode.compiled([wheel], pyodide)
    return found


def test_compiling_again_gives_the_same(compiled):
    first, second = compiled
    assert first != second
    assert first.read_bytes() == second.read_bytes()


def test_sources_stay_and_what_compiles_is_added(wheel, compiled):
    result = compiled[0]
    before, after = bytecode.read_wheel(wheel), bytecode.read_wheel(result)
    added = after.keys() - before.keys()
    assert added == {"one/__pycache__/__init__.cpython-314.pyc"}
    record = "one-1.dist-info/RECORD"
    assert {n: d for n, d in after.items() if n not in {*added, record}} == {
        n: d for n, d in before.items() if n != record
    }
    assert added.pop() in after[record].decode()
