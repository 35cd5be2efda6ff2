"""A server for rooms, the one that the book hands out, as tests of the demo need it."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says something of the machine, not of the code.
settings.register_profile("guide", deadline=None)
settings.load_profile("guide")

SECONDS = 20
"""How long to wait for anything of a room, on a busy machine."""

SERVER = Path(__file__).parents[2] / "book" / "try" / "server.py"
"""The one that the book hands out."""


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Server:
    """A pycrdt-websocket server that can be killed and started again at the same address."""

    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, SERVER, str(self.port)], stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + SECONDS
        while not _answers(self.port):
            assert self.process.poll() is None, "the server ended"
            assert time.monotonic() < end, "the server doesn't answer"
            time.sleep(0.02)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def _run_server() -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server = Server(probe.getsockname()[1])
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server for everybody; nobody may kill it."""
    yield from _run_server()


@pytest.fixture
def mortal_server() -> Iterator[Server]:
    """A server of one's own."""
    yield from _run_server()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def _until(condition: Callable[[], object], seconds: float = SECONDS) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s"
        await asyncio.sleep(0.01)


@pytest.fixture(scope="session")
def until():
    """Wait until a condition holds: `await until(lambda: …)`."""
    return _until
