"""The wheel: what is in it, and what keeps it from being built."""

import base64
import csv
import hashlib
import zipfile
from email.parser import Parser

import pytest

from pycrdt_yjs import names, pins, wheel


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return wheel.build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def contents(built):
    with zipfile.ZipFile(built) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def info(contents, name):
    found = [path for path in contents if path.endswith(f".dist-info/{name}")]
    assert len(found) == 1
    return contents[found[0]]


def test_the_python_layer_is_unchanged(contents):
    with zipfile.ZipFile(pins.fetch(pins.read("wheel"))) as original:
        layer = [name for name in original.namelist() if name.startswith("pycrdt/")]
        layer = [name for name in layer if not name.endswith(".so")]
        assert len(layer) > 15
        for name in layer:
            assert contents[name] == original.read(name), name


def test_nothing_compiled_is_left(contents):
    assert not [name for name in contents if name.endswith((".so", ".pyd"))]


def test_the_version_is_a_local_one(built, contents):
    metadata = Parser().parsestr(info(contents, "METADATA").decode())
    assert metadata["Version"] == f"0.14.13+yjs{wheel.npm_version('yjs')}"
    assert built.name == f"pycrdt-{metadata['Version']}-py3-none-any.whl"


@pytest.mark.parametrize(
    ("file", "holder"),
    [
        ("LICENSE", "David Brochart"),
        ("LICENSE-yjs", "Kevin Jahns"),
        ("LICENSE-lib0", "Kevin Jahns"),
        ("LICENSE-bridge", "BSD 3-Clause"),
    ],
)
def test_licences_are_included(contents, file, holder):
    assert holder in info(contents, f"licenses/{file}").decode()
    assert f"License-File: {file}" in info(contents, "METADATA").decode().splitlines()


def test_the_record_has_every_file_with_its_hash(contents):
    rows = list(csv.reader(info(contents, "RECORD").decode().splitlines()))
    assert {row[0] for row in rows} == set(contents)
    for name, digest, size in rows:
        if not name.endswith("RECORD"):
            expected = hashlib.sha256(contents[name]).digest()
            assert digest == "sha256=" + base64.urlsafe_b64encode(expected).rstrip(b"=").decode()
            assert int(size) == len(contents[name])


def test_two_builds_are_equal(built, tmp_path):
    assert wheel.build(tmp_path).read_bytes() == built.read_bytes()


def test_a_name_that_only_the_compiled_core_has_is_found():
    stub = "class Text:\n    def len(self): ...\n    def shout(self): ...\ndef whisper(): ...\n"
    assert names.missing(stub, wheel.BRIDGE / "_pycrdt") == ["Text.shout", "whisper"]


def test_inherited_members_count():
    stub = "class XmlText:\n    def insert(self): ...\n    def observe(self): ...\n"
    assert names.missing(stub, wheel.BRIDGE / "_pycrdt") == []


def test_another_file_than_the_pinned_one_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(pins, "cache_folder", lambda: tmp_path)
    right = pins.read("sdist")
    wrong = pins.Pin(right.version, right.file, "0" * 64)
    with pytest.raises(pins.WrongHash, match="not the one that is pinned: expected"):
        pins.fetch(wrong)
    assert not (tmp_path / right.file).exists()
