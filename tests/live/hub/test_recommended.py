"""The recommended set-up, where no claim of the book speaks of it: what goes wrong around it."""

import os
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import websocket

from rtc_guide.stacks.base_python import base_python
from rtc_guide.stacks.environment import StackError, find_stack
from rtc_guide.stacks.jupyterhub import Hub, running_hub, start_server
from rtc_guide.stacks.processes import wait_until

from ..conftest import ROOT

ACCOUNT = "project-1-collab"
STACK = find_stack(None, ROOT)
needs_proc = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc")


@pytest.fixture(scope="module")
def files() -> Iterator[Path]:
    """The set-up as an admin copies it: where every user's server can read it."""
    with tempfile.TemporaryDirectory(prefix="rtc-") as folder:
        Path(folder).chmod(0o755)
        shutil.copytree(ROOT / "book" / "recommended", Path(folder) / "recommended")
        shutil.copy(Path(__file__).with_name("recommended_hub.py"), folder)
        yield Path(folder)


@pytest.fixture(scope="module")
def hub(files) -> Iterator[Hub]:
    with running_hub(STACK, [files / "recommended_hub.py"]) as hub:
        yield hub


def stop_server(hub: Hub, name: str) -> None:
    of_user = f"{hub.url}/hub/api/users/{name}"
    asked = {"Authorization": f"token {hub.api_token}"}
    requests.delete(f"{of_user}/server", headers=asked, timeout=60)
    assert wait_until(lambda: not requests.get(of_user, headers=asked).json()["servers"], 90)


class Visitor:
    """A person's browser on a user's server, as far as requests and websockets go."""

    def __init__(self, hub: Hub, name: str, account: str = ACCOUNT):
        self.hub, self.base = hub, f"/user/{account}"
        self.session = requests.Session()
        self.session.get(f"{hub.url}/hub/login")
        form = {"username": name, "password": hub.password, "_xsrf": self.cookie("_xsrf", "/hub/")}
        self.session.post(f"{hub.url}/hub/login?next=/hub/home", data=form)
        page = self.session.get(f"{hub.url}{self.base}/lab")
        if "oauth2/authorize" in page.url:
            scopes = re.findall(r'name="scopes"[^>]*?value="([^"]*)"', page.text)
            form = [("_xsrf", self.cookie("_xsrf", "/hub/")), *(("scopes", s) for s in scopes)]
            page = self.session.post(page.url, data=form, headers={"Referer": page.url})
        assert page.status_code == 200, page.text

    def cookie(self, name: str, path: str) -> str:
        return next(c.value for c in self.session.cookies if (c.name, c.path) == (name, path))

    def ask(
        self, method: str, path: str, timeout: float = 60, body: object = None
    ) -> requests.Response:
        token = {"X-XSRFToken": self.cookie("_xsrf", f"{self.base}/")}
        url = f"{self.hub.url}{self.base}{path}"
        return self.session.request(method, url, headers=token, timeout=timeout, json=body)

    def connect(self, path: str) -> websocket.WebSocket:
        url = f"{self.hub.url}{self.base}{path}"
        prepared = requests.Request("GET", url).prepare()
        cookies = requests.cookies.get_cookie_header(self.session.cookies, prepared)
        return websocket.create_connection(url.replace("http", "ws", 1), cookie=cookies, timeout=60)

    def start_kernel(self) -> tuple[str, websocket.WebSocket]:
        kernel = self.ask("POST", "/api/kernels").json()["id"]
        return kernel, self.connect(f"/api/kernels/{kernel}/channels?session_id=test")


def close_code(socket: websocket.WebSocket) -> int:
    """Read until the server closes; fails after a minute of silence."""
    while True:
        kind, data = socket.recv_data()
        if kind == websocket.ABNF.OPCODE_CLOSE:
            return int.from_bytes(data[:2], "big")


def pid_of(hub: Hub) -> int:
    """Find the hub's own process, not its proxy's or a server's."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
            ours = f"RTC_GUIDE_HUB_HOME={hub.home}".encode() in (folder / "environ").read_bytes()
        except OSError:
            continue
        if ours and command[1:3] == [b"-m", b"jupyterhub"]:
            return int(folder.name)
    raise AssertionError("the hub has no process")


def test_a_member_who_logs_out_loses_the_connections_and_not_the_kernel(hub):
    start_server(hub, ACCOUNT)
    ben = Visitor(hub, "ben")
    kernel, socket = ben.start_kernel()
    ben.session.get(f"{hub.url}/hub/logout")
    assert close_code(socket) == 1008
    kernels = Visitor(hub, "ana").ask("GET", "/api/kernels").json()
    assert kernel in [running["id"] for running in kernels]


@needs_proc
def test_open_connections_are_closed_while_the_hub_does_not_answer(hub):
    start_server(hub, ACCOUNT)
    ana = Visitor(hub, "ana")
    kernel, socket = ana.start_kernel()
    hub_process = pid_of(hub)
    os.kill(hub_process, signal.SIGSTOP)
    try:
        assert close_code(socket) == 1008
        # JupyterHub's client waits for the hub for minutes; nobody is let in meanwhile.
        with pytest.raises(requests.ReadTimeout):
            ana.ask("POST", "/api/kernels", timeout=5)
    finally:
        os.kill(hub_process, signal.SIGCONT)
    # Nothing is lost: who is still a member goes on once the hub is back.
    assert wait_until(lambda: ana.ask("GET", f"/api/kernels/{kernel}").status_code == 200, 60)
    ana.connect(f"/api/kernels/{kernel}/channels?session_id=test").close()


def test_a_reader_changes_nothing_where_jupyter_asks_no_authorizer(hub):
    start_server(hub, ACCOUNT)
    theme = "/lab/api/settings/@jupyterlab/apputils-extension:themes"
    pull = "/git-pull/api?repo=https://127.0.0.1/none&branch=main"
    changes = (
        ("PUT", theme, {"raw": "{}"}),
        ("PUT", "/lab/api/workspaces/other", {"data": {}, "metadata": {"id": "other"}}),
        ("POST", "/lab/api/plugins", {"cmd": "none", "plugin_name": "none"}),
        ("POST", "/lab/api/extensions", {"cmd": "none", "extension_name": "none"}),
        ("GET", pull, None),
    )
    reader, member = Visitor(hub, "eva"), Visitor(hub, "ana")
    for method, path, body in changes:
        refused = reader.ask(method, path, body=body)
        assert (refused.status_code, "nothing else" in refused.text) == (403, True), path
        # Whatever comes of it: a member is not refused.
        assert member.ask(method, path, body=body).status_code != 403, path
    for path in ("/lab", "/api/contents", theme, "/api/terminals", "/api/kernels", "/lsp/status"):
        assert reader.ask("GET", path).status_code == 200, path


def test_the_server_imports_and_configures_nothing_from_the_shared_home(hub):
    stop_server(hub, ACCOUNT)
    home = hub.home_of(ACCOUNT)
    python = ".".join(map(str, base_python().version[:2]))
    packages = home / f".local/lib/python{python}/site-packages"
    plant = f"open({str(home / 'ran')!r}, 'a').write(__file__)\n"
    for path in (
        home / "jupyter_server_config.py",
        home / ".jupyter/jupyter_server_config.py",
        home / "rtc_members.py",
        home / "secrets.py",
        packages / "usercustomize.py",
        packages / "rtc_members.py",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(plant)
    start_server(hub, ACCOUNT)
    assert not (home / "ran").exists()
    for path in home.rglob("*.py"):
        path.unlink()


def test_real_time_collaboration_is_off_on_everybody_elses_server(hub):
    start_server(hub, "eva")
    eva = Visitor(hub, "eva", "eva")
    page = eva.ask("GET", "/lab").text
    assert re.search(r'"disableRTC":\s*true', page)
    assert eva.ask("PUT", "/api/collaboration/session/a.txt").status_code == 404
    assert eva.ask("GET", "/api/contents").status_code == 200


def test_a_server_without_its_guard_does_not_start(hub, files):
    stop_server(hub, ACCOUNT)
    guard = files / "recommended" / "rtc_members.py"
    away = guard.rename(guard.with_suffix(".away"))
    try:
        with pytest.raises(StackError, match=r"rtc_members\.RTCMembers' could not be imported"):
            start_server(hub, ACCOUNT)
    finally:
        away.rename(guard)
