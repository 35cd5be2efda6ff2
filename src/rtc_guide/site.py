"""Building the book and serving what was built, on this machine."""

import http.server
import importlib.util
import os
import shutil
import subprocess
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from socket import socket
from socketserver import BaseServer
from threading import Thread
from typing import BinaryIO

BUILT = Path("_build", "html")
"""Where the built book is, seen from the book's folder (Jupyter Book's own choice)."""

NOT_FOUND = "404.html"
"""The page, at the top of a built site, that hosts show where there is none."""


class SiteError(Exception):
    """The book can't be built or served; the message says why and what to do."""


def build(book: Path) -> Path:
    """Build the book in the folder ``book`` from nothing and return the built site's folder.

    Every warning is an error. Jupyter Book's output goes where this process's goes.
    Raises `SiteError` where ``book`` holds no book, Jupyter Book isn't installed, or the build
    failed; then no built site is left.
    """
    if not (book / "_config.yml").is_file():
        raise SiteError(
            f"No book in {book.resolve()}: there is no _config.yml. "
            "Go to the guide's folder, or name it with --project."
        )
    if importlib.util.find_spec("jupyter_book") is None:
        raise SiteError("Jupyter Book isn't installed. Run: pip install 'rtc-guide[book]'")
    # From nothing, because Sphinx tells a page's warnings only when it reads the page: a second
    # run would call a broken book whole. It also leaves no page that was renamed or removed.
    _remove_built(book)
    # `jupyter-book` itself may not be on PATH; its module has no __main__ guard to run by -m.
    command = [
        *(sys.executable, "-c", "from jupyter_book.cli.main import main; main()"),
        *("build", ".", "-W", "-n", "--keep-going"),
    ]
    status = 1
    try:
        status = subprocess.run(command, cwd=book, check=False).returncode
    finally:
        if status:
            _remove_built(book)  # else it would be served, or tested, as if it were whole
    if status:
        raise SiteError("The book has errors (see above). Mend them, then build again.")
    return book / BUILT


@contextmanager
def serving(folder: Path, port: int = 0, under: str = "/") -> Iterator[str]:
    """Serve the files in ``folder`` to this machine only; give the address to open.

    A ``port`` of 0 takes a free one. ``under`` is the path that the site is below, like
    ``/guide/`` on a shared host. Raises `SiteError` where the port is taken or not allowed.
    """
    handler = partial(_Files, directory=str(folder), under=under)
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except (OSError, OverflowError) as error:
        raise SiteError(
            f"Port {port} can't be used ({error}). Name another one, "
            "or none to have a free one taken."
        ) from error
    with server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{under}"
        finally:
            server.shutdown()
            thread.join()


def open_in_browser(url: str) -> bool:
    """Open ``url`` in the reader's browser; return whether this machine could."""
    headless_linux = sys.platform == "linux" and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    if headless_linux or os.environ.get("CI"):
        return False
    return webbrowser.open(url)


def _remove_built(book: Path) -> None:
    for folder in (book / BUILT, book / BUILT.parent / ".doctrees"):
        if folder.exists():
            shutil.rmtree(folder)


class _Files(http.server.SimpleHTTPRequestHandler):
    """Static files below a path, always asked for anew: a rebuilt page shows at once."""

    def __init__(
        self,
        request: socket,
        client_address: tuple[str, int],
        server: BaseServer,
        *,
        directory: str,
        under: str,
    ) -> None:
        self.under = under
        super().__init__(request, client_address, server, directory=directory)

    def send_head(self) -> BytesIO | BinaryIO | None:
        """Answer 404 outside of the site's path, else send the file."""
        if not self.path.startswith(self.under):
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer with the site's own page for addresses without one, as its host does."""
        page = Path(self.directory, NOT_FOUND)
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        content = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def translate_path(self, path: str) -> str:
        """Return the file for ``path``, which starts with the site's path."""
        return super().translate_path("/" + path.removeprefix(self.under))

    def end_headers(self) -> None:
        """Add the caching rule to every answer."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Stay quiet: the reader's terminal shows what the build said."""
