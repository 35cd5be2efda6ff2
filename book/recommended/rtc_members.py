"""Keeps a group's server to the group's present members, also on connections already open.

JupyterHub checks a visitor when a request comes in. A websocket (an open notebook, a kernel, a
terminal) is one request that lasts for hours, so a member who was removed could go on using it.
`RTCMembers` asks the hub again every few seconds on behalf of everybody who has been here.

Works with JupyterHub 5 and newer and Jupyter Server 2.13 and newer.
"""

import asyncio
import os
import time
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakSet

from jupyterhub.singleuser.extension import JupyterHubAuthorizer
from tornado.web import HTTPError
from tornado.websocket import WebSocketHandler
from traitlets import Bool, Integer, Unicode

# RFC 6455: the connection breaks a rule of the server.
POLICY_VIOLATION = 1008
# Nobody takes longer to open a websocket; one without a connection by then is over.
_SECONDS_TO_OPEN = 60
# JupyterHub's client itself would wait for five minutes.
_SECONDS_TO_ANSWER = 10
# What these packages do on a GET only reads, or asks the authorizer. Of others, one can't know:
# nbgitpuller writes files on a GET, and behind a proxy there may be anything.
_KNOWN = {
    *("jupyter_server", "jupyter_server_fileid", "jupyter_server_terminals", "jupyter_server_ydoc"),
    *("jupyter_lsp", "jupyterhub", "jupyterlab", "jupyterlab_server"),
}


@dataclass
class Visit:
    """What came in with one token: a person's log-in, and what they use here."""

    user: str
    # When the hub last said yes, and when a websocket was last asked for (monotonic seconds).
    confirmed: float
    asked: float
    sockets: WeakSet[WebSocketHandler] = field(default_factory=WeakSet)
    # Kernels and terminals they were connected to: ("kernels", id) or ("terminals", name).
    ran: set[tuple[str, str]] = field(default_factory=set)


class RTCMembers(JupyterHubAuthorizer):
    """Lets members edit and readers read, for as long as the hub says that they are.

    Reading is decided on the hub's answer of at most `HubOAuth.cache_max_age` seconds ago; all
    else, and every websocket, is asked anew. While the hub can't be reached, new requests are
    refused, and websockets are closed after `unreachable_seconds`.
    """

    recheck_seconds = Integer(
        5, min=1, help="Seconds between two questions to the hub about whoever is here."
    ).tag(config=True)
    unreachable_seconds = Integer(
        60,
        min=1,
        help="Seconds for which websockets stay open while the hub can't be reached: long enough "
        "for a hub to restart.",
    ).tag(config=True)
    end_what_they_ran = Bool(
        True,
        help="Whether the kernels and terminals that a removed member was connected to are ended. "
        "They run the removed member's code on, also where others use them too.",
    ).tag(config=True)
    edit_scope = Unicode(
        "custom:rtc:edit", help="The hub's scope that tells members from readers."
    ).tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._visits: dict[str, Visit] = {}
        self._watch: asyncio.Task[None] | None = None
        self._identify = self.identity_provider.get_user
        # Many addresses (JupyterLab's settings and extensions, proxies) never ask an authorizer,
        # and all ask who the visitor is. JupyterHub leaves no other class of provider a choice.
        self.identity_provider.get_user = self._identify_or_refuse

    async def _identify_or_refuse(self, handler: Any) -> Any:
        user = await self._identify(handler)
        if user is None or _only_reads(handler) or self._may_edit(user.hub_user):
            return user
        # Somebody must be set, if only nobody, before Jupyter Server can render an error.
        handler.current_user = handler._jupyter_current_user = None
        raise HTTPError(403, "You may read here, and nothing else.")

    async def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        """Return whether the visitor may do this now; remember the websockets they open.

        Raises `tornado.web.HTTPError` (503) if the hub can't be asked.
        """
        is_socket = isinstance(handler, WebSocketHandler)
        if action == "read" and not is_socket:
            return self._may_enter(user.hub_user)
        # RTC's websocket asks to "read" the notebook, and carries everybody's edits.
        token = self.hub_auth.get_token(handler)
        answer = await self._ask(token) if token else None
        if answer is None or not self._may_edit(answer):
            return False
        if is_socket:
            self._remember(token, answer["name"], handler, resource)
        return True

    async def recheck(self) -> None:
        """Ask the hub about everybody who has been here; close what those who left have open."""
        await asyncio.gather(*(self._recheck(*visit) for visit in list(self._visits.items())))

    async def _recheck(self, token: str, visit: Visit) -> None:
        try:
            answer = await self._ask(token)
        except HTTPError:
            if time.monotonic() - visit.confirmed > self.unreachable_seconds:
                self._close(visit, "The hub can't be reached to ask whether you may be here.")
            return
        if answer is not None and self._may_edit(answer):
            visit.confirmed = time.monotonic()
            if not self._is_here(visit):
                self._visits.pop(token, None)
            return
        self._close(visit, "You may no longer edit here.")
        if answer is not None and self.end_what_they_ran:
            # Not for somebody who merely logged out: their token is unknown to the hub.
            await self._end(visit)
        if not self._opening(visit):
            self._visits.pop(token, None)

    async def _ask(self, token: str) -> Any:
        """Return the hub's model of the token's owner, `None` for a token that it rejects.

        Raises `HTTPError` (503) if there is no such answer in time.
        """
        question = self.hub_auth.user_for_token(token, use_cache=False, sync=False)
        try:
            return await asyncio.wait_for(question, _SECONDS_TO_ANSWER)
        except Exception as error:
            # Whatever went wrong: without the hub's yes it is a no.
            raise HTTPError(503, "The hub can't be asked whether you may be here.") from error

    def _may_enter(self, answer: dict[str, Any]) -> bool:
        return bool(self.hub_auth.check_scopes(self.hub_auth.access_scopes, answer))

    def _may_edit(self, answer: dict[str, Any]) -> bool:
        account = os.environ["JUPYTERHUB_USER"]
        server = os.environ.get("JUPYTERHUB_SERVER_NAME", "")
        here = {f"{self.edit_scope}!user={account}", f"{self.edit_scope}!server={account}/{server}"}
        return self._may_enter(answer) and bool(self.hub_auth.check_scopes(here, answer))

    def _remember(self, token: str, user: str, handler: Any, resource: str) -> None:
        now = time.monotonic()
        visit = self._visits.setdefault(token, Visit(user, confirmed=now, asked=now))
        visit.confirmed = visit.asked = now
        visit.sockets.add(handler)
        if resource == "kernels":
            visit.ran.add((resource, handler.kernel_id))
        elif resource == "terminals":
            visit.ran.add((resource, handler.path_args[0]))
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._keep_rechecking())

    async def _keep_rechecking(self) -> None:
        while self._visits:
            await asyncio.sleep(self.recheck_seconds)
            try:
                await self.recheck()
            except Exception:
                # The guard must outlive whatever went wrong with one visitor.
                self.log.exception("Asking the hub about visitors failed; asking again")

    def _opening(self, visit: Visit) -> bool:
        return time.monotonic() - visit.asked < _SECONDS_TO_OPEN

    def _is_here(self, visit: Visit) -> bool:
        """Return whether there is still something that a removal would have to end."""
        visit.ran = {(kind, name) for kind, name in visit.ran if self._runs(kind, name)}
        return (
            bool(visit.ran)
            or self._opening(visit)
            or any(socket.ws_connection for socket in visit.sockets)
        )

    def _close(self, visit: Visit, reason: str) -> None:
        for socket in list(visit.sockets):
            # A client that ignores the closing could send on for some seconds.
            socket.on_message = _ignore  # type: ignore[method-assign]
            if socket.ws_connection:
                self.log.warning("Closing %s of %s: %s", socket.request.path, visit.user, reason)
                socket.close(POLICY_VIOLATION, reason)

    async def _end(self, visit: Visit) -> None:
        for kind, name in [what for what in visit.ran if self._runs(*what)]:
            self.log.warning("Ending one of the %s, %s, which %s used", kind, name, visit.user)
            if kind == "kernels":
                await self.parent.kernel_manager.shutdown_kernel(name, now=True)
            else:
                await self._terminals.terminate(name, force=True)
        visit.ran.clear()

    def _runs(self, kind: str, name: str) -> bool:
        return name in (
            self.parent.kernel_manager if kind == "kernels" else self._terminals.terminals
        )

    @property
    def _terminals(self) -> Any:
        return self.parent.web_app.settings["terminal_manager"]


def _only_reads(handler: Any) -> bool:
    """Return whether a request reads, or will be asked about by `RTCMembers.is_authorized`."""
    package = type(handler).__module__.partition(".")[0]
    return package in _KNOWN and handler.request.method in {"GET", "HEAD", "OPTIONS"}


def _ignore(message: str | bytes) -> None:
    """Take a message from somebody who may no longer send any."""
