"""`rtc-guide check` as a user runs it: a wrong page, an interruption, a violent end."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from rtc_guide.pages.reading import read_page
from rtc_guide.stacks.environment import StackError, find_stack
from rtc_guide.stacks.jupyterlab import running_lab
from rtc_guide.stacks.ports import free_port
from rtc_guide.stacks.processes import wait_until

from ..conftest import ROOT, is_running

PAGE = ROOT / "book" / "share.md"


@pytest.fixture
def wrong_page(tmp_path: Path) -> tuple[Path, str, int]:
    """Copy the share page with the last letter of its first button cut off; tell where."""
    page = read_page(PAGE, ROOT)
    button = next(word for word in page.walkthroughs[0].words if word.role == "button")
    copy = tmp_path / "share.md"
    lines = PAGE.read_text(encoding="utf-8").split("\n")
    lines[button.line - 1] = lines[button.line - 1].replace(button.text, button.text[:-1])
    copy.write_text("\n".join(lines), encoding="utf-8")
    shutil.copy(PAGE.with_name("lesson.ipynb"), tmp_path)
    return copy, button.text, button.line


def test_a_wrong_page_fails_at_the_word_and_keeps_no_secret(start_check, wrong_page, tmp_path):
    page, button, line = wrong_page
    report, junit = tmp_path / "report.json", tmp_path / "junit.xml"
    run = start_check(
        f"{page}::share-link", "--json", report, "--junit", junit, GITHUB_ACTIONS="true"
    )
    token = run.server()["token"]
    said, _ = run.process.communicate(timeout=300)

    assert run.process.returncode == 1, said
    failure = f'{page}:{line}: no button named "{button[:-1]}"; visible buttons: '
    assert failure in said
    assert f'closest: "{button}"' in said
    assert f"::error file={page},line={line},title=share-link::no button named" in said

    result = json.loads(report.read_text())["results"][0]
    assert (result["outcome"], result["line"]) == ("failed", line)
    assert ElementTree.parse(junit).find(".//failure") is not None

    kept = re.findall(r"^(\S+\.(?:png|zip))$", said, re.MULTILINE)
    assert {Path(path).suffix for path in kept} == {".png", ".zip"}
    assert all((ROOT / path).is_file() for path in kept)

    assert isinstance(token, str)
    assert token
    for text in (said, report.read_text(), junit.read_text()):
        assert token not in text


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_whatever_ends_a_check_ends_its_server(start_check, end):
    run = start_check(f"{PAGE}::share-link")
    server = run.server()["pid"]
    assert isinstance(server, int)
    run.process.send_signal(end)
    run.process.communicate(timeout=60)
    assert run.process.returncode != 0
    assert wait_until(lambda: not is_running(server), 30)
    if end is not signal.SIGKILL:
        assert list(run.temporary.glob("rtc-guide-*")) == []


def test_a_server_that_cannot_start_shows_its_log():
    stack, port = find_stack(None, ROOT), free_port()
    with (
        running_lab(stack, port),
        pytest.raises(StackError, match=rf"did not come up on port {port}(.|\n)*in use"),
        running_lab(stack, port),
    ):
        pass


def test_a_stack_without_jupyterlab_is_told_without_a_traceback(tmp_path):
    for name in ("share.md", "lesson.ipynb"):
        shutil.copy(PAGE.with_name(name), tmp_path)
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "bare.txt").write_text("six==1.17.0\n")
    done = subprocess.run(
        [sys.executable, "-m", "rtc_guide.cli", "check", "share.md::share-link", "--stack", "bare"],
        cwd=tmp_path,
        env=os.environ | {"RTC_GUIDE_STACKS": str(tmp_path / "environments")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "JupyterLab did not come up on port" in done.stdout
    assert "No module named jupyterlab" in done.stdout
    assert ".py:" not in done.stdout
