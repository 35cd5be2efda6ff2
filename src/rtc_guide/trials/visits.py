"""What a person does on a Jupyter server: pages, files, notebooks, a kernel, a terminal.

A visit does what JupyterLab's page does in the person's browser: it requests with the token that
the page has, if it has one, and opens websockets with the cookies.
"""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from rtc_guide.trials.kernels import OpenKernel, open_kernel
from rtc_guide.trials.notebooks import OpenNotebook, open_notebook
from rtc_guide.trials.people import Answer, Page, Person
from rtc_guide.trials.terminals import OpenTerminal, open_terminal


@dataclass
class Visit:
    """A person on a server; `page` is what they saw first, of whatever kind it was."""

    person: Person
    # With a slash at the end.
    server: str
    page: Page
    # One that they made on the hub's token page, for requests without any page of the server.
    own_token: str = ""

    @property
    def token(self) -> str:
        """The token for requests: their own, else the one that the page has; often none."""
        return self.own_token or str((self.page.lab or {}).get("token", ""))

    async def open_page(self) -> Page:
        """Open JupyterLab anew, by its address without any secret."""
        return await self.person.open(f"{self.server}lab")

    async def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """Send a request to the server; `path` is below its address."""
        headers = {"Authorization": f"token {self.token}"} if self.token else {}
        return await self.person.ask(method, f"{self.server}{path}", body, headers)

    async def read(self, path: str) -> Answer:
        """Read a file; the answer's body is the contents API's model."""
        return await self.ask("GET", f"api/contents/{quote(path)}")

    async def write(self, path: str, text: str) -> Answer:
        """Write a text file."""
        model = {"type": "file", "format": "text", "content": text}
        return await self.ask("PUT", f"api/contents/{quote(path)}", model)

    def notebook(self, path: str) -> AbstractAsyncContextManager[OpenNotebook]:
        """Open a notebook to edit it together with others; see `open_notebook`."""
        return open_notebook(self, path)

    def kernel(self, id_: str | None = None) -> AbstractAsyncContextManager[OpenKernel]:
        """Start a kernel, or open a running one; see `open_kernel`."""
        return open_kernel(self, id_)

    def terminal(self, name: str | None = None) -> AbstractAsyncContextManager[OpenTerminal]:
        """Start a terminal, or open a running one; see `open_terminal`."""
        return open_terminal(self, name)
