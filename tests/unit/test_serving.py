"""Serving a folder, and what the commands say where there is nothing to build or serve."""

import socket
import threading
from http import HTTPStatus
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from rtc_guide import cli
from rtc_guide.serving import PortRefused, open_in_browser, serving


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "page.html").write_text("hello")
    return tmp_path


def test_files_are_served_below_the_path(folder):
    with serving(folder, under="/guide/") as url:
        assert url.endswith("/guide/")
        assert urlopen(url + "page.html").read() == b"hello"


@pytest.mark.parametrize("path", ["/page.html", "/guide/other.html"])
def test_anything_else_is_not_found(folder, path):
    with serving(folder, under="/guide/") as url, pytest.raises(HTTPError) as refused:
        urlopen(urljoin(url, "/") + path.lstrip("/"))
    assert refused.value.code == HTTPStatus.NOT_FOUND


def test_nothing_answers_afterwards(folder):
    with serving(folder) as url:
        pass
    with pytest.raises(URLError):
        urlopen(url)


def test_a_rebuilt_page_is_asked_for_anew(folder):
    with serving(folder) as url:
        assert urlopen(url + "page.html").headers["Cache-Control"] == "no-cache"


def test_a_browser_that_goes_away_leaves_no_traceback(folder, capfd):
    # More than any buffer on the way takes.
    (folder / "large.bin").write_bytes(bytes(50_000_000))
    with serving(folder) as url:
        known = set(threading.enumerate())
        with socket.create_connection(("127.0.0.1", urlsplit(url).port)) as browser:
            browser.sendall(b"GET /large.bin HTTP/1.0\r\n\r\n")
            assert browser.recv(100)
            (answering,) = set(threading.enumerate()) - known
        answering.join(20)
        assert not answering.is_alive()
    assert "Traceback" not in capfd.readouterr().err


def test_a_taken_port_is_named(folder):
    with serving(folder) as url:
        taken = int(url.rstrip("/").rpartition(":")[2])
        with pytest.raises(PortRefused, match=f"Port {taken}"), serving(folder, taken):
            pass


@pytest.mark.parametrize("command", ["build", "serve"])
def test_a_folder_without_a_book_is_named(tmp_path, command):
    result = CliRunner().invoke(cli.main, [command, "--project", str(tmp_path)])
    assert result.exit_code == 1
    assert str(tmp_path) in result.output
    assert "_config.yml" in result.output


@pytest.mark.parametrize("variable", ["CI", "nothing"])
def test_no_browser_is_opened_where_nobody_looks(monkeypatch, variable):
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("CI", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    if variable == "CI":
        monkeypatch.setenv("DISPLAY", ":0")
        monkeypatch.setenv("CI", "true")
    monkeypatch.setattr("webbrowser.open", pytest.fail)
    assert not open_in_browser("http://127.0.0.1/")
