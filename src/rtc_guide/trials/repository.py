"""A git repository with material for students, served as git hosts serve theirs."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from rtc_guide.trials.registry import Unproven

# Headers of git's requests that its HTTP backend reads.
_HEADERS = ("HTTP_CONTENT_ENCODING", "HTTP_GIT_PROTOCOL")
_BRANCH = "main"


@dataclass(frozen=True)
class Repository:
    """A repository's address, branch and working folder, from which `publish` takes changes."""

    url: str
    folder: Path
    branch: str = _BRANCH

    @property
    def name(self) -> str:
        """The name of the folder that a copy gets."""
        return self.folder.name

    def publish(self, path: str, text: str) -> None:
        """Write a file and commit it, as an instructor does who hands it out."""
        (self.folder / path).write_text(text, encoding="utf-8")
        _git("add", path, at=self.folder)
        _git("commit", "--quiet", f"--message=Change {path}", at=self.folder)


@contextmanager
def served_repository(name: str) -> Iterator[Repository]:
    """Serve an empty repository on 127.0.0.1 by git's smart HTTP, which has shallow clones.

    Raises `Unproven` where there is no git.
    """
    with tempfile.TemporaryDirectory(prefix="rtc-guide-git-") as made:
        folder = Path(made) / name
        try:
            _git("init", "--quiet", f"--initial-branch={_BRANCH}", folder, at=Path(made))
        except FileNotFoundError as missing:
            raise Unproven("There is no git on the machine of the trials.") from missing
        with make_server("127.0.0.1", 0, _answer_from(Path(made)), handler_class=_Quiet) as server:
            # What a request's process inherits is the server's only.
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
            thread.start()
            try:
                yield Repository(f"http://127.0.0.1:{server.server_port}/{name}", folder)
            finally:
                server.shutdown()
                thread.join()


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: what students fetch is no news."""


def _answer_from(root: Path) -> Callable[..., Iterable[bytes]]:
    """Return a WSGI application that answers with `git http-backend`.

    That is a CGI program: https://git-scm.com/docs/git-http-backend
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        request = {key: environ[key] for key in _HEADERS if key in environ}
        for key in ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE"):
            request[key] = environ.get(key, "")
        done = subprocess.run(
            ["git", "http-backend"],
            input=environ["wsgi.input"].read(length),
            capture_output=True,
            check=True,
            env=os.environ
            | request
            | {"GIT_PROJECT_ROOT": str(root), "GIT_HTTP_EXPORT_ALL": "1"}
            | _SAFE,
        )
        told, _, body = done.stdout.partition(b"\r\n\r\n")
        headers = [
            (name, value.strip())
            for name, _, value in (line.partition(":") for line in told.decode().split("\r\n"))
        ]
        status = next((value for name, value in headers if name == "Status"), "200 OK")
        start_response(status, [header for header in headers if header[0] != "Status"])
        return BytesIO(body)

    return answer


# Whatever the machine's own settings of git are.
_SAFE = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
_AUTHOR = {"GIT_AUTHOR_NAME": "Instructor", "GIT_AUTHOR_EMAIL": "instructor@example.org"}
_COMMITTER = {key.replace("AUTHOR", "COMMITTER"): value for key, value in _AUTHOR.items()}


def _git(*arguments: str | Path, at: Path) -> None:
    environment = os.environ | _SAFE | _AUTHOR | _COMMITTER
    subprocess.run(["git", *arguments], cwd=at, check=True, capture_output=True, env=environment)
