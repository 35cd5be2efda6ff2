"""Driving the hub as its admin: starting and stopping servers, and who is in a group."""

import asyncio
from collections import defaultdict
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from rtc_guide.stacks.environment import StackError
from rtc_guide.stacks.jupyterhub import Hub, start_server
from rtc_guide.trials.waiting import until

_SECONDS = 60


class Driver:
    """What a hub's admin does by its API. An async context manager, which closes connections."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._starting = defaultdict[tuple[str, str], asyncio.Lock](asyncio.Lock)
        self.http = httpx.AsyncClient(
            headers={"Authorization": f"token {hub.api_token}"}, timeout=_SECONDS, trust_env=False
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.http.aclose()

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the hub's API; `path` is below `/hub/api/`.

        Raises `StackError` where the hub says no: an admin may do everything.
        """
        answer = await self.http.request(method, f"{self._hub.url}/hub/api/{path}", json=body)
        if answer.is_error:
            said = self._hub.redact(answer.text[:300])
            raise StackError(f"the hub answered {answer.status_code} to {method} {path}: {said}")
        return answer.json() if answer.content else None

    async def is_running(self, account: str, server: str = "") -> bool:
        """Tell whether a server is up, and not about to start or to stop."""
        user = await self.ask("GET", f"users/{quote(account)}")
        found = user["servers"].get(server, {})
        return bool(found.get("ready")) and not found.get("pending")

    async def start(self, account: str, server: str = "") -> None:
        """Start a server, if it isn't running. Raises `StackError` if it doesn't come up."""
        # The hub refuses to start what is starting already.
        async with self._starting[account, server]:
            if not await self.is_running(account, server):
                await asyncio.to_thread(start_server, self._hub, account, server)

    async def stop(self, account: str, server: str = "") -> None:
        """Stop a server, and wait until it has ended."""
        of_user = f"users/{quote(account)}"
        await self.ask(
            "DELETE", f"{of_user}/servers/{quote(server)}" if server else f"{of_user}/server"
        )

        async def stopped() -> bool:
            servers = (await self.ask("GET", of_user))["servers"]
            return not servers.get(server, {}).get("pid") and not (
                servers.get(server, {}).get("ready") or servers.get(server, {}).get("pending")
            )

        if await until(stopped, _SECONDS) is None:
            raise StackError(f"the server of “{account}” did not stop within {_SECONDS} s")

    async def members(self, group: str) -> set[str]:
        """Return who is in a group."""
        return set((await self.ask("GET", f"groups/{quote(group)}"))["users"])

    async def add(self, group: str, *names: str) -> None:
        """Put people into a group."""
        await self.ask("POST", f"groups/{quote(group)}/users", {"users": list(names)})

    async def remove(self, group: str, *names: str) -> None:
        """Take people out of a group."""
        await self.ask("DELETE", f"groups/{quote(group)}/users", {"users": list(names)})

    async def tidy(self, account: str) -> None:
        """End the kernels and terminals that run on an account's server."""
        await tidy(self.http, f"{self._hub.url}/user/{quote(account)}/")


async def tidy(http: httpx.AsyncClient, server: str) -> None:
    """End the kernels and terminals of a server, for whoever `http` is.

    Raises `StackError` where the server doesn't let them: a trial would begin in what another left.
    """
    for kind, key in (("kernels", "id"), ("terminals", "name")):
        listed = await http.get(f"{server}api/{kind}")
        for one in listed.json() if listed.is_success else []:
            ended = await http.delete(f"{server}api/{kind}/{one[key]}")
            if ended.status_code == 403:
                raise StackError(f"the trials' driver may not end {kind} of earlier trials")
