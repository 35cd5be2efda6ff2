"""People come to a walkthrough's notebook one after the other, though their pages load at once."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page

from rtc_guide.checks.stage import held

ASK = """path => {
    window.told = null;
    fetch(path).then(answer => { window.told = answer.status; });
}"""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    for name in ("index.html", "api/session/lesson", "style"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("<!DOCTYPE html>", "utf-8")
    files = partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), files) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_a_request_waits_until_it_is_let_go_and_others_do_not(page: Page, address: str):
    with held(page, "api/session/"):
        page.goto(address)
        page.evaluate(ASK, "api/session/lesson")
        assert page.evaluate("async () => (await fetch('style')).status") == 200
        assert page.evaluate("window.told") is None
    page.wait_for_function("window.told === 200")
