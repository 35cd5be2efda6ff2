"""The keeper ends all that came of a command, however it is made to."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from rtc_guide.stacks.environment import find_stack, python_of
from rtc_guide.stacks.processes import wait_until

from ..conftest import ROOT, is_running

KEEPER = ROOT / "src" / "rtc_guide" / "stacks" / "keeper.py"
# A command with a child that lost its parent, is in a session of its own and hears no signal.
COMMAND = """
trap '' TERM INT HUP
( setsid sleep 600 & echo $! > "$0/orphan" )
( setsid sh -c 'exit 3' & )
echo $$ > "$0/command"
while [ ! -e "$0/end" ]; do sleep 0.05; done
exit 7
"""


@pytest.fixture
def kept(tmp_path) -> Iterator[tuple[subprocess.Popen[bytes], list[int], Path]]:
    """Start the keeper; tell its process, the processes that it keeps, and the folder."""
    folder = tmp_path / "folder"
    folder.mkdir()
    python = python_of(find_stack(None, ROOT))
    process = subprocess.Popen(
        [python, "-I", KEEPER, folder, "sh", "-c", COMMAND, folder],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    pids: list[int] = []
    try:
        for name in ("orphan", "command"):
            file = folder / name
            assert wait_until(lambda file=file: file.exists() and file.read_text() != "", 20)
            pids.append(int(file.read_text()))
        assert all(is_running(pid) for pid in pids)
        yield process, pids, folder
    finally:
        process.kill()
        process.communicate()
        for pid in filter(is_running, pids):
            os.kill(pid, signal.SIGKILL)


def close_pipe(process):
    process.stdin.close()


def terminate(process):
    process.terminate()


def tell_twice(process):
    process.stdin.close()
    process.terminate()


@pytest.mark.parametrize("end", [close_pipe, terminate, tell_twice])
def test_told_to_end_it_ends_all_and_removes_the_folder(kept, end):
    process, pids, folder = kept
    end(process)
    assert process.wait(20) == 0
    assert [pid for pid in pids if is_running(pid)] == []
    assert not folder.exists()


def test_a_command_that_ends_by_itself_leaves_its_folder_and_nothing_else(kept):
    process, pids, folder = kept
    (folder / "end").touch()
    assert process.wait(20) == 7
    assert [pid for pid in pids if is_running(pid)] == []
    assert folder.exists()
