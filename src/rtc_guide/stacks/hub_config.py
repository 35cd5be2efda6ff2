"""The base configuration of a stack's hub; read by JupyterHub in the stack's own environment.

The run's own configuration files come after it and have the last word on everything but the
driver: its service and role are added to theirs, so that they can't be lost.
"""

import asyncio
import os
import runpy
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyterhub.spawner import SimpleLocalProcessSpawner  # type: ignore[import-not-found]

_HOME = Path(os.environ["RTC_GUIDE_HUB_HOME"])
_PORT = os.environ["RTC_GUIDE_HUB_PORT"]
_INNER_PORT = os.environ["RTC_GUIDE_HUB_INNER_PORT"]
_PROXY_PORT = os.environ["RTC_GUIDE_HUB_PROXY_PORT"]
# The user id of the first user; empty where all servers share one.
_FIRST_UID = os.environ["RTC_GUIDE_HUB_FIRST_UID"]

_FLAGS = [
    "--LabApp.news_url=",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.expose_app_in_browser=True",
    *([] if _FIRST_UID else ["--allow-root"]),
]

_DRIVER = "rtc-guide"

_free_port = runpy.run_path(str(Path(__file__).with_name("ports.py")))["free_port"]

_uids: dict[str, int] = {}


class ServerOfUser(SimpleLocalProcessSpawner):  # type: ignore[misc]
    """Starts a server in its user's home, under its user's id where each user has one.

    All servers of a user have the same id and home. What is put into the home before a server
    starts, for example by a `pre_spawn_hook`, becomes the user's.
    """

    @property
    def log_file(self) -> Path:
        """Where the server's output is appended."""
        name = quote(f"{self.user.name}.{self.name}".rstrip("."), safe="@")
        return _HOME / "hub" / "logs" / f"{name}.log"

    def run_pre_spawn_hook(self) -> Any:
        """Make the home first, so that the hook can put something there."""
        Path(self.home_dir, ".tmp").mkdir(mode=0o700, parents=True, exist_ok=True)
        Path(self.home_dir).chmod(0o700)
        return super().run_pre_spawn_hook()

    def get_args(self) -> list[str]:
        """Put our flags before the others, so that those win."""
        return [*_FLAGS, *super().get_args()]

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """Keep what is temporary in the home, and others' Jupyter out."""
        env = super().user_env(env)
        return env | {"TMPDIR": f"{self.home_dir}/.tmp", "JUPYTER_PREFER_ENV_PATH": "1"}

    def make_preexec_fn(self, name: str) -> None:
        """Leave home and user id to `popen_kwargs`: nothing of ours runs in a forked child."""

    async def start(self) -> Any:
        """Start the server and wait until it listens; one that ends before is told at once."""
        # Each time anew: the one of the last time may be somebody else's by now.
        self.port = _free_port()
        who = {}
        if _FIRST_UID:
            uid = _uids.setdefault(self.user.name, int(_FIRST_UID) + len(_uids))
            who = {"user": uid, "group": uid, "extra_groups": []}
            _give(Path(self.home_dir), uid)
        with self.log_file.open("ab") as output:
            self.popen_kwargs = {
                **who,
                "cwd": self.home_dir,
                "umask": 0o022,
                "stdin": asyncio.subprocess.DEVNULL,
                "stdout": output,
                "stderr": asyncio.subprocess.STDOUT,
            }
            address = await super().start()
        while not await _listens(*address):
            status = await self.poll()
            if status is not None:
                raise RuntimeError(f"the server ended with status {status} before it listened")
            await asyncio.sleep(0.1)
        return address


def _give(home: Path, uid: int) -> None:
    # Only what is root's: links are given, not followed.
    for path in (home, *home.rglob("*")):
        if path.lstat().st_uid == 0:
            os.chown(path, uid, uid, follow_symlinks=False)


async def _listens(host: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    return True


def _listed(setting: Any) -> list[dict[str, Any]]:
    """Return a setting as a list, whether files assigned one or only added to the default."""
    found: list[dict[str, Any]] = setting if isinstance(setting, list) else setting.get_value([])
    return found


def _with_driver(roles: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the driver the admin role, which JupyterHub lets be named only once."""
    admin = next((role for role in roles if role["name"] == "admin"), {"name": "admin"})
    others = [role for role in roles if role is not admin]
    return [*others, {**admin, "services": [*admin.get("services", []), _DRIVER]}]


c = get_config()  # type: ignore[name-defined]  # noqa: F821
c.JupyterHub.bind_url = f"http://127.0.0.1:{_PORT}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{_INNER_PORT}"
c.JupyterHub.db_url = f"sqlite:///{_HOME}/hub/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = f"{_HOME}/hub/cookie_secret"

c.ConfigurableHTTPProxy.command = os.environ["RTC_GUIDE_HUB_PROXY"].split("\n")
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{_PROXY_PORT}"
c.ConfigurableHTTPProxy.pid_file = f"{_HOME}/hub/proxy.pid"

c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = os.environ["RTC_GUIDE_HUB_PASSWORD"]
# Else a run that forgets to allow somebody would allow everybody.
c.DummyAuthenticator.allow_all = False

c.JupyterHub.spawner_class = ServerOfUser
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.default_url = "/lab"
c.SimpleLocalProcessSpawner.home_dir_template = f"{_HOME}/homes/{{username}}"
# For busy machines: a server that fails is told at once, whatever these are.
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120
# An open room of jupyter-collaboration delays a server's end by a minute.
c.LocalProcessSpawner.interrupt_timeout = 1
c.LocalProcessSpawner.term_timeout = 1
c.LocalProcessSpawner.kill_timeout = 1

for path in filter(None, os.environ["RTC_GUIDE_HUB_CONFIGS"].split("\n")):
    load_subconfig(path)  # type: ignore[name-defined]  # noqa: F821

c.JupyterHub.services = [
    *_listed(c.JupyterHub.services),
    {"name": _DRIVER, "api_token": os.environ["RTC_GUIDE_HUB_TOKEN"]},
]
c.JupyterHub.load_roles = _with_driver(_listed(c.JupyterHub.load_roles))
