"""The JupyterLab that fails its people: it stops, is killed, hangs, forgets, and runs out of space.

Space runs out on a small file system of the server's own (a mount namespace), files are locked for
a server that runs as another account: what needs one of them and can't have it is `Unproven`.
"""

import asyncio
import math
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path

from rtc_guide.software import product_of, read_declaration
from rtc_guide.stacks.environment import Stack, StackError, find_stack
from rtc_guide.stacks.jupyterlab import Lab, Manner, running_lab
from rtc_guide.stacks.ports import free_ports
from rtc_guide.stacks.processes import wait_until
from rtc_guide.stacks.versions import version_of
from rtc_guide.trials.faults.schedule import Does
from rtc_guide.trials.registry import Unproven

# Hubs give a server some seconds to stop, then kill it.
_SECONDS_TO_STOP = 5
_STORE = ".jupyter_ystore.db"
_EXTENSION = "jupyter-collaboration"
_SMALL = "16m"
# Anybody but root and us; nobody has to know its name.
_OTHER_USER = 65533
_NAMESPACE = ("unshare", "--mount")


class FailingServer:
    """One JupyterLab, or two on one home, and what happens to them.

    To be used as an asynchronous context manager. `needs` is what will happen, for which the
    server must be set up; raises `Unproven` where this machine can't do that.
    """

    def __init__(
        self, stack: Stack, needs: Sequence[Does], flags: Sequence[str] = (), count: int = 1
    ) -> None:
        # Before an update it runs what people had before.
        self._stack = _earlier(stack) if Does.UPDATES in needs else stack
        self._updated = stack
        self._flags = tuple(flags)
        self._small = Does.FILLS in needs
        self._other = Does.LOCKS in needs
        self._count = count
        self._running = ExitStack()
        self._labs: list[Lab] = []
        # As on a hub, where people come back with the cookie that they have.
        self.token = secrets.token_hex(24)

    async def __aenter__(self) -> "FailingServer":
        """Start. Raises `StackError` where a server doesn't come up, `Unproven` as told above."""
        self._folder = tempfile.TemporaryDirectory(prefix="rtc-guide-lab-")
        self._home = Path(self._folder.name)
        self._ports = free_ports(self._count)
        (self._home / "course").mkdir()
        try:
            self._manner = self._find_manner()
            await self.start()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop, and remove the home."""
        await self._end(signal.SIGKILL)
        self._folder.cleanup()

    def lab(self, number: int = 0) -> Lab:
        """Return the server that runs, or ran last."""
        return self._labs[number % self._count]

    @property
    def course(self) -> Path:
        """The folder of the notebooks, as the server sees it."""
        course = self._home / "course"
        if not self._small or not self._labs:
            return course
        return Path(f"/proc/{self.lab().process}/root{course}")

    def put(self, path: str, text: str) -> None:
        """Write a notebook, before or while the server runs."""
        target = self.course / path
        making = target.with_name(f".{target.name}.making")
        making.write_text(text, "utf-8")
        if self._manner.user is not None:
            os.chown(making, self._manner.user, self._manner.user)
        making.replace(target)

    def read(self, path: str) -> str:
        """Return what is on disk. Raises `OSError` where it can't be read."""
        return (self.course / path).read_text("utf-8")

    @property
    def seconds_at_rest(self) -> float:
        """For how long the record of edits has not changed; it may lag behind the file."""
        # Its journal comes and goes with each edit, and changes the file itself.
        try:
            return time.time() - (self.course / _STORE).stat().st_mtime
        except FileNotFoundError:
            return math.inf

    @property
    def log(self) -> str:
        """What the server has told since it was last started."""
        return (self._home / "server.log").read_text("utf-8", "replace")

    async def suffer(self, does: Does) -> None:
        """Have something of this kind happen."""
        actions: dict[Does, Callable[[], object]] = {
            Does.HANGS: lambda: self._send(signal.SIGSTOP),
            Does.GOES_ON: lambda: self._send(signal.SIGCONT),
            Does.FORGETS_EDITS: self._forget_edits,
            Does.FORGETS_SESSIONS: lambda: self.lab().session_store.unlink(missing_ok=True),
            Does.UPDATES: self._update,
            Does.FILLS: self._fill,
            Does.EMPTIES: lambda: (self.course / "ballast").unlink(missing_ok=True),
            Does.LOCKS: lambda: self._lock(0o444, 0),
            Does.UNLOCKS: lambda: self._lock(0o644, _OTHER_USER),
        }
        match does:
            case Does.STOPS:
                await self._end(signal.SIGTERM)
            case Does.KILLED:
                await self._end(signal.SIGKILL)
            case Does.STARTS:
                await self.start()
            case _:
                await asyncio.to_thread(actions[does])

    async def start(self) -> None:
        """Start what doesn't run, in the same home."""
        if self._alive:
            return
        labs = []
        for port in self._ports:
            running = running_lab(self._stack, port, self._home, 0.1, manner=self._manner)
            labs.append(await asyncio.to_thread(self._running.enter_context, running))
        self._labs = labs

    @property
    def _alive(self) -> bool:
        return bool(self._labs) and Path(f"/proc/{self.lab().process}").exists()

    async def _end(self, how: signal.Signals) -> None:
        self._send(signal.SIGCONT)
        self._send(how)
        if how is signal.SIGTERM:
            await asyncio.to_thread(self._wait_for_end)
        await asyncio.to_thread(self._running.close)

    def _wait_for_end(self) -> None:
        wait_until(lambda: not any(map(_runs, self._processes)), _SECONDS_TO_STOP)

    @property
    def _processes(self) -> list[int]:
        return [lab.process for lab in self._labs]

    def _send(self, how: signal.Signals) -> None:
        for process in self._processes:
            if _runs(process):
                os.kill(process, how)

    def _forget_edits(self) -> None:
        stores = list(self.course.glob(f"{_STORE}*"))
        if not stores:
            raise RuntimeError(f"the server has no {_STORE} that could be lost")
        for store in stores:
            store.unlink()

    def _update(self) -> None:
        self._stack = self._updated

    def _fill(self) -> None:
        # Unbuffered, or closing it would try to write the rest.
        with (self.course / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
            while True:
                ballast.write(bytes(4096))

    def _lock(self, mode: int, owner: int) -> None:
        for notebook in self.course.glob("*.ipynb"):
            os.chown(notebook, owner, owner)
            notebook.chmod(mode)

    def _find_manner(self) -> Manner:
        course = self._home / "course"
        store = course / _STORE
        flags = (f"--SQLiteYStore.db_path={store}", *self._flags)
        if self._small:
            prefix = _namespace()
            mount = f'mount -t tmpfs -o size={_SMALL} tmpfs "$0" && exec "$@"'
            return Manner(self.token, flags, (*prefix, "sh", "-c", mount, str(course)))
        if self._other:
            if os.geteuid():
                raise Unproven("files can be locked for a server only by root, with two accounts")
            return Manner(self.token, flags, user=_OTHER_USER)
        return Manner(self.token, flags)


def _earlier(stack: Stack) -> Stack:
    """Return the stack of the same product with the version of the extension before this one's.

    Raises `Unproven` where there is none, `StackError` where it can't be had.
    """
    root = Path.cwd()
    names = list(read_declaration(root).stacks)
    names = names[: names.index(stack.name)] if stack.name in names else []
    for name in reversed(names):
        earlier = find_stack(name, root)
        if product_of(name) != product_of(stack.name):
            continue
        with suppress(StackError):
            if version_of(earlier, _EXTENSION) != version_of(stack, _EXTENSION):
                return earlier
    raise Unproven(f"no earlier {_EXTENSION} than that of {stack.name} is known")


def _runs(process: int) -> bool:
    """Tell whether a process is there and has not ended; one that nobody waited for has."""
    try:
        state = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@cache
def _namespace() -> tuple[str, ...]:
    """Return what gives a process file systems of its own. Raises `Unproven` where nothing does."""
    command = _NAMESPACE if os.geteuid() == 0 else (*_NAMESPACE, "--user", "--map-root-user")
    if shutil.which(command[0]):
        tried = subprocess.run([*command, "true"], capture_output=True, check=False)
        if tried.returncode == 0:
            return command
    raise Unproven("a small disk needs a mount namespace (unshare), which this machine refuses")
