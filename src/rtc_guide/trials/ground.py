"""The ground of a run's trials: one hub and one JupyterLab, started once, when first needed."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rtc_guide.pages.ways import EDITING, NO_HUB
from rtc_guide.stacks.environment import Stack, StackError
from rtc_guide.stacks.jupyterhub import Hub, running_hub
from rtc_guide.stacks.ports import free_ports
from rtc_guide.trials import accounts
from rtc_guide.trials.driving import Driver
from rtc_guide.trials.people import Person
from rtc_guide.trials.standalone import Standalone
from rtc_guide.trials.ways import ON_HUB, Sharing, TokenLink

# The recommended set-up's own files, which the hub of the trials runs with: in a checkout of the
# source, or in the installed package.
_PLACES = (
    Path(__file__).parents[3] / "book" / "recommended",
    Path(__file__).with_name("recommended"),
)
RECOMMENDED = next((folder for folder in _PLACES if folder.is_dir()), _PLACES[-1])
_OWN = tuple(
    Path(__file__).with_name(name) for name in ("hub_config.py", "accounts.py", "read_only.py")
)

# The servers that trials need, in the order in which tables show their ways.
_SERVERS = (
    accounts.RECOMMENDED_ACCOUNT,
    accounts.OWNER,
    accounts.GROUP_ACCOUNT,
    accounts.SHARER,
    accounts.VISITOR,
    accounts.TOKEN_OWNER,
    accounts.LINK_OWNER,
    *(account for account in accounts.SEARCH_SCOPES if account != accounts.SHARER),
)


@dataclass(frozen=True)
class Editing:
    """A way of working on one file, ready to be tried on this software."""

    stack: Stack
    way: str


class Ground:
    """Where trials take place; `open_ground` makes it."""

    def __init__(
        self,
        stack: Stack,
        recommended: Path,
        configs: Sequence[Path],
        closing: AsyncExitStack,
    ) -> None:
        self._stack = stack
        self._recommended = recommended
        self._configs = configs
        self._closing = closing
        self._hub: tuple[Hub, Driver] | None = None
        self._refused: StackError | None = None
        self._labs: tuple[Standalone, Standalone] | None = None
        self._background: set[asyncio.Task[None]] = set()
        self._finished: list[Sharing] = []
        self._starting = asyncio.Lock()
        self._redact: list[Callable[[str], str]] = []

    @asynccontextmanager
    async def sharing(self, way: str) -> AsyncIterator[Sharing | Editing]:
        """Give a way of sharing in its known state, with new people, who leave at the end.

        Raises `StackError` where a server that it needs doesn't come up.
        """
        if way in EDITING:
            # Each such trial has servers of its own.
            yield Editing(self._stack, way)
            return
        # What earlier trials stopped starts while this one is busy elsewhere.
        while self._finished:
            self._in_background(self._finished.pop().start())
        async with AsyncExitStack() as people:
            sharing = await self._sharing(way, people)
            await sharing.prepare()
            yield sharing
        self._finished.append(sharing)

    async def _sharing(self, way: str, people: AsyncExitStack) -> Sharing:
        def new_person(name: str | None) -> Person:
            password = self._hub[0].password if self._hub and name else None
            person = Person(name or "anonymous", password)
            people.push_async_callback(person.close)
            return person

        if way == NO_HUB:
            return TokenLink(new_person, *self._standalone())
        return ON_HUB[way](new_person, *await self.hub())

    async def hub(self) -> tuple[Hub, Driver]:
        """Return the hub and what drives it, started first if it doesn't run."""
        async with self._starting:
            if self._refused:
                raise StackError(str(self._refused))
            try:
                return self._hub or await self._start_hub()
            except StackError as error:
                # It would not come up for the next trial either, which would wait as long.
                self._refused = error
                raise

    async def _start_hub(self) -> tuple[Hub, Driver]:
        configs = [self._copy_configuration(), *self._configs]
        # Whatever thread it starts in: it ends by closing a pipe and by process id.
        hub = await asyncio.to_thread(
            self._closing.enter_context, running_hub(self._stack, configs)
        )
        self._redact.append(hub.redact)
        driver = await self._closing.enter_async_context(Driver(hub))
        self._hub = hub, driver
        self._in_background(_start_all(driver))
        return self._hub

    def _in_background(self, starting: Coroutine[Any, Any, None]) -> None:
        async def start() -> None:
            # A server that doesn't come up is told to the trial that needs it.
            with suppress(StackError):
                await starting

        task = asyncio.create_task(start())
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def _standalone(self) -> tuple[Standalone, Standalone]:
        if self._labs is None:
            self._labs = (self._new_lab(), self._new_lab())
        return self._labs

    def _new_lab(self) -> Standalone:
        home = self._closing.enter_context(tempfile.TemporaryDirectory(prefix="rtc-guide-lab-"))
        lab = Standalone(self._stack, free_ports(1)[0], Path(home))
        self._redact.append(lab.redact)
        self._closing.push_async_callback(lab.stop)
        return lab

    def _copy_configuration(self) -> Path:
        """Copy the hub's files to where every user can read them; return the one to begin with."""
        if not self._recommended.is_dir():
            raise StackError(
                f"the recommended set-up is not there to be tried: expected {self._recommended}; "
                "install rtc-guide again"
            )
        made = tempfile.TemporaryDirectory(prefix="rtc-guide-set-up-")
        folder = Path(self._closing.enter_context(made))
        for path in _OWN:
            shutil.copy(path, folder)
        shutil.copytree(
            self._recommended, folder / "recommended", ignore=shutil.ignore_patterns("__pycache__")
        )
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        return folder / _OWN[0].name

    async def close(self) -> None:
        """Stop what goes on in the background."""
        background = list(self._background)
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)

    def redact(self, text: str) -> str:
        """Take the servers' secrets out of a text that somebody may read."""
        for redact in self._redact:
            text = redact(text)
        return text


async def _start_all(driver: Driver) -> None:
    # One after another, so that the server that a trial waits for isn't slowed by all others.
    for account in _SERVERS:
        with suppress(StackError):
            await driver.start(account)


@asynccontextmanager
async def open_ground(
    stack: Stack, recommended: Path = RECOMMENDED, configs: Sequence[Path] = ()
) -> AsyncIterator[Ground]:
    """Give the ground of a run's trials, and stop all servers at the end.

    `recommended` is the folder of the recommended set-up's files, or of others to try instead;
    `configs` are further files of the hub's configuration, read after all others.
    """
    async with AsyncExitStack() as closing:
        ground = Ground(stack, recommended, configs, closing)
        try:
            yield ground
        finally:
            # Before the servers stop, which it uses.
            await ground.close()
