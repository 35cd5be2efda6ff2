"""What live tests share: the command, run as a user runs it, and what its server leaves behind."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rtc_guide.stacks.processes import wait_until

ROOT = Path(__file__).parents[2]


@dataclass
class Run:
    """A running `rtc-guide check`; `temporary` is where its server's home is."""

    process: subprocess.Popen[str]
    temporary: Path

    def server(self) -> dict[str, str | int]:
        """Wait for the server, and return what it wrote of itself: its pid, port and token."""
        found = "rtc-guide-lab-*/runtime/jpserver-*.json"

        def known() -> bool:
            return any(path.stat().st_size for path in self.temporary.glob(found))

        assert wait_until(known, 120), self.process.communicate(timeout=10)[0]
        told: dict[str, str | int] = json.loads(next(self.temporary.glob(found)).read_text())
        return told


def is_running(pid: int) -> bool:
    """Tell whether a process is there, and not only waiting for its parent to notice its end."""
    status = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return bool(status.strip()) and not status.startswith("Z")


@pytest.fixture
def start_check() -> Iterator[Callable[..., Run]]:
    """Start `rtc-guide check` in the project's folder; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []
    # pytest's own folders have names too long for the sockets that Chromium puts there.
    folder = tempfile.TemporaryDirectory(prefix="rtc-")
    temporary = Path(folder.name)
    # A shell starts background jobs with Ctrl-C ignored, and what they start inherits that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def start(*arguments: str | Path, **environment: str) -> Run:
        process = subprocess.Popen(
            [sys.executable, "-m", "rtc_guide.cli", "check", *arguments],
            cwd=ROOT,
            env=os.environ | {"TMPDIR": str(temporary)} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return Run(process, temporary)

    yield start
    signal.signal(signal.SIGINT, before)
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()
    folder.cleanup()
