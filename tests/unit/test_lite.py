"""What the browser's Python is put together from: wheels read, made anew, locked and verified."""

import base64
import hashlib
import json
import zipfile

import pytest

from rtc_guide.lite import locking, packing, wheels

PYTHON = "3.14.2"
INFO = {"arch": "wasm32", "python": PYTHON}


@pytest.fixture
def make_wheel(tmp_path):
    """Write a wheel: `make_wheel("foo", {"foo.py": b""}, requires=["bar"])`."""

    def make(name="foo", files=None, requires=(), version="1.0"):
        files = {f"{name}.py": b""} if files is None else files
        return packing.write(tmp_path, packing.package(name, version, files, requires))

    return make


def read_files(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_wheel_tells_its_normalized_name_and_its_version(make_wheel):
    wheel = wheels.read(make_wheel("Foo_Bar", {"foo_bar.py": b""}, version="2.1"), PYTHON)
    assert (wheel.name, wheel.version) == ("foo-bar", "2.1")


@pytest.mark.parametrize(
    ("marker", "wanted"),
    [
        ("sys_platform == 'emscripten'", True),
        ("sys_platform != 'emscripten'", False),
        ("platform_system == 'Windows'", False),
        ("platform_machine == 'wasm32'", True),
        ("python_version >= '3.14'", True),
        ("python_version < '3.11'", False),
        ("python_full_version >= '3.14.3'", False),
        ("implementation_name == 'pypy'", False),
        ("extra == 'test'", False),
    ],
)
def test_what_a_wheel_wants_depends_on_the_browsers_python(make_wheel, marker, wanted):
    wheel = wheels.read(make_wheel(requires=[f"Bar_Baz>=2; {marker}"]), PYTHON)
    assert wheel.requires == (("bar-baz",) if wanted else ())


def test_what_is_wanted_twice_is_told_once(make_wheel):
    wheel = wheels.read(make_wheel(requires=["bar", "bar>=1; os_name == 'posix'"]), PYTHON)
    assert wheel.requires == ("bar",)


def test_modules_are_the_packages_and_files_at_the_top(make_wheel):
    files = dict.fromkeys(
        [
            "one.py",
            "two.pyc",
            "three/__init__.py",
            "three/inner.py",
            "space/three/x.py",
            "__pycache__/one.cpython-314.pyc",
            "foo-1.0.data/scripts/run",
            "notes.txt",
        ],
        b"",
    )
    assert wheels.read(make_wheel("foo", files), PYTHON).imports == ("one", "space", "three", "two")


@pytest.mark.parametrize(
    "content",
    [
        b"not a zip",
        {},
        {"a-1.dist-info/METADATA": b"Name: a\n", "b-1.dist-info/METADATA": b"Name: b\n"},
        {"a-1.dist-info/METADATA": b"Metadata-Version: 2.4\n"},
        {"a-1.dist-info/METADATA": b"Metadata-Version: 2.4\nName: a\nVersion: one\n"},
        {
            "a-1.dist-info/METADATA": b"Metadata-Version: 2.4\nName: a\nVersion: 1\n"
            b"Requires-Dist: !\n"
        },
    ],
    ids=["no zip", "no metadata", "two metadata", "no name", "no version", "no requirement"],
)
def test_what_is_no_wheel_is_named(tmp_path, content):
    path = tmp_path / "a-1-py3-none-any.whl"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in content.items():
                archive.writestr(name, data)
    with pytest.raises(wheels.WheelError, match=r"a-1-py3-none-any\.whl is no wheel"):
        wheels.read(path, PYTHON)


def test_a_lock_names_files_hashes_modules_and_dependencies(make_wheel):
    foo = make_wheel("foo", requires=["bar", "unknown", "baz; sys_platform == 'win32'"])
    found = [wheels.read(path, PYTHON) for path in (foo, make_wheel("bar"), make_wheel("baz"))]
    lock = locking.lock_of(found, INFO)
    assert lock["info"] == INFO
    assert list(lock["packages"]) == ["bar", "baz", "foo"]
    told = lock["packages"]["foo"]
    assert told["file_name"] == foo.name
    assert told["sha256"] == hashlib.sha256(foo.read_bytes()).hexdigest()
    assert told["imports"] == ["foo"]
    assert told["depends"] == ["bar"]


def test_two_wheels_of_one_name_are_refused(make_wheel):
    paths = [make_wheel(), make_wheel(version="2.0"), make_wheel("bar")]
    with pytest.raises(locking.LockError, match=r"More than one wheel of foo\."):
        locking.lock_of([wheels.read(path, PYTHON) for path in paths], INFO)


@pytest.fixture
def lock(make_wheel, tmp_path):
    """A lock beside the files it names."""
    found = [wheels.read(make_wheel(name), PYTHON) for name in ("foo", "bar", "baz")]
    path = tmp_path / "pyodide-lock.json"
    path.write_text(json.dumps(locking.lock_of(found, INFO)))
    return path


def test_a_lock_that_fits_is_accepted(lock):
    locking.verify(lock)


def test_changed_and_missing_files_are_named(lock):
    (foo,), (bar,), (baz,) = (lock.parent.glob(f"{name}-*") for name in ("foo", "bar", "baz"))
    expected = hashlib.sha256(foo.read_bytes()).hexdigest()
    foo.write_bytes(foo.read_bytes() + b"!")
    found = hashlib.sha256(foo.read_bytes()).hexdigest()
    bar.unlink()
    with pytest.raises(locking.LockError) as told:
        locking.verify(lock)
    assert f"{foo.name}: expected sha256 {expected}, found {found}" in str(told.value)
    assert f"{bar.name}: not there" in str(told.value)
    assert baz.name not in str(told.value)
    assert f"Remove {lock.parent.parent}" in str(told.value)


def test_the_same_contents_have_the_same_name_and_others_another(make_wheel):
    first = make_wheel("foo", {"a.py": b"1", "b.py": b"2"})
    before = first.read_bytes()
    again = make_wheel("foo", {"b.py": b"2", "a.py": b"1"})
    assert (again, again.read_bytes()) == (first, before)
    assert make_wheel("foo", {"a.py": b"1", "b.py": b"3"}) != first


def test_nothing_else_is_left_in_the_folder(make_wheel, tmp_path):
    assert list(tmp_path.iterdir()) == [] and [make_wheel()] == list(tmp_path.iterdir())


def test_a_wheels_name_is_that_of_its_metadata(make_wheel):
    assert make_wheel("foo-bar").name.startswith("foo_bar-1.0-0")


def test_the_record_tells_every_file(make_wheel):
    path = packing.write(make_wheel().parent, read_files(make_wheel()) | {"more.py": b"x = 1"})
    files = read_files(path)
    record = "foo-1.0.dist-info/RECORD"
    for line in files[record].decode().splitlines():
        name, digest, size = line.split(",")
        if name == record:
            assert (digest, size) == ("", "")
        else:
            told = base64.urlsafe_b64decode(digest.removeprefix("sha256=") + "=")
            assert told == hashlib.sha256(files[name]).digest()
            assert int(size) == len(files[name])
    assert len(files[record].splitlines()) == len(files)


def test_trimming_keeps_what_python_needs(make_wheel):
    kept = {
        "foo/__init__.py": b"1",
        "foo/data.json": b"2",
        "tests.py": b"3",
        "foo/testing/x.py": b"",
    }
    dropped = {
        "foo/tests/test_foo.py": b"",
        "foo/__pycache__/x.cpython-311.pyc": b"",
        "foo/labextension/package.json": b"",
        "foo-1.0.data/data/share/x": b"",
    }
    files = packing.trimmed(make_wheel("foo", kept | dropped))
    assert {name for name in files if ".dist-info/" not in name} == set(kept)
    assert all(files[name] == data for name, data in kept.items())


def test_compiled_files_take_the_place_of_sources_or_lie_beside_those_that_are_kept(
    make_wheel, tmp_path
):
    sources = ("foo/__init__", "foo/inner/x", "foo/idle", "top", "pycrdt/__init__", "pycrdt/_doc")
    wheel = make_wheel("foo", {f"{name}.py": b"source" for name in sources})
    compiled = tmp_path / "compiled"
    for name in sources:
        if name != "foo/idle":
            path = compiled / f"{name}.pyc"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(name.encode())
    files = packing.with_compiled(wheel, compiled, "cpython-314")
    assert {name: data for name, data in files.items() if ".dist-info/" not in name} == {
        "foo/__init__.pyc": b"foo/__init__",
        "foo/inner/x.pyc": b"foo/inner/x",
        "foo/idle.py": b"source",
        "top.pyc": b"top",
        "pycrdt/__init__.py": b"source",
        "pycrdt/__pycache__/__init__.cpython-314.pyc": b"pycrdt/__init__",
        "pycrdt/_doc.py": b"source",
        "pycrdt/__pycache__/_doc.cpython-314.pyc": b"pycrdt/_doc",
    }


def test_a_wheel_that_is_no_longer_the_pinned_one_is_known(tmp_path):
    wheel, pins = tmp_path / "some-1-py3-none-any.whl", tmp_path / "pins.txt"
    wheel.write_bytes(b"whole")
    pins.write_text(f"some==1 --hash=sha256:{hashlib.sha256(b'whole').hexdigest()}")
    assert wheels.are_pinned([wheel], pins)
    wheel.write_bytes(b"damaged")
    assert not wheels.are_pinned([wheel], pins)
