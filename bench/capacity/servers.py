"""The servers that carry the people: a stack's JupyterLab, and the peer that has only rooms."""

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from cores import on_core
from lesson import lesson
from person import Page

from rtc_guide.evidence.capacity import Server
from rtc_guide.stacks.environment import Stack, StackError, python_of
from rtc_guide.stacks.jupyterlab import Lab, running_lab
from rtc_guide.stacks.ports import free_port, is_taken
from rtc_guide.stacks.processes import (
    end_of,
    environment_without_jupyter,
    stop,
    wait_until,
)
from rtc_guide.trials import people
from rtc_guide.trials.notebooks import find_room
from rtc_guide.trials.visits import Visit

# With a notebook open, JupyterLab takes a minute to end: nothing to wait for.
# https://github.com/jupyterlab/jupyter-collaboration/issues/161
_SECONDS_TO_STOP = 2
_SECONDS_TO_START = 30
PRESENCE = "JupyterLab:globalAwareness"
"""The room by which all users of a server know who is there."""


class Carrier(Protocol):
    """A running server, and the way to its rooms."""

    kind: Server
    pid: int
    headers: Mapping[str, str]
    presence: str
    """The address of the room of all users."""
    events: str | None
    """The address from which pages learn what happens on the server, if there is one."""
    visit: Visit | None
    """The way to the server's other answers, if it has any."""

    async def prepare(self, path: str, people: int) -> None:
        """Put a notebook there for so many people."""

    async def find(self, path: str) -> str:
        """Return the address of a notebook's room, asking for it as the page does."""

    def begin(self, page: Page, path: str) -> None:
        """Give the notebook to the first page that opens it, where the server has none."""


class LabCarrier:
    """JupyterLab with jupyter-collaboration."""

    kind = Server.LAB

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        started = next((lab.home / "runtime").glob("jpserver-*.json"))
        self.pid: int = json.loads(started.read_text("utf-8"))["pid"]
        self.headers = {"Authorization": f"token {lab.token}"}
        server = f"http://127.0.0.1:{lab.port}/"
        self.presence = f"ws{server[4:]}api/collaboration/room/{PRESENCE}"
        self.events: str | None = f"ws{server[4:]}api/events/subscribe"
        nothing = people.Page(0, server, None)
        self.visit: Visit | None = Visit(
            people.Person("bench"), server, nothing, own_token=lab.token
        )

    async def prepare(self, path: str, people: int) -> None:
        """Put a notebook on the server's disk."""
        (self.lab.root / path).write_text(json.dumps(lesson(people)), "utf-8")

    async def find(self, path: str) -> str:
        """Ask for a session. Raises `Refused` where the server refuses it."""
        assert self.visit is not None
        return (await find_room(self.visit, path)).replace("http", "ws", 1)

    def begin(self, page: Page, path: str) -> None:
        """Do nothing: the server reads its file."""


class BareCarrier:
    """The peer: rooms of the same versions, without the collaboration layer."""

    kind = Server.BARE
    headers: Mapping[str, str] = {}
    events: str | None = None
    visit: Visit | None = None

    def __init__(self, port: int, pid: int) -> None:
        self.pid = pid
        self._server = f"ws://127.0.0.1:{port}/"
        self._people: dict[str, int] = {}
        self.presence = f"{self._server}{PRESENCE}"

    async def prepare(self, path: str, people: int) -> None:
        """Keep in mind for how many people a notebook is."""
        self._people[path] = people

    async def find(self, path: str) -> str:
        """Return the room's address, which needs no asking."""
        return f"{self._server}{quote(path)}"

    def begin(self, page: Page, path: str) -> None:
        """Write the notebook, which this server has from nowhere else."""
        page.document.source = lesson(self._people[path])


@contextmanager
def jupyterlab(stack: Stack, home: Path | None = None) -> Iterator[LabCarrier]:
    """Run the stack's JupyterLab. Raises `StackError` where it does not come up."""
    with running_lab(stack, free_port(), home, _SECONDS_TO_STOP) as lab:
        yield LabCarrier(lab)


@contextmanager
def bare(stack: Stack) -> Iterator[BareCarrier]:
    """Run the peer, on the stack's Python. Raises `StackError` where it does not come up."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        log = Path(folder, "server.log")
        with log.open("wb") as output:
            process = subprocess.Popen(
                [python_of(stack), Path(__file__).with_name("bare.py"), str(port)],
                env=environment_without_jupyter(),
                # It ends with us, however we end: it watches for the end of this pipe.
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            wait_until(lambda: process.poll() is not None or is_taken(port), _SECONDS_TO_START)
            if process.poll() is not None or not is_taken(port):
                raise StackError(f"the bare server did not come up; its log ends:\n{end_of(log)}")
            yield BareCarrier(port, process.pid)
        finally:
            stop(process, _SECONDS_TO_STOP)


Run = Callable[[Stack], AbstractContextManager[Carrier]]
"""What runs a server of a stack."""

RUNS: dict[Server, Run] = {Server.LAB: jupyterlab, Server.BARE: bare}


@contextmanager
def on_own_core(run: Run, stack: Stack, core: int | None) -> Iterator[Carrier]:
    """Run a server that has nothing but this core, if one is given."""
    with ExitStack() as running:
        with on_core(core):
            carrier = running.enter_context(run(stack))
        yield carrier
