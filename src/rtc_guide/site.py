"""Building the book and serving what was built, on this machine."""

import http.server
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from html import escape
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from socket import socket
from socketserver import BaseServer
from threading import Thread
from typing import Any, BinaryIO

from rtc_guide.building.inputs import Inputs, digest_file, read_inputs
from rtc_guide.building.news import News
from rtc_guide.building.record import FILE as RECORD
from rtc_guide.building.record import USED, Record, digest_site, read_record, write_record

BUILT = Path("_build", "html")
"""Where the built book is, seen from the book's folder (Jupyter Book's own choice)."""

READ = ".doctrees"
"""The folder of what was read of the pages, beside the site's (Jupyter Book's choice)."""

NOT_FOUND = "404.html"
"""The page, at the top of a built site, that hosts show where there is none."""


NEWS = "-/news"
"""Below the site's path, where pages wait to be told of the next build."""

RELOADING = "<script>new EventSource({address}).onmessage = () => location.reload();</script>"

FAILED = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>The book has errors</title></head>
<body style="max-width: 60rem; margin: 2rem auto; font-family: sans-serif">
<h1>The book has errors</h1>
<p>This page is shown again once they are mended and saved.</p>
<pre style="white-space: pre-wrap">{error}</pre>
</body></html>
"""

# What a terminal takes for colours.
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class SiteError(Exception):
    """The book can't be built or served; the message says why and what to do."""


class BookFailed(SiteError):
    """Pages have errors; `said` is what the build said of them."""

    def __init__(self, message: str, said: str) -> None:
        super().__init__(message)
        self.said = _COLOURS.sub("", said)


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
    said, status = "", 1
    try:
        said, status = _run(book, built)
    finally:
        if status:
            _remove_built(book)  # else it would be served, or tested, as if it were whole
    if status:
        raise BookFailed("The book has errors (see above). Mend them, then build again.", said)
    others = {
        path: digest_file(Path(path))
        for path in json.loads((kept / READ / USED).read_text("utf-8"))
    }
    site = digest_site(built, kept / READ)
    write_record(kept / RECORD, Record(made_of.pages, made_of.rest, site, others))
    return built


def is_current(book: Path) -> bool:
    """Tell whether there is a built site, whole, of just what the book is made of now."""
    book = book.resolve()
    last = read_record(book / BUILT.parent / RECORD)
    made_of = read_inputs(book)
    return last is not None and _is_reusable(book, last, made_of) and last.pages == made_of.pages


def _run(book: Path, built: Path) -> tuple[str, int]:
    """Run the build; return what it said of errors, which it also says here, and its status."""
    command = [sys.executable, "-m", "rtc_guide.building.running", str(book), str(built)]
    said = []
    with subprocess.Popen(
        command, cwd=book, stderr=subprocess.PIPE, text=True, encoding="utf-8", errors="replace"
    ) as running:
        assert running.stderr
        for line in running.stderr:
            print(line, end="", file=sys.stderr, flush=True)
            said.append(line)
    return "".join(said), running.returncode


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
def serving(
    folder: Path, port: int = 0, under: str = "/", news: News | None = None
) -> Iterator[str]:
    """Serve the files in ``folder`` to this machine only; give the address to open.

    A ``port`` of 0 takes a free one. ``under`` is the path that the site is below, like
    ``/guide/`` on a shared host. With ``news`` of builds, open pages are loaded again after each,
    and show its errors if it failed. Raises `SiteError` where the port is taken or not allowed.
    """
    handler = partial(_Files, directory=str(folder), under=under, news=news)
    try:
        server = _Server(("127.0.0.1", port), handler)
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


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that went away in the middle of an answer."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


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
        news: News | None,
    ) -> None:
        self.under = under
        self.news = news
        super().__init__(request, client_address, server, directory=directory)

    def send_head(self) -> BytesIO | BinaryIO | None:
        """Answer 404 outside of the site's path, else send the file."""
        if not self.path.startswith(self.under):
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        if self.news:
            if self.path.startswith(self.under + NEWS):
                self._send_news(self.news)
                return None
            if self._is_page():
                return self._send_page(self.news)
        return super().send_head()

    def _is_page(self) -> bool:
        """Tell whether a page of the book is asked for, or what is none because of errors."""
        asked = self.path.partition("?")[0].removeprefix(self.under)
        return asked.endswith((".html", "/")) or not asked

    def _send_page(self, news: News) -> BytesIO | BinaryIO | None:
        """Send a page with a script that loads it again, or in its place why there is none."""
        number, error = news.number, news.error
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        script = RELOADING.format(address=json.dumps(f"{self.under}{NEWS}?{number}"))
        if error is not None:
            content, status = FAILED.format(error=escape(error)), HTTPStatus.INTERNAL_SERVER_ERROR
        elif file.is_file() and (whole := file.read_text("utf-8")).count("</body>") == 1:
            content, status = whole, HTTPStatus.OK
        else:
            return super().send_head()
        page = content.replace("</body>", f"{script}</body>").encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        return BytesIO(page)

    def _send_news(self, news: News) -> None:
        """Tell a page, by an event, once there is a later build than the one it shows.

        See https://html.spec.whatwg.org/multipage/server-sent-events.html.
        """
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        shown = int(self.path.rpartition("?")[2])
        try:
            while not news.wait_after(shown, seconds=5):
                self.wfile.write(b":\n\n")  # is anybody still there?
                self.wfile.flush()
            self.wfile.write(b"data: built\n\n")
        except ConnectionError:
            self.close_connection = True

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
