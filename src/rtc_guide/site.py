"""Building the book and serving what was built, on this machine."""

import http.server
import importlib.util
import json
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

from rtc_guide.building.inputs import Inputs, digest_file, read_inputs
from rtc_guide.building.record import FILE as RECORD
from rtc_guide.building.record import USED, Record, digest_site, read_record, write_record

BUILT = Path("_build", "html")
"""Where the built book is, seen from the book's folder (Jupyter Book's own choice)."""

READ = ".doctrees"
"""The folder of what was read of the pages, beside the site's (Jupyter Book's choice)."""

NOT_FOUND = "404.html"
"""The page, at the top of a built site, that hosts show where there is none."""


class SiteError(Exception):
    """The book can't be built or served; the message says why and what to do."""


def build(book: Path) -> Path:
    """Build the book in the folder ``book`` and return the built site's folder.

    What is built afterwards is what a build from nothing would give. Nothing is built where nothing
    has changed since the last whole build; where texts of pages have, those pages, and all others
    if they may show some of it; where anything else has, all from nothing. Every warning is an
    error. What Jupyter Book says goes where this process's output goes.
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
    book = book.resolve()
    built, kept = book / BUILT, book / BUILT.parent
    last = read_record(kept / RECORD)
    # Before the build: what is saved while it runs may not be in it, and has changed for the next.
    made_of = read_inputs(book)
    if last and _is_reusable(book, last, made_of):
        if last.pages == made_of.pages:
            print(f"Nothing has changed: the built book is in {BUILT}.", flush=True)
            return built
        _forget_pages(book, last, made_of)
    else:
        _remove_built(book)
    (kept / RECORD).unlink(missing_ok=True)
    command = [sys.executable, "-m", "rtc_guide.building.running", str(book), str(built)]
    status = 1
    try:
        status = subprocess.run(command, cwd=book, check=False).returncode
    finally:
        if status:
            _remove_built(book)  # else it would be served, or tested, as if it were whole
    if status:
        raise SiteError("The book has errors (see above). Mend them, then build again.")
    others = {
        path: digest_file(Path(path))
        for path in json.loads((kept / READ / USED).read_text("utf-8"))
    }
    site = digest_site(built, kept / READ)
    write_record(kept / RECORD, Record(made_of.pages, made_of.rest, site, others))
    return built


def _is_reusable(book: Path, last: Record, made_of: Inputs) -> bool:
    """Tell whether nothing but texts of pages can differ, and the built site is as it was left.

    There is no record of a failed build: Sphinx tells a page's warnings only when it reads the
    page, and after such it would call a broken book whole.
    """
    return (
        last.rest == made_of.rest
        and last.pages.keys() == made_of.pages.keys()
        and all(digest_file(Path(path)) == digest for path, digest in last.others.items())
        and last.site == digest_site(book / BUILT, book / BUILT.parent / READ)
    )


def _forget_pages(book: Path, last: Record, made_of: Inputs) -> None:
    """Have Sphinx read changed pages again: it goes by times, which tell less than contents do."""
    for page, digest in made_of.pages.items():
        if last.pages[page] != digest:
            read = (book / BUILT.parent / READ / page).with_suffix(".doctree")
            read.unlink(missing_ok=True)


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
    for folder in (book / BUILT, book / BUILT.parent / READ):
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
