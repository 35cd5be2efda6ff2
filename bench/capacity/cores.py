"""One core for the server, another one for the clients; and how busy the server's core was."""

import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil


def divide() -> tuple[int, int] | None:
    """Return a core for the server and another one for the clients.

    None where a process can't be kept to a core (only Linux lets us), or there is only one.
    """
    if not hasattr(os, "sched_setaffinity"):
        return None
    usable = sorted(os.sched_getaffinity(0))
    return (usable[-1], usable[0]) if len(usable) > 1 else None


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """Keep this thread, and each process that it starts meanwhile, to a core."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_model() -> str:
    """Return what the processor calls itself."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine() or "unknown"


class Meter:
    """The work of a process since `start`, and of others on its core, if it has one to itself."""

    def __init__(self, pid: int, core: int | None) -> None:
        self._process = psutil.Process(pid)
        self._core = core

    def start(self) -> None:
        """Begin to count."""
        self._began = time.monotonic(), self._of_process(), self._of_core()

    def stop(self) -> tuple[float, float | None]:
        """Return the process's share of a core, and others' share of its own core."""
        wall, own, core = self._began
        seconds = time.monotonic() - wall
        worked = self._of_process() - own
        if self._core is None:
            return worked / seconds, None
        return worked / seconds, max(0.0, self._of_core() - core - worked) / seconds

    @property
    def memory(self) -> float:
        """The resident set in MiB."""
        return float(self._process.memory_info().rss) / 2**20

    def _of_process(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def _of_core(self) -> float:
        """Return the seconds that processes had on the core, or a host took from it."""
        if self._core is None:
            return 0.0
        times = psutil.cpu_times(percpu=True)[self._core]
        return float(times.user + times.nice + times.system + getattr(times, "steal", 0.0))
