"""Finding a browser, among real (small) executables on a PATH of the test's own."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

from rtc_guide import browser


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A Linux machine with no browser at all, to which each test adds what it is about."""
    monkeypatch.delenv(browser.BROWSER_VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(browser, "_playwrights_own", lambda: None)


def program(path: Path, status: int = 0) -> Path:
    path.write_text(f"#!/bin/sh\nexit {status}\n")
    path.chmod(0o755)
    return path


def test_none_is_found_on_a_bare_machine():
    assert browser.find_browser() is None


def test_named_browser_ends_the_search(tmp_path, monkeypatch):
    program(tmp_path / "chromium")
    named = program(tmp_path / "my-own")
    monkeypatch.setenv(browser.BROWSER_VARIABLE, str(named))
    assert browser.find_browser() == named


@pytest.mark.parametrize("there", [False, True])
def test_named_browser_that_cannot_be_run_is_an_error(tmp_path, monkeypatch, there):
    program(tmp_path / "chromium")
    named = tmp_path / "my-own"
    if there:
        named.write_text("not executable")
    monkeypatch.setenv(browser.BROWSER_VARIABLE, str(named))
    with pytest.raises(browser.BrowserMissing, match=r"my-own.* no executable file"):
        browser.find_browser()


def test_installed_browser_comes_before_playwrights_own(tmp_path, monkeypatch):
    installed = program(tmp_path / "google-chrome")
    own = program(tmp_path / "own")
    monkeypatch.setattr(browser, "_playwrights_own", lambda: own)
    assert browser.find_browser() == installed


def test_browser_that_does_not_start_is_passed_over(tmp_path, monkeypatch):
    program(tmp_path / "chromium", status=1)
    own = program(tmp_path / "own")
    monkeypatch.setattr(browser, "_playwrights_own", lambda: own)
    assert browser.find_browser() == own


def test_playwrights_own_counts_only_once_downloaded(tmp_path, monkeypatch):
    monkeypatch.setattr(browser, "_playwrights_own", lambda: tmp_path / "not-downloaded")
    assert browser.find_browser() is None


@pytest.mark.parametrize(("user", "sandboxed"), [(0, False), (1000, True)])
def test_only_root_runs_without_the_sandbox(monkeypatch, user, sandboxed):
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert ("--no-sandbox" not in browser.launch_args()) is sandboxed


def test_what_playwright_turns_off_stays_off(tmp_path):
    """Our list takes the place of Playwright's, which may grow with a new version."""
    said = tmp_path / "said"
    noting = tmp_path / "noting"
    noting.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {said}\n')
    noting.chmod(0o755)
    with sync_playwright() as playwright, pytest.raises(PlaywrightError):
        playwright.chromium.launch(executable_path=noting, args=browser.launch_args())
    flag = "--disable-features="
    playwrights, ours = (
        set(told.removeprefix(flag).split(","))
        for told in said.read_text().splitlines()
        if told.startswith(flag)
    )
    of_edge = {name for name in playwrights if name.startswith("ms")}
    assert playwrights - of_edge < ours


def test_nothing_is_installed_where_a_browser_is(tmp_path, monkeypatch):
    installed = program(tmp_path / "chromium")
    monkeypatch.setattr(browser, "_download", pytest.fail)
    monkeypatch.setattr(browser, "_install_package", pytest.fail)
    assert browser.ensure_browser() == installed


def test_a_download_is_tried_first(tmp_path, monkeypatch):
    monkeypatch.setattr(browser, "_download", lambda: program(tmp_path / "chromium"))
    monkeypatch.setattr(browser, "_install_package", pytest.fail)
    assert browser.ensure_browser() == tmp_path / "chromium"


def test_root_gets_the_package_where_the_download_fails(tmp_path, monkeypatch):
    program(tmp_path / "apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(browser, "_download", lambda: None)
    monkeypatch.setattr(browser, "_install_package", lambda: program(tmp_path / "chromium"))
    assert browser.ensure_browser() == tmp_path / "chromium"


def test_others_are_told_what_to_do(tmp_path, monkeypatch, capsys):
    program(tmp_path / "apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(browser, "_download", lambda: None)
    monkeypatch.setattr(browser, "_install_package", pytest.fail)
    assert browser.main() == 1
    told = capsys.readouterr().err
    assert browser.BROWSER_VARIABLE in told
    assert "package manager" in told
