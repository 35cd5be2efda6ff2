"""The ways of sharing, set up on real servers: one interface, a class for each way."""

import itertools
import json
import os
import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import httpx

from rtc_guide.pages.ways import HUB, NO_HUB, RECOMMENDED
from rtc_guide.stacks.jupyterhub import Hub
from rtc_guide.trials import accounts
from rtc_guide.trials.driving import Driver, tidy
from rtc_guide.trials.people import Page, Person
from rtc_guide.trials.standalone import Standalone
from rtc_guide.trials.visits import Visit
from rtc_guide.trials.waiting import until

_SECONDS_TO_SAVE = 10


class NoMeans(Exception):
    """This way of sharing has no means to do that; the message says it for a proof."""


class Sharing(ABC):
    """One way in which an owner shares a server, ready to be tried.

    Trials act through people, who use what the way hands out and nothing else. `folder` is what
    the server offers, on disk, and `notebook` the path in it of a new notebook.
    """

    way: str
    means: ClassVar[str]
    """How somebody is put out, as the beginning of a sentence for a proof."""
    stopping: ClassVar[str] = "the stop"
    """How the server is stopped, for a proof."""
    cache_seconds: ClassVar[int] = accounts.CACHE_SECONDS
    """For how long the server believes what the hub said of a visitor."""
    recheck_seconds: ClassVar[int] = 0
    """How often the server asks again about those whose websockets are open; 0 for never."""

    def __init__(self, new_person: Callable[[str | None], Person]) -> None:
        self.owner = new_person(self._owner_name)
        self.visitor = new_person(accounts.VISITOR)
        self.other = new_person(accounts.OTHER)
        self.stranger = new_person(accounts.STRANGER)
        self.anonymous = new_person(None)
        self.new_person = new_person
        """Make a person: one of that account, or one without; closed with the others."""
        self.notebook = f"shared-{next(_numbers)}.ipynb"
        self.links: dict[str, str] = {}
        """What was handed out to whom, by name."""

    _owner_name: ClassVar[str] = accounts.OWNER

    @property
    @abstractmethod
    def server(self) -> str:
        """The address of the shared server, with a slash at its end."""

    @property
    @abstractmethod
    def folder(self) -> Path:
        """What the server offers, on disk."""

    @property
    def home(self) -> Path:
        """The home directory of the person who shares, on disk."""
        return self.folder

    @property
    def home_server(self) -> str:
        """The address of the server that the person who shares has for their own work."""
        return self.server

    @property
    def hub(self) -> Hub:
        """The hub. Raises `NoMeans` where there is none."""
        raise NoMeans("There is no hub.")

    @property
    def on_disk(self) -> Path:
        """The shared notebook on disk."""
        return self.folder / self.notebook

    @property
    def address(self) -> str:
        """The address of the shared notebook in JupyterLab, without any secret."""
        return f"{self.server}lab/tree/{self.notebook}"

    async def prepare(self) -> None:
        """Come to the known state, whatever was before.

        The server runs, with a new notebook and nothing left running on it; the visitor and the
        other person are let in, and nobody else.
        """
        await self.start()
        await self._forget()
        self.put_notebook()
        for person in (self.visitor, self.other):
            await self.let_in(person)

    def put_notebook(self) -> None:
        """Put the empty notebook on disk, as the server's own file."""
        model = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        self.put_file(self.notebook, json.dumps(model))

    def put_file(self, path: str, text: str) -> Path:
        """Put a file into the folder, as the server's own; return where it is."""
        return put_file(self.folder, path, text)

    async def saved(
        self, text: str, seconds: float = _SECONDS_TO_SAVE, file: Path | None = None
    ) -> float | None:
        """Wait until the shared notebook, or another file, has this text on disk.

        Returns the seconds that it took, `None` if it didn't come.
        """
        file = file or self.on_disk
        return await until(lambda: text in file.read_text(encoding="utf-8"), seconds)

    async def let_in(self, person: Person) -> None:
        """Do what this way asks for to let somebody in, and hand out what they need."""
        self.links[person.name] = await self.hand_out(person)

    @abstractmethod
    async def hand_out(self, person: Person) -> str:
        """Let somebody in; return the address they are told."""

    async def enter(self, person: Person, of: Person | None = None) -> Visit:
        """Let a person open what they got, or what somebody else got and passed on to them.

        Whether they got in is told by the visit's page.
        """
        page = await person.open(self.links[(of or person).name])
        return Visit(person, self.server, page)

    async def enter_as_owner(self) -> Visit:
        """Let the owner in, as a control: where others are refused, the server itself is well.

        Raises `RuntimeError` where the owner doesn't get in.
        """
        page = await self.owner.open(await self._owners_address())
        if not page.is_lab:
            raise RuntimeError(f"the owner must get in, or a refusal proves nothing: {page}")
        return Visit(self.owner, self.server, page)

    async def _owners_address(self) -> str:
        return self.address

    @abstractmethod
    async def put_out(self, person: Person) -> None:
        """Put one person out by the means of this way. Raises `NoMeans` where it has none."""

    @abstractmethod
    async def own_server(self, person: Person) -> tuple[Visit, Path]:
        """Let a person visit a server of their own; return the visit and its folder on disk."""

    @abstractmethod
    async def start(self) -> None:
        """Start the server as the owner does, if it isn't running."""

    @abstractmethod
    async def stop(self) -> float:
        """Stop the server as the owner does; return the seconds until it has ended."""

    @abstractmethod
    async def _forget(self) -> None:
        """Put everybody out but the owner, and end what runs on the server."""


class OnHub(Sharing):
    """What the ways on a hub have in common; by itself, the owner's server that nobody shares."""

    way = HUB
    means = "There is nobody to put out"
    account: ClassVar[str] = accounts.OWNER

    def __init__(
        self, new_person: Callable[[str | None], Person], hub: Hub, driver: Driver
    ) -> None:
        super().__init__(new_person)
        self._hub = hub
        self.driver = driver

    @property
    def hub(self) -> Hub:
        """The hub."""
        return self._hub

    @property
    def server(self) -> str:
        """The address of the shared account's server."""
        return self.server_of(self.account)

    @property
    def folder(self) -> Path:
        """The home of the shared account."""
        return self.hub.home_of(self.account)

    def server_of(self, account: str) -> str:
        """Return the address of an account's server, with a slash at its end."""
        return f"{self.hub.url}/user/{account}/"

    async def prepare(self) -> None:
        """Come to the known state; here nobody is let in."""
        await self.start()
        await self._forget()
        self.put_notebook()

    async def hand_out(self, person: Person) -> str:
        """Tell the address."""
        return self.address

    async def put_out(self, person: Person) -> None:
        """Raise `NoMeans`: nobody is in."""
        raise NoMeans("Nobody was let in.")

    async def new_token(self, person: Person) -> str:
        """Make a token with which a person may do whatever they may, on all servers."""
        made = await self.driver.ask("POST", f"users/{person.name}/tokens", {"expires_in": 3600})
        return str(made["token"])

    async def visit(self, person: Person, account: str) -> Visit:
        """Let a person open JupyterLab on an account's server, which runs."""
        server = self.server_of(account)
        return Visit(person, server, await person.open(f"{server}lab"))

    async def own_server(self, person: Person) -> tuple[Visit, Path]:
        """Let a person visit their own server of this hub, which is started first."""
        await self.driver.start(person.name)
        return await self.visit(person, person.name), self.hub.home_of(person.name)

    async def start(self) -> None:
        """Start the account's server, if it isn't running."""
        await self.driver.start(self.account)

    async def stop(self) -> float:
        """Stop the account's server; return the seconds until it has ended."""
        begin = time.monotonic()
        await self.driver.stop(self.account)
        return time.monotonic() - begin

    async def _forget(self) -> None:
        await self.driver.tidy(self.account)


class _Shared(OnHub):
    """What is shared on a hub: the visitor and the other person are let in to begin with."""

    async def prepare(self) -> None:
        await Sharing.prepare(self)


class GroupAccount(_Shared):
    """An account that stands for a group, of which the owner is a member too."""

    way = "group-account"
    means = "Taken out of the group"
    account = accounts.GROUP_ACCOUNT
    group: ClassVar[str] = accounts.GROUP

    @property
    def home(self) -> Path:
        """The home of the owner, which isn't the group's."""
        return self.hub.home_of(accounts.OWNER)

    @property
    def home_server(self) -> str:
        """The address of the owner's own server."""
        return self.server_of(accounts.OWNER)

    async def hand_out(self, person: Person) -> str:
        """Put somebody into the group, as the hub's admin does."""
        await self.driver.add(self.group, person.name)
        return self.address

    async def put_out(self, person: Person) -> None:
        """Take somebody out of the group, as the hub's admin does."""
        await self.driver.remove(self.group, person.name)

    async def _forget(self) -> None:
        await super()._forget()
        if members := await self.driver.members(self.group):
            await self.driver.remove(self.group, *members)
        await self.driver.add(self.group, accounts.OWNER)


class Recommended(GroupAccount):
    """The group account of the set-up that the guide recommends."""

    way = RECOMMENDED
    account = accounts.RECOMMENDED_ACCOUNT
    group = accounts.RECOMMENDED_GROUP
    # As its jupyter_server_config.py sets them.
    cache_seconds = 1
    recheck_seconds = 5


class Share(_Shared):
    """Access to the owner's server, given by JupyterHub's shares."""

    way = "share"
    means = "The share taken back"
    account = accounts.SHARER
    _owner_name = accounts.SHARER

    async def hand_out(self, person: Person) -> str:
        """Share with somebody by name, as the owner does."""
        await self._ask("POST", "shares", {"user": person.name})
        return self.address

    async def new_code(self) -> str:
        """Make a share code, as the owner does; return the address that accepts it."""
        code = await self._ask("POST", "share-codes", {})
        return f"{self.hub.url}{code['accept_url']}"

    async def put_out(self, person: Person) -> None:
        """Take the share of one person back, as the owner does."""
        await self._ask("PATCH", "shares", {"user": person.name})

    async def _ask(self, method: str, kind: str, body: object) -> dict[str, str]:
        if not self.owner.http.cookies:
            await self.owner.open(f"{self.hub.url}/hub/login?next=/hub/home")
        url = f"{self.hub.url}/hub/api/{kind}/{self.account}/"
        answer = await self.owner.ask(method, url, body)
        if not answer.ok:
            raise NoMeans(f"JupyterHub refuses the owner to do that: {answer}.")
        return dict(answer.body)

    async def _forget(self) -> None:
        await super()._forget()
        await self.driver.ask("DELETE", f"shares/{self.account}/")
        await self.driver.ask("DELETE", f"share-codes/{self.account}/")


class HubLink(_Shared):
    """The sharing dialog's link on a hub: an address without a secret."""

    way = "hub-link"
    means = "There is nobody to put out"
    account = accounts.LINK_OWNER
    _owner_name = accounts.LINK_OWNER

    async def put_out(self, person: Person) -> None:
        """Raise `NoMeans`: the link gave nobody anything."""
        raise NoMeans("The link lets nobody in, so there is nobody to put out.")


class HubTokenLink(_Shared):
    """The sharing dialog's link with the token of the owner's page in it, on a hub."""

    way = "hub-token-link"
    means = "The token deleted on the hub’s token page"
    account = accounts.TOKEN_OWNER
    _owner_name = accounts.TOKEN_OWNER

    async def hand_out(self, person: Person) -> str:
        """Tell the address with the token that the owner's page has."""
        page = await self._owner_page()
        return f"{self.address}?token={(page.lab or {})['token']}"

    async def _owner_page(self) -> Page:
        page = await self.owner.open(f"{self.server}lab")
        if not page.is_lab:
            raise NoMeans(f"The owner doesn't get onto their own server: {page}.")
        return page

    async def put_out(self, person: Person) -> None:
        """Delete the log-ins to this server on the hub's token page, as the owner does.

        One can't be told from another: it is the owner's own token that everybody has.
        """
        await self.owner.open(f"{self.hub.url}/hub/token")
        tokens = f"{self.hub.url}/hub/api/users/{self.account}/tokens"
        of_server = await self._log_ins(tokens)
        assert of_server, "there must be a log-in to this server to be deleted"
        for id_ in of_server:
            # With one of them the hub deletes others of the same session.
            await self.owner.ask("DELETE", f"{tokens}/{id_}")
        assert not await self._log_ins(tokens), "the log-ins must be gone, or nobody is put out"

    async def _log_ins(self, tokens: str) -> list[str]:
        listed = await self.owner.ask("GET", tokens)
        return [
            token["id"]
            for token in listed.body["api_tokens"]
            if token["oauth_client"] and token["oauth_client"] != "JupyterHub"
        ]


class TokenLink(Sharing):
    """The link, with its token, of a JupyterLab that the owner started alone."""

    way = NO_HUB
    means = "JupyterLab alone has no means to put one person out"
    stopping = "the stop (by force, since one with an open notebook lingers)"
    cache_seconds = 0

    def __init__(
        self,
        new_person: Callable[[str | None], Person],
        shared: Standalone,
        visitors: Standalone,
    ) -> None:
        super().__init__(new_person)
        self._shared = shared
        self._visitors = visitors

    @property
    def server(self) -> str:
        """The address of the owner's JupyterLab."""
        return self._shared.url

    @property
    def folder(self) -> Path:
        """The folder in which the owner started it."""
        return self._shared.folder

    @property
    def home(self) -> Path:
        """The home of whoever started JupyterLab, in a folder of which they did."""
        return self._shared.home

    async def hand_out(self, person: Person) -> str:
        """Tell the address with the server's token."""
        return f"{self.address}?token={self._shared.token}"

    async def _owners_address(self) -> str:
        return await self.hand_out(self.owner)

    async def put_out(self, person: Person) -> None:
        """Raise `NoMeans`: all have the same token."""
        raise NoMeans(f"{self.means}.")

    async def own_server(self, person: Person) -> tuple[Visit, Path]:
        """Let a person visit the JupyterLab that they started on their own machine."""
        own = self._visitors
        await own.start()
        page = await person.open(f"{own.url}lab?token={own.token}")
        return Visit(person, own.url, page), own.folder

    async def start(self) -> None:
        """Start JupyterLab in the owner's home, on its port, if it isn't running."""
        await self._shared.start()

    async def stop(self) -> float:
        """Stop it as Ctrl-C in its terminal does; return the seconds until it has ended."""
        begin = time.monotonic()
        await self._shared.stop()
        return time.monotonic() - begin

    async def _forget(self) -> None:
        headers = {"Authorization": f"token {self._shared.token}"}
        async with httpx.AsyncClient(headers=headers, trust_env=False) as http:
            await tidy(http, self.server)


ON_HUB: dict[str, type[OnHub]] = {
    kind.way: kind for kind in (OnHub, Recommended, GroupAccount, Share, HubLink, HubTokenLink)
}
"""The ways that need a hub, by id."""

# Each trial's notebook is its own: an RTC room lives on for a while.
_numbers = itertools.count(1)


def put_file(folder: Path, path: str, text: str) -> Path:
    """Put a file into a folder, as its owner's; return where it is."""
    file = folder / path
    file.write_text(text, encoding="utf-8")
    if os.name != "nt" and os.geteuid() == 0:
        owner = folder.stat()
        shutil.chown(file, owner.st_uid, owner.st_gid)
    return file
