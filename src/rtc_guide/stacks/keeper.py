"""Keeps what a server starts, and ends all of it: `keeper.py FOLDER COMMAND...`.

Runs a command. When the pipe on standard input ends, because whoever started us closed it, left
or was killed, or when we are told to end, every process that came of the command is killed, and
the folder is removed. When the command ends by itself its processes are killed too, and the
folder stays, for it holds the log that tells why.

A JupyterHub needs this: its proxy, its users' servers and their kernels are in sessions of their
own and run under other user ids, some for a minute after they are told to stop. Found by their
descent and killed by their process ids, they are certainly ours.

Run by the Python of a stack, which has psutil; imports nothing of this package.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress

import psutil

# https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html
_PR_SET_CHILD_SUBREAPER = 36


class Told(BaseException):
    """We are told to end."""


def main() -> int:
    """Run the command until it ends or we are told to end; return its exit status."""
    folder, *command = sys.argv[1:]
    _adopt_orphans()
    try:
        signal.signal(signal.SIGTERM, _tell)
        threading.Thread(target=_await_end_of_pipe, daemon=True).start()
        status = _await(subprocess.Popen(command, stdin=subprocess.DEVNULL))
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    except Told:
        end_descendants()
        shutil.rmtree(folder, ignore_errors=True)
        return 0
    end_descendants()
    return status


def end_descendants() -> None:
    """Kill our children and theirs, until there are none: a process may start one meanwhile."""
    us = psutil.Process()
    while descendants := us.children(recursive=True):
        # Parents come first, so nobody is left to start again what ends.
        for process in descendants:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(descendants, timeout=1)


def _adopt_orphans() -> None:
    """Become the parent of descendants whose parent ends, so that they stay ours.

    Only Linux can do this. Elsewhere a descendant that outlived its parent is not found.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _await(process: subprocess.Popen[bytes]) -> int:
    """Wait for our own child, and take note of the adopted ones that end before."""
    while process.returncode is None:
        pid, status = os.wait()
        if pid == process.pid:
            process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode


def _await_end_of_pipe() -> None:
    # Not by `sys.stdin`: Python aborts if a thread is reading there when it ends.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _tell(*_: object) -> None:
    # Once: told again while we end everything, we would leave the rest.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Told


if __name__ == "__main__":
    sys.exit(main())
