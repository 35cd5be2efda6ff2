"""A person at a browser of their own: their cookies, their account, what pages they get to see."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
from bs4 import BeautifulSoup, Tag

# Forms of the hub's that a person fills in who has an account: to log in, to agree that a server
# learns who they are, to accept an invitation.
_HUB_FORMS = ("/hub/login", "/hub/api/oauth2/authorize", "/hub/accept-share")
_FORMS_AT_MOST = 4
_SECONDS = 60

# What browsers tell of a request (https://www.w3.org/TR/fetch-metadata/); the hub goes by it.
_NAVIGATES = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none", "Sec-Fetch-Dest": "document"}
_FETCHES = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "empty"}


@dataclass(frozen=True)
class Page:
    """What a person got to see: the status, and JupyterLab's settings if it is JupyterLab.

    `status` is 0 where nobody answered.
    """

    status: int
    # Both may hold secrets.
    url: str = field(repr=False)
    lab: Mapping[str, Any] | None = field(repr=False)
    form: str | None = None

    @property
    def is_lab(self) -> bool:
        """Whether this is JupyterLab, and not a page that asks to log in, or says no."""
        return self.lab is not None

    @property
    def is_no(self) -> bool:
        """Whether somebody answered that this person may not be here, or asked who they are.

        No answer, and a page that isn't there, say nothing about a person.
        """
        return self.status == 403 or self.form is not None

    def __str__(self) -> str:
        """Say it for a proof: “JupyterLab (status 200)”, “status 403”, “a log-in page”."""
        if not self.status:
            return "no answer"
        if self.form is None:
            return f"JupyterLab (status {self.status})" if self.is_lab else f"status {self.status}"
        return "a log-in page" if "login" in self.form else "a page with a question"


@dataclass(frozen=True)
class Answer:
    """A server's answer to a request: its status, 0 for none, and its JSON or text."""

    status: int
    body: Any = field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether the server did what it was asked."""
        return 200 <= self.status < 300

    @property
    def is_no(self) -> bool:
        """Whether the server said no to this person, or sent them to log in."""
        return self.status in (302, 401, 403)

    def __str__(self) -> str:
        """Say it for a proof."""
        return f"status {self.status}" if self.status else "no answer"


class Person:
    """Somebody with a browser of their own; one without a password has no account anywhere."""

    def __init__(self, name: str, password: str | None = None) -> None:
        self.name = name
        self._password = password
        self.http = httpx.AsyncClient(follow_redirects=True, timeout=_SECONDS, trust_env=False)

    def __repr__(self) -> str:
        return f"Person({self.name!r})"

    async def close(self) -> None:
        """Close the connections. Cookies are gone with it."""
        await self.http.aclose()

    async def open(self, url: str) -> Page:
        """Open a page as in a browser, following it through logging in and agreeing."""
        try:
            return await self._open(url)
        except httpx.TransportError:
            return Page(0, url, None)

    async def _open(self, url: str) -> Page:
        response = await self.http.get(url, headers=_NAVIGATES)
        for _ in range(_FORMS_AT_MOST):
            form = _form_of(response)
            if form is None or self._password is None:
                break
            response = await self._submit(form, str(response.url))
        return _page_of(response)

    async def _submit(self, form: Tag, url: str) -> httpx.Response:
        fields: dict[str, list[str]] = {}
        for field_ in form.find_all("input"):
            if field_.get("name") and field_.get("disabled") is None:
                fields.setdefault(str(field_["name"]), []).append(str(field_.get("value", "")))
        if "password" in fields:
            fields |= {"username": [self.name], "password": [self._password or ""]}
        action = urljoin(url, str(form.get("action") or url))
        headers = _NAVIGATES | {"Sec-Fetch-Site": "same-origin"} | _came_from(url)
        return await self.http.post(action, data=fields, headers=headers)

    async def ask(
        self,
        method: str,
        url: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request as a page's script does, with the cookies and their XSRF token.

        Raises `RuntimeError` where it is refused for that token, which proves nothing about access.
        """
        told = _FETCHES | _came_from(url) | self._xsrf(url) | dict(headers or {})
        try:
            response = await self.http.request(
                method, url, json=body, headers=told, follow_redirects=False
            )
        except httpx.TransportError:
            return Answer(0, None)
        if response.status_code == 403 and "xsrf" in response.text.lower():
            raise RuntimeError(f"refused for want of an XSRF token: {response.text[:200]}")
        if "json" in response.headers.get("content-type", ""):
            return Answer(response.status_code, response.json())
        return Answer(response.status_code, response.text)

    def handshake(self, url: str) -> dict[str, str]:
        """Return the headers with which the person's browser asks for a websocket at `url`."""
        http_url = url.replace("ws", "http", 1)
        cookies = self.http.build_request("GET", http_url).headers.get("cookie")
        return {
            "Sec-Fetch-Mode": "websocket",
            "Sec-Fetch-Site": "same-origin",
            "Sec-Fetch-Dest": "empty",
            "Origin": _came_from(http_url)["Origin"],
            **({"Cookie": cookies} if cookies else {}),
        }

    def _xsrf(self, url: str) -> dict[str, str]:
        # As a script reads it from document.cookie: the first is the one of the longest path.
        path = urlsplit(url).path
        found = [
            cookie
            for cookie in self.http.cookies.jar
            if cookie.name == "_xsrf" and path.startswith(cookie.path)
        ]
        if not found:
            return {}
        return {"X-XSRFToken": max(found, key=lambda cookie: len(cookie.path)).value or ""}


def _came_from(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    return {"Origin": f"{parts.scheme}://{parts.netloc}", "Referer": url.partition("?")[0]}


def _form_of(response: httpx.Response) -> Tag | None:
    """Return the form of a page of the hub's that asks something."""
    if response.url.path not in _HUB_FORMS or "html" not in response.headers["content-type"]:
        return None
    form = BeautifulSoup(response.text, "html.parser").find("form", attrs={"method": "post"})
    return form if isinstance(form, Tag) else None


def _page_of(response: httpx.Response) -> Page:
    lab = None
    asks = response.url.path.endswith(("/login", *_HUB_FORMS))
    if response.is_success and not asks:
        soup = BeautifulSoup(response.text, "html.parser")
        data = soup.find("script", id="jupyter-config-data")
        lab = json.loads(data.text) if data else None
    form = response.url.path if asks and response.is_success else None
    return Page(response.status_code, str(response.url), lab, form)
