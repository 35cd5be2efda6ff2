"""One real JupyterHub with its proxy, for as long as a `with` block lasts.

`hub_config.py` is what the hub runs with, `keeper.py` is what ends it.
"""

import json
import os
import random
import re
import secrets
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pycrdt_yjs import node
from rtc_guide.stacks.base_python import base_python, is_root, run_for_every_uid
from rtc_guide.stacks.environment import Stack, StackError, python_of
from rtc_guide.stacks.ports import free_ports, is_taken
from rtc_guide.stacks.processes import end_of, environment_without_jupyter, stop, wait_until

OLDEST = 5
"""The first major version of JupyterHub that has shares, which the trials are about."""

_HERE = Path(__file__).parent
_PROXY_SCRIPT = "configurable-http-proxy/bin/configurable-http-proxy"
_SECONDS_TO_START = 120

# Where the users' ids are: above those that systems give to people, and below 65536, where the
# ids end that a container without real root has. Each run begins at random, so that the servers
# of two hubs on one machine are strangers to each other as well.
_UIDS = range(20_000, 60_000, 100)

# Secrets that Jupyter makes itself, as they are told in addresses.
_IN_ADDRESS = re.compile(r"(?i)\b((?:token|code|state|_xsrf)=)[^&\s\"'\\]+")

_TELL_VERSION = """
from importlib.metadata import PackageNotFoundError, version
try:
    print(version("jupyterhub"))
except PackageNotFoundError:
    pass
"""


@dataclass(frozen=True)
class Hub:
    """A running hub: where clients reach it, its secrets, its users' files and its logs.

    Each user has a home of mode 700. `isolated` tells whether each user's servers also have a
    user id of their own; if not, `why_not_isolated` tells why, and a trial that one user can't
    reach another's files would prove nothing.
    """

    port: int
    home: Path
    isolated: bool
    # Of a service with the admin role. Not in the repr, which tracebacks show.
    api_token: str = field(repr=False)
    # Of every account.
    password: str = field(repr=False)
    # Of the stack's environment, in which the hub runs.
    python: Path
    why_not_isolated: str | None = None

    @property
    def url(self) -> str:
        """The address of the proxy, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What the hub, the proxy and the services print."""
        return self.home / "hub" / "hub.log"

    @property
    def database(self) -> Path:
        """The hub's SQLite database."""
        return self.home / "hub" / "jupyterhub.sqlite"

    def home_of(self, name: str) -> Path:
        """Return a user's home, which is made before their first server starts."""
        return self.home / "homes" / name

    def log_of(self, name: str, server: str = "") -> Path:
        """Return what a user's server prints, over all its starts."""
        return self.log.parent / "logs" / f"{quote(f'{name}.{server}'.rstrip('.'), safe='@')}.log"

    def redact(self, text: str) -> str:
        """Take the secrets out of a text that somebody may read."""
        for secret in (self.api_token, self.password):
            text = text.replace(secret, "…")
        return _IN_ADDRESS.sub(r"\1…", text)


@contextmanager
def running_hub(
    stack: Stack, configs: Sequence[Path] = (), port: int | None = None
) -> Iterator[Hub]:
    """Run the stack's JupyterHub in a folder of its own, and end all of it at the end.

    `configs` are JupyterHub configuration files that say who may log in, and whatever else a run
    needs; they are read after `hub_config.py`, one after another, and find the run's folder and
    ports where that one does, in the environment. Without `port` the hub listens on a free one.

    Raises `StackError`, with what to do, where something that it needs is missing, a port is
    taken, or the hub does not come up (then with the end of its log).
    """
    _refuse_missing(configs)
    proxy = _proxy_command()
    python = python_of(stack)
    _refuse_unsupported(python, stack)
    inner_port, proxy_port, own_port = free_ports(3)
    port = own_port if port is None else port
    if is_taken(port):
        raise StackError(
            f"JupyterHub needs port {port} of 127.0.0.1, and another program listens there; "
            "end that program or choose another port"
        )
    folder = Path(tempfile.mkdtemp(prefix="rtc-guide-hub-"))
    try:
        reason = _prepare(folder, python)
        hub = Hub(
            port=port,
            home=folder,
            isolated=reason is None,
            api_token=secrets.token_hex(24),
            password=secrets.token_hex(24),
            python=python,
            why_not_isolated=reason,
        )
        environment = _environment(hub) | {
            "RTC_GUIDE_HUB_INNER_PORT": str(inner_port),
            "RTC_GUIDE_HUB_PROXY_PORT": str(proxy_port),
            "RTC_GUIDE_HUB_PROXY": "\n".join(proxy),
            "RTC_GUIDE_HUB_CONFIGS": "\n".join(str(path.resolve()) for path in configs),
        }
        process = _start(python, hub, environment)
        try:
            _wait_until_it_answers(process, hub)
            yield hub
        finally:
            stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def start_server(hub: Hub, name: str, server: str = "", seconds: float = 120) -> None:
    """Start a user's server, if it isn't running, and wait until it is ready.

    Raises `StackError`, with the end of its log, where it does not come up.
    """
    of_user = f"users/{quote(name, safe='')}"
    try:
        _ask(hub, "POST", f"{of_user}/servers/{quote(server)}" if server else f"{of_user}/server")
        end = time.monotonic() + seconds
        while not (found := _servers(hub, of_user).get(server, {})).get("ready"):
            if not found.get("pending") or time.monotonic() > end:
                raise StackError(_why_not_up(hub, name, server))
            time.sleep(0.3)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            raise StackError(
                f"the hub has no user “{name}”; name them in `c.Authenticator.allowed_users` of "
                "a configuration file"
            ) from error
        if error.code != 400 or not _servers(hub, of_user).get(server, {}).get("ready"):
            raise StackError(_why_not_up(hub, name, server)) from error


def _servers(hub: Hub, of_user: str) -> dict[str, Any]:
    servers: dict[str, Any] = _ask(hub, "GET", of_user)["servers"]
    return servers


def _ask(hub: Hub, method: str, path: str) -> Any:
    request = urllib.request.Request(
        f"{hub.url}/hub/api/{path}",
        method=method,
        headers={"Authorization": f"token {hub.api_token}"},
    )
    with urllib.request.urlopen(request, timeout=_SECONDS_TO_START) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def _why_not_up(hub: Hub, name: str, server: str) -> str:
    which = f"the server “{server}” of “{name}”" if server else f"the server of “{name}”"
    log = end_of(hub.log_of(name, server))
    if not log:
        return (
            f"{which} was not even started; the end of the hub's log:\n"
            f"{hub.redact(end_of(hub.log))}"
        )
    return f"{which} did not come up; the end of its log:\n{hub.redact(log)}"


def _refuse_missing(configs: Sequence[Path]) -> None:
    # JupyterHub itself passes over a configuration file that isn't there.
    for path in configs:
        if not path.is_file():
            raise StackError(f"there is no configuration file “{path}” for the hub")


def _proxy_command() -> list[str]:
    """Return the command of the proxy, which npm installs first where it is missing."""
    try:
        modules = node.install(_HERE / "proxy")
        return [*node.find().node, str(modules / _PROXY_SCRIPT)]
    except node.NodeMissing as error:
        raise StackError(f"JupyterHub's proxy runs on Node. {error}") from error
    except node.NodeFailed as error:
        raise StackError(f"JupyterHub's proxy can't be installed: {error}") from error


def _refuse_unsupported(python: Path, stack: Stack) -> None:
    asked = subprocess.run(
        [python, "-I", "-c", _TELL_VERSION], capture_output=True, text=True, check=False
    )
    version = asked.stdout.strip()
    if version and int(version.split(".")[0]) >= OLDEST:
        return
    raise StackError(
        f"the stack {stack.name} has {f'JupyterHub {version}' if version else 'no JupyterHub'}, "
        f"and expected is JupyterHub {OLDEST} or newer, which has shares; pin one in "
        f"{stack.requirements}, or name another stack"
    )


def _prepare(folder: Path, python: Path) -> str | None:
    """Make the run's folders; return why users can't have ids of their own, or None if they can.

    Users pass through, but only root reads what belongs to the hub or to another user.
    """
    (folder / "hub" / "logs").mkdir(parents=True)
    (folder / "homes").mkdir()
    (folder / "hub").chmod(0o700)
    (folder / "homes").chmod(0o711)
    folder.chmod(0o711)
    if not is_root():
        return "only root can start servers under other user ids"
    if not base_python().for_every_uid:
        return (
            "every Python of this machine is in a folder that only root may enter; install one "
            "for all users, for example Debian's python3"
        )
    if run_for_every_uid(python, "import jupyterhub.spawner") is None:
        return (
            f"other users can't read the stack's environment in {python.parents[1]}; set "
            "RTC_GUIDE_STACKS to a folder that they may enter"
        )
    if run_for_every_uid(python, f"import os; os.chdir({str(folder / 'homes')!r})") is None:
        return (
            f"other users can't enter the folder of temporary files, {folder.parent}; set TMPDIR "
            "to one that they may enter"
        )
    return None


def _environment(hub: Hub) -> dict[str, str]:
    return environment_without_jupyter() | {
        "HOME": str(hub.home / "hub"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "RTC_GUIDE_HUB_HOME": str(hub.home),
        "RTC_GUIDE_HUB_PORT": str(hub.port),
        "RTC_GUIDE_HUB_TOKEN": hub.api_token,
        "RTC_GUIDE_HUB_PASSWORD": hub.password,
        "RTC_GUIDE_HUB_FIRST_UID": str(random.choice(_UIDS)) if hub.isolated else "",
    }


def _start(python: Path, hub: Hub, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    # Tools of the stack's environment come first, as in an activated one.
    path = os.pathsep.join((str(python.parent), environment.get("PATH", os.defpath)))
    keeper: list[str | Path] = [python, "-I", _HERE / "keeper.py", hub.home]
    command: list[str | Path] = [python, "-m", "jupyterhub", f"--config={_HERE / 'hub_config.py'}"]
    with hub.log.open("wb") as output:
        return subprocess.Popen(
            [*keeper, *command],
            cwd=hub.home / "hub",
            env=environment | {"PATH": path},
            # All ends with us, however we end: the keeper watches for the end of this pipe.
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C in the terminal is ours to handle.
            start_new_session=True,
        )


def _wait_until_it_answers(process: subprocess.Popen[bytes], hub: Hub) -> None:
    def answers() -> bool:
        try:
            # With our token, so that it is our hub that answers.
            return bool(_ask(hub, "GET", "info"))
        except (OSError, ValueError):
            return False

    wait_until(lambda: process.poll() is not None or answers(), _SECONDS_TO_START, every=0.3)
    if process.poll() is not None or not answers():
        raise StackError(
            f"JupyterHub did not come up on port {hub.port} within {_SECONDS_TO_START} s; "
            f"the end of its log:\n{hub.redact(end_of(hub.log))}"
        )
