"""A JupyterLab that its owner starts, stops and starts again in the same home, on its port."""

import asyncio
from contextlib import ExitStack
from pathlib import Path

from rtc_guide.stacks.environment import Stack
from rtc_guide.stacks.jupyterlab import Lab, running_lab

# With a notebook open, JupyterLab takes a minute to end, in which it answers nobody any more
# (https://github.com/jupyterlab/jupyter-collaboration/issues/161): nothing to wait for.
_SECONDS_TO_STOP = 2


class Standalone:
    """One person's JupyterLab; each start has a new token, as is Jupyter's default."""

    def __init__(self, stack: Stack, port: int, home: Path) -> None:
        self._stack = stack
        self.home = home
        self._port = port
        self._lab: Lab | None = None
        self._running = ExitStack()
        self._starting = asyncio.Lock()
        self._tokens: list[str] = []

    @property
    def url(self) -> str:
        """Its address, with a slash at its end."""
        return f"http://127.0.0.1:{self._port}/"

    @property
    def token(self) -> str:
        """The token of the present, or last, start."""
        return self._tokens[-1]

    @property
    def folder(self) -> Path:
        """What it offers, on disk."""
        return self.home / "course"

    async def start(self) -> None:
        """Start it, if it isn't running. Raises `StackError` where it doesn't come up."""
        async with self._starting:
            if self._lab is None:
                self._lab = await asyncio.to_thread(
                    self._running.enter_context,
                    running_lab(self._stack, self._port, self.home, _SECONDS_TO_STOP),
                )
                self._tokens.append(self._lab.token)

    async def stop(self) -> None:
        """Stop it, and wait until it has ended."""
        async with self._starting:
            self._lab = None
            await asyncio.to_thread(self._running.close)

    def redact(self, text: str) -> str:
        """Take the secrets of all its starts out of a text that somebody may read."""
        for token in self._tokens:
            text = text.replace(token, "…")
        return text
