"""Stacks: pins that are exact, and clear errors where they can't be used."""

import json
import os
import re
import socket
import sys
import tempfile
from pathlib import Path

import pytest

from rtc_guide.software import DeclarationError, read_declaration, title_of
from rtc_guide.stacks.base_python import base_python, is_root, run_for_every_uid
from rtc_guide.stacks.environment import (
    Stack,
    StackError,
    environments_folder,
    find_stack,
    python_of,
)
from rtc_guide.stacks.ports import free_ports, is_taken
from rtc_guide.stacks.processes import end_of, environment_without_jupyter

ROOT = Path(__file__).parents[2]

needs_root = pytest.mark.skipif(not is_root(), reason="only root has other users' ids")

PINS = sorted((ROOT / "stacks").glob("*.txt"))


@pytest.mark.parametrize("pins", PINS, ids=lambda path: path.stem)
def test_pins_are_exact_and_name_no_address(pins):
    lines = [line for line in pins.read_text().splitlines() if not line.startswith("#")]
    assert lines
    for line in lines:
        assert re.fullmatch(r"[a-z0-9.-]+==[^ ;]+( ; [^/]+)?", line), line


def test_an_unknown_stack_names_the_known_ones():
    with pytest.raises(StackError, match=r"there is no stack “lab-0”; known: .*lab-4.6"):
        find_stack("lab-0", ROOT)


def test_a_stack_that_is_not_pinned_yet_is_told_with_what_pins_it(tmp_path):
    (tmp_path / "stacks").mkdir()
    declared = 'newest = "lab-9"\n[stacks]\n"lab-9" = { requires = ["jupyterlab==9.*"] }\n'
    (tmp_path / "stacks" / "stacks.toml").write_text(declared)
    with pytest.raises(StackError, match=r"not pinned yet.*rtc_guide\.stacks\.locking lab-9"):
        find_stack("lab-9", tmp_path)


def test_a_project_may_bring_its_own_stack(tmp_path):
    own = tmp_path / "stacks" / "lab-4.6.txt"
    own.parent.mkdir()
    own.write_text("jupyterlab==4.6.6\n")
    assert find_stack("lab-4.6", tmp_path).requirements == own
    assert find_stack("lab-4.6", tmp_path).digest != find_stack("lab-4.6", ROOT).digest


def test_pins_that_cannot_be_installed_leave_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("RTC_GUIDE_STACKS", str(tmp_path / "environments"))
    requirements = tmp_path / "broken.txt"
    requirements.write_text("this is no requirement !\n")
    with pytest.raises(StackError, match="the stack broken can't be installed from"):
        python_of(Stack("broken", requirements))
    assert list((tmp_path / "environments").iterdir()) == []


@pytest.mark.parametrize("pins", PINS, ids=lambda path: path.stem)
def test_pins_are_of_what_was_asked_for(pins):
    pinned = pins.read_text().splitlines()
    for requirement in read_declaration(ROOT).stacks[pins.stem].requires:
        beginning = requirement.removesuffix("*") if "==" in requirement else f"{requirement}=="
        assert any(line.startswith(beginning) for line in pinned), requirement


def test_every_declared_stack_is_pinned():
    assert {path.stem for path in PINS} == set(read_declaration(ROOT).stacks)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("lab-4.6", "JupyterLab 4.6"),
        ("lab-4.6-collaboration-4", "JupyterLab 4.6 with jupyter-collaboration 4"),
        ("notebook-7.0", "Notebook 7.0"),
        ("notebook-6.5", "Classic Notebook 6.5"),
        ("our-own", "our-own"),
    ],
)
def test_a_stack_has_a_title_for_readers(name, title):
    assert title_of(name) == title


def test_neighbouring_stacks_are_named_by_the_first_and_the_last():
    declared = read_declaration(ROOT)
    assert declared.title_of(["lab-3.6", "lab-4.3", "lab-4.1", "lab-4.2"]) == (
        "JupyterLab 3.6, JupyterLab 4.1 to 4.3"
    )
    assert declared.title_of(["lab-4.6", "lab-4.6-collaboration-4"]) == "JupyterLab 4.6"
    assert declared.title_of(declared.matching(["lab-4.*"])) == "JupyterLab 4.0 to 4.6"


def test_a_pattern_that_matches_no_stack_is_told():
    with pytest.raises(DeclarationError, match=r"no stack is called “lab-5\*”; known: .*lab-4\.6"):
        read_declaration(ROOT).matching(["lab-5*"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[stacks", "it needs newest ="),
        ('newest = "a"\n[stacks]\na = { requires = [] }', "“a” is no product with a version"),
        ('newest = "lab-1"\n[stacks]\nlab-1 = { wants = [] }', "unknown “wants”"),
        ('newest = "lab-1"\n[stacks]\nlab-1 = { requires = "x" }', "no list of requirements"),
        ('newest = "lab-2"\n[stacks]\nlab-1 = { requires = ["x"] }', "none of its stacks"),
    ],
)
def test_a_wrong_declaration_is_told_with_its_file(tmp_path, text, told):
    file = tmp_path / "stacks" / "stacks.toml"
    file.parent.mkdir()
    file.write_text(text)
    with pytest.raises(DeclarationError, match=told) as error:
        read_declaration(tmp_path)
    assert str(file) in str(error.value)


def test_the_proxy_is_pinned_and_its_lock_names_no_registry():
    folder = ROOT / "src" / "rtc_guide" / "stacks" / "proxy"
    asked = json.loads((folder / "package.json").read_text())["dependencies"]
    packages = json.loads((folder / "package-lock.json").read_text())["packages"]
    assert list(asked) == ["configurable-http-proxy"]
    for name, version in asked.items():
        assert packages[f"node_modules/{name}"]["version"] == version
    for path, package in packages.items():
        assert "resolved" not in package
        assert path == "" or package["integrity"]


@needs_root
def test_roots_stacks_are_where_others_may_enter(monkeypatch):
    monkeypatch.delenv("RTC_GUIDE_STACKS", raising=False)
    assert not environments_folder().is_relative_to(Path.home())


@needs_root
def test_roots_umask_does_not_close_an_environment():
    before = os.umask(0o077)
    try:
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            Path(folder).chmod(0o755)
            patch.setenv("RTC_GUIDE_STACKS", f"{folder}/its/stacks")
            requirements = Path(folder, "bare.txt")
            requirements.write_text("")
            python = python_of(Stack("bare", requirements))
            assert run_for_every_uid(python, "print('runs')") == "runs\n"
            Path(folder).chmod(0o700)
            assert run_for_every_uid(python, "print('runs')") is None
    finally:
        os.umask(before)


@needs_root
def test_the_python_of_stacks_runs_for_every_uid_or_says_that_it_does_not():
    base = base_python()
    told = run_for_every_uid(base.executable, "import sys; print(*sys.version_info[:2])")
    assert told == ("{} {}\n".format(*base.version) if base.for_every_uid else None)


@pytest.mark.skipif(is_root(), reason="root may choose another")
def test_the_python_of_stacks_is_the_running_one():
    assert base_python().executable == Path(sys.executable)


def test_free_ports_differ_and_a_listener_takes_one():
    ports = free_ports(20)
    assert len(set(ports)) == 20
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", ports[0]))
        listener.listen()
        assert is_taken(ports[0])
    assert not is_taken(ports[1])


def test_a_server_gets_nothing_of_the_users_jupyter(monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "theirs")
    monkeypatch.setenv("CONFIGPROXY_AUTH_TOKEN", "theirs")
    monkeypatch.setenv("RTC_GUIDE_TOLD", "ours")
    environment = environment_without_jupyter()
    assert "theirs" not in environment.values()
    assert environment["RTC_GUIDE_TOLD"] == "ours"


def test_the_end_of_a_log_is_its_last_lines(tmp_path):
    log = tmp_path / "server.log"
    assert end_of(log) == ""
    log.write_bytes(b"first\nsecond\n\xff third\n")
    assert end_of(log, 2) == "second\n\ufffd third"
