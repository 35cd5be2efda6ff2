"""The demo's notebooks in real kernels."""

import os
from contextlib import AsyncExitStack
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from pycrdt_yjs import node
from rtc_guide.editor import bundle

TRY = Path(__file__).parents[3] / "book" / "try"


@pytest.fixture(scope="session")
def packed():
    """The page's side of the editor."""
    bundle.build(node.install(Path(bundle.__file__).parent))


class Session:
    """A notebook in a running kernel, executed cell by cell."""

    def __init__(self, client):
        self._client = client
        self._cells = client.nb.cells

    async def run(self, index):
        """Execute the code cell of this number and return what it printed and shows."""
        codes = [i for i, cell in enumerate(self._cells) if cell.cell_type == "code"]
        cell = self._cells[codes[index]]
        return read_outputs(await self._client.async_execute_cell(cell, codes[index]))

    async def say(self, source):
        """Execute a cell that a person adds, and return what it printed and shows."""
        self._cells.append(nbformat.v4.new_code_cell(source))
        cell = await self._client.async_execute_cell(self._cells[-1], len(self._cells) - 1)
        return read_outputs(cell)

    async def until(self, expression):
        """Wait in the kernel until a condition holds there."""
        await self.say(
            "import asyncio as _asyncio\n"
            "async with _asyncio.timeout(20):\n"
            f"    while not ({expression}):\n"
            "        await _asyncio.sleep(0.01)"
        )


def read_outputs(cell):
    """Return all that a cell printed or shows, as text."""
    return "".join(
        output.get("text") or output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
    )


def _client_for(name):
    """Return what executes a notebook of the demo natively."""
    notebook = nbformat.read(TRY / "notebooks" / f"{name}.ipynb", as_version=4)
    return NotebookClient(notebook, timeout=60, kernel_name="python3")


def _environment(url):
    """Return the environment of a process that knows this server, or none."""
    told = {name: value for name, value in os.environ.items() if name != "RTC_SERVER"}
    return told if url is None else {**told, "RTC_SERVER": url}


@pytest.fixture
def execute(packed):
    """Execute a whole notebook: `done = await execute("ada", server.url)`."""

    async def execute(name, url):
        return await _client_for(name).async_execute(env=_environment(url))

    return execute


@pytest.fixture
async def start(packed):
    """Start a notebook's kernel: `ada = await start("ada", server.url)`. Ended with the test."""
    async with AsyncExitStack() as kernels:

        async def start(name, url):
            client = _client_for(name)
            await kernels.enter_async_context(client.async_setup_kernel(env=_environment(url)))
            return Session(client)

        yield start
