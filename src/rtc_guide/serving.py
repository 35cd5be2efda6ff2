"""Serving a built site on this machine, to its reader alone."""

import http.server
import json
import os
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

from rtc_guide.building.news import News

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


class PortRefused(Exception):
    """The site can't be served on this port; the message says why and what to do."""


@contextmanager
def serving(
    folder: Path, port: int = 0, under: str = "/", news: News | None = None
) -> Iterator[str]:
    """Serve the files in ``folder`` to this machine only; give the address to open.

    A ``port`` of 0 takes a free one. ``under`` is the path that the site is below, like
    ``/guide/`` on a shared host. With ``news`` of builds, open pages are loaded again after each,
    and show its errors if it failed. Raises `PortRefused` where the port is taken or not allowed.
    """
    handler = partial(_Files, directory=str(folder), under=under, news=news)
    try:
        server = _Server(("127.0.0.1", port), handler)
    except (OSError, OverflowError) as error:
        raise PortRefused(
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
