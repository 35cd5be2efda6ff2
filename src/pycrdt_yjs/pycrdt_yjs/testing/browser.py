"""A headless Chromium with Pyodide in a worker, and the little server it loads everything from."""

from __future__ import annotations

import json
import shutil
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from playwright.sync_api import Browser, Page, sync_playwright

from .. import node, pins, wheel
from ..bytecode import compiled
from ..storing import keep

HERE = Path(__file__).resolve().parent
CORE = ("anyio", "idna", "typing-extensions")
"""What pycrdt itself needs."""

_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".wasm": "application/wasm",
}
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    # Lets the bench collect garbage before it measures memory.
    "--js-flags=--expose-gc",
)


@cache
def wheels() -> dict[str, Path]:
    """The pinned wheels for Pyodide, by project, and ours as `pycrdt`."""
    text = files(__package__).joinpath("wheels.toml").read_text("utf-8")
    found = {
        project: pins.fetch(pins.Pin(**pin), project)
        for project, pin in tomllib.loads(text).items()
    }
    # Compiled, as a site would serve them.
    return {**dict(zip(found, compiled(found.values()), strict=True)), "pycrdt": wheel.built()}


@cache
def modules() -> Path:
    """The npm packages."""
    return node.install(wheel.HERE)


def bundle_yjs() -> Path:
    """Pack plain Yjs, as others use it; the server has it as `/bundle/yjs.mjs`."""
    esbuild = str(modules() / "esbuild")

    def fill(place: Path) -> None:
        options = {
            "entryPoints": [str(modules() / "yjs" / "dist" / "yjs.mjs")],
            "bundle": True,
            "format": "esm",
            "minify": True,
            "outfile": str(place / "yjs.mjs"),
        }
        node.run("-e", f"require({json.dumps(esbuild)}).buildSync({json.dumps(options)})")

    return keep("yjs", modules().parent.name, fill) / "yjs.mjs"


class _Handler(BaseHTTPRequestHandler):
    extra: dict[str, Path]
    policy: str

    def do_GET(self) -> None:
        path = unquote(self.path.split("?")[0])
        folder, _, name = path.lstrip("/").rpartition("/")
        file = {
            "": HERE / (name or "page.html"),
            "pyodide": modules() / "pyodide" / name,
            "wheels": self.extra.get(name, HERE / "none"),
            "bundle": bundle_yjs() if name == "yjs.mjs" else wheel.bundle() / name,
        }.get(folder, HERE / "none")
        if not file.is_file():
            self.send_error(404)
            return
        body = file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", _TYPES.get(file.suffix, "application/octet-stream"))
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def server(policy: str = "") -> Iterator[str]:
    """Serve the page, Pyodide and the wheels on a free port of this machine; gives the address.

    Args:
        policy: The content security policy of all that is served.
    """
    extra = {path.name: path for path in wheels().values()}
    handler = type("Handler", (_Handler,), {"extra": extra, "policy": policy})
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_port}"
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium: the machine's, if it has one, else Playwright's."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(_FLAGS)
        )
        try:
            yield browser
        finally:
            browser.close()


class Pyodide:
    """Python in a worker of a page. What takes too long ends the worker and raises."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def _ask(self, what: str, arg: Any, timeout: float) -> Any:
        return self._page.evaluate(
            "([what, arg, timeout]) => ask(what, arg, timeout)", [what, arg, timeout]
        )

    def start(self) -> None:
        """Start Pyodide."""
        self._ask("start", None, 120)

    def register_bridge(self) -> None:
        """Give Pyodide the bridge as a module, for where `eval` is forbidden."""
        self._ask("register", "/bundle/bridge.mjs", 60)

    def load(self, *projects: str) -> None:
        """Load wheels of `wheels.toml`, or ours, which is `pycrdt`."""
        self._ask("load", [wheels()[project].name for project in projects], 60)

    def run(self, code: str, timeout: float = 60, **variables: Any) -> Any:
        """Run Python code; returns the value of its last expression.

        Args:
            code: May use `await` at its top level.
            timeout: In seconds.
            variables: Anything JSON can say, to be variables of the code.
        """
        setup = f"import json as _json\nglobals().update(_json.loads({json.dumps(variables)!r}))\n"
        return self._ask("python", setup + code, timeout)

    def call(self, name: str, *arguments: Any, timeout: float = 60) -> Any:
        """Call a function that `run` has defined; takes a third of the time of `run`.

        Args:
            name: Of a function that takes and returns JSON as text.
            arguments: Told to it as a JSON array.
            timeout: In seconds.
        """
        return json.loads(self._ask("call", [name, json.dumps(arguments)], timeout))

    def run_js(self, code: str, timeout: float = 60) -> Any:
        """Run the body of an asynchronous JavaScript function in the worker."""
        return self._ask("javascript", code, timeout)


@contextmanager
def pyodide(browser: Browser, *projects: str, policy: str = "") -> Iterator[Pyodide]:
    """Pyodide with pycrdt, its dependencies and other projects of `wheels.toml`.

    Args:
        browser: From `chromium`; Playwright allows a process one at a time.
        projects: To be loaded besides.
        policy: The content security policy of the page and its worker.
    """
    with server(policy) as address:
        page = browser.new_page()
        try:
            page.goto(f"{address}/")
            python = Pyodide(page)
            python.start()
            python.load(*CORE, "pycrdt", *projects)
            yield python
        finally:
            page.close()
