"""The processes of servers: what they are given, waiting for them, ending them."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

SECONDS_TO_STOP = 15


def environment_without_jupyter() -> dict[str, str]:
    """Return our environment without the user's Jupyter: settings, kernels, history or secrets."""
    theirs = ("JUPYTER", "JPY", "IPYTHON", "PYTHON", "VIRTUAL_ENV", "CONFIGPROXY")
    return {key: value for key, value in os.environ.items() if not key.startswith(theirs)}


def end_of(log: Path, lines: int = 15) -> str:
    """Return the last lines of a log, or nothing where there is no such file."""
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""


def stop(process: subprocess.Popen[bytes], seconds: float = SECONDS_TO_STOP) -> None:
    """End a server by its own process id: politely, then, after these seconds, for good."""
    if process.stdin:
        process.stdin.close()
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until(condition: Callable[[], bool], seconds: float, every: float = 0.05) -> bool:
    """Wait for a condition that nobody announces; return whether it came true in time.

    It is tried all `every` seconds; longer where a server would log each try.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True
