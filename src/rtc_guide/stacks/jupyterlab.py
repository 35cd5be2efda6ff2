"""One real JupyterLab with real-time collaboration, for as long as a `with` block lasts."""

import json
import os
import secrets
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self
from urllib.parse import quote

from rtc_guide.stacks.applications import Application, application_of
from rtc_guide.stacks.environment import Stack, StackError, python_of
from rtc_guide.stacks.processes import (
    SECONDS_TO_STOP,
    end_of,
    environment_without_jupyter,
    stop,
    wait_until,
)

# What browsers call the server: an example name, so that neither a page nor a picture shows
# a port. A browser reaches it by `browser_flags`.
HOST = "jupyter.example.edu"
# Likewise a server beside it, which stops and comes back while the other goes on.
OTHER_HOST = "other.example.edu"

# The cookie by which the server's identity provider names a person.
PERSON_COOKIE = "rtc-guide-person"
_COLORS = 7

# What lies over a page that takes long to load, as on a busy machine, and the way past it.
LOADING = "The loading screen is taking a long time."
KEEP_WAITING = "Keep Waiting"
FILE_NAME = ".jp-DirListing-content .jp-DirListing-itemText"
"""A file's name in the file browser, which has no role of its own there: a CSS selector."""

_CONFIG = Path(__file__).with_name("server_config.py")
_SECONDS_TO_START = 60


@dataclass(frozen=True)
class Manner:
    """How a server is run, where it isn't the usual way.

    `token` is its secret, instead of a new one; `flags` are further ones for Jupyter; `command`
    runs the server's own command line, which comes after it (`unshare --mount`); `user` is the
    numeric id of the account that it runs as.
    """

    token: str | None = field(default=None, repr=False)
    flags: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    user: int | None = None


@dataclass(frozen=True)
class Lab:
    """A running server: where browsers and clients reach it, its secret, its files, its process."""

    stack: Stack
    port: int
    # Not in the repr, which tracebacks show.
    token: str = field(repr=False)
    home: Path
    host: str = HOST
    process: int = 0

    @property
    def application(self) -> Application:
        """What its users open."""
        return application_of(self.stack)

    @property
    def root(self) -> Path:
        """The folder whose files the server offers."""
        return self.home / "course"

    @property
    def workspaces(self) -> Path:
        """The folder where JupyterLab remembers which tabs and side bars are open."""
        return self.home / "workspaces"

    @property
    def origin(self) -> str:
        """The origin that browsers use."""
        return f"http://{self.host}"

    @property
    def session_store(self) -> Path:
        """Where jupyter-collaboration remembers which session each notebook belongs to.

        Source: `jupyter_server_ydoc.utils`, 3.0.4; without it a browser's session has expired.
        """
        return self.root / ".jupyter" / "collaboration_sessions.json"

    @property
    def settings(self) -> Path:
        """The folder of the settings that JupyterLab's users chose."""
        return self.home / "settings"

    def url(self, path: str = "", *, shared: bool = True) -> str:
        """Return the application's address, with token, of a file or folder below the root.

        It is the one that a notebook has once it is opened from the file browser, and shared;
        else the one that somebody would make up who knows the notebook's path.
        """
        application = self.application
        page = application.folder
        if (self.root / path).is_file():
            page = application.file + (application.drive if shared else "")
        return f"{self.origin}/{page}{quote(path)}?token={self.token}"

    def person_cookie(self, name: str, color: int) -> dict[str, str]:
        """Return the cookie that gives a browser's user a name and a collaborator's colour.

        `color` counts JupyterLab's collaborator colours, which begin again after the seventh.
        """
        person = {"name": name, "color": f"var(--jp-collaborator-color{color % _COLORS + 1})"}
        return {"name": PERSON_COOKIE, "value": quote(json.dumps(person)), "url": self.origin}

    def redact(self, text: str) -> str:
        """Take the secret out of a text that somebody may read."""
        return text.replace(self.token, "…")


def browser_flags(port: int, other_port: int | None = None) -> list[str]:
    """Return the Chromium flags by which `HOST` is the server at `port` of this machine.

    `OTHER_HOST` is the one at `other_port`. The clipboard needs a secure context, which plain HTTP
    has only on localhost.
    """
    ports = {HOST: port} | ({OTHER_HOST: other_port} if other_port else {})
    rules = ",".join(f"MAP {host}:80 127.0.0.1:{at}" for host, at in ports.items())
    origins = ",".join(f"http://{host}" for host in ports)
    return [
        f"--host-resolver-rules={rules}",
        f"--unsafely-treat-insecure-origin-as-secure={origins}",
    ]


class StoppingLab:
    """A JupyterLab that stops and comes back at the same address, and forgets sessions meanwhile.

    `lab` is the one that runs, or ran last. To be used as a context manager.
    """

    def __init__(self, stack: Stack, port: int) -> None:
        self._stack = stack
        self._port = port
        self._running = ExitStack()
        self._ran: list[Lab] = []

    def __enter__(self) -> Self:
        """Start it for the first time. Raises `StackError` where it does not come up."""
        self._home = tempfile.TemporaryDirectory(prefix="rtc-guide-lab-")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it for good, and remove its home."""
        self.stop()
        self._home.cleanup()

    def start(self) -> None:
        """Start it in the home that it has. Raises `StackError` where it does not come up."""
        home = Path(self._home.name)
        running = running_lab(self._stack, self._port, home, host=OTHER_HOST)
        self.lab = self._running.enter_context(running)
        self._ran.append(self.lab)

    def stop(self) -> None:
        """Stop it, and have it forget which sessions its notebooks belong to."""
        self._running.close()
        self.lab.session_store.unlink(missing_ok=True)

    def redact(self, text: str) -> str:
        """Take the secrets of all its servers out of a text: each start has a new one."""
        for lab in self._ran:
            text = lab.redact(text)
        return text


@contextmanager
def running_lab(
    stack: Stack,
    port: int,
    home: Path | None = None,
    seconds_to_stop: float = SECONDS_TO_STOP,
    host: str = HOST,
    manner: Manner | None = None,
) -> Iterator[Lab]:
    """Run the stack's JupyterLab in a home of its own, and stop it at the end.

    `home` may be the home of a JupyterLab that has stopped, whose owner starts it again; without
    it the home is a new one, removed at the end. The token is new each time. `seconds_to_stop` is
    how long the server may take to stop by itself. `host` is what browsers call it.

    Raises `StackError`, with the end of the server's log, where it does not come up.
    """
    python = python_of(stack)
    with ExitStack() as made:
        if home is None:
            folder = made.enter_context(tempfile.TemporaryDirectory(prefix="rtc-guide-lab-"))
            home = Path(folder)
        manner = manner or Manner()
        token = manner.token or secrets.token_hex(24)
        lab = Lab(stack=stack, port=port, token=token, home=home, host=host)
        lab.root.mkdir(exist_ok=True)
        _answer_news_question(lab)
        if manner.user is not None:
            _give(home, manner.user)
        log = lab.home / "server.log"
        process = _start(python, lab, log, manner)
        try:
            _wait_until_it_answers(process, lab, log)
            yield replace(lab, process=process.pid)
        finally:
            stop(process, seconds_to_stop)


def _answer_news_question(lab: Lab) -> None:
    """Say no to JupyterLab's question whether to fetch news, which would cover the page."""
    chosen = lab.settings / "@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    chosen.parent.mkdir(parents=True, exist_ok=True)
    chosen.write_text(json.dumps({"fetchNews": "false"}), encoding="utf-8")


def _give(home: Path, user: int) -> None:
    """Make a home, with all that is in it, the home of this account."""
    for path in (home, *home.rglob("*")):
        os.chown(path, user, user, follow_symlinks=False)


def _start(python: Path, lab: Lab, log: Path, manner: Manner) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            [
                *manner.command,
                python,
                "-m",
                lab.application.module,
                *lab.application.flags,
                f"--config={_CONFIG}",
                f"--ServerApp.port={lab.port}",
                f"--ServerApp.root_dir={lab.root}",
                *manner.flags,
            ],
            user=manner.user,
            cwd=lab.home,
            env=_environment(lab),
            # The server ends with us, however we end: it watches for the end of this pipe.
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C in the terminal is ours to handle; the server is stopped in good order.
            start_new_session=True,
        )


def _environment(lab: Lab) -> dict[str, str]:
    home = lab.home
    return environment_without_jupyter() | {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_WORKSPACES_DIR": str(lab.workspaces),
        "JUPYTERLAB_SETTINGS_DIR": str(lab.settings),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_TOKEN": lab.token,
        "RTC_GUIDE_HOST": lab.host,
        "RTC_GUIDE_PERSON_COOKIE": PERSON_COOKIE,
    }


def _wait_until_it_answers(process: subprocess.Popen[bytes], lab: Lab, log: Path) -> None:
    def answers() -> bool:
        # Written once the server listens; without it, another server's answer would do.
        if not any((lab.home / "runtime").glob("jpserver-*.json")):
            return False
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{lab.port}/api", timeout=5).close()
        except (urllib.error.URLError, OSError):
            return False
        return True

    wait_until(lambda: process.poll() is not None or answers(), _SECONDS_TO_START)
    if process.poll() is not None or not answers():
        raise StackError(
            f"JupyterLab did not come up on port {lab.port} within {_SECONDS_TO_START} s; "
            f"the end of its log:\n{lab.redact(end_of(log))}"
        )
