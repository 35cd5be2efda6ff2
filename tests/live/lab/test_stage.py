"""People come to a walkthrough's notebook one after the other, though their pages load at once."""

from pathlib import Path

from playwright.sync_api import Page

from rtc_guide.checks.stage import held
from rtc_guide.serving import serving

ASK = """path => {
    window.told = null;
    fetch(path).then(answer => { window.told = answer.status; });
}"""


def test_a_request_waits_until_it_is_let_go_and_others_do_not(page: Page, tmp_path: Path):
    for name in ("index.html", "api/session/lesson", "style"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("<!DOCTYPE html>", "utf-8")
    with serving(tmp_path) as address:
        with held(page, "api/session/"):
            page.goto(address)
            page.evaluate(ASK, "api/session/lesson")
            assert page.evaluate("async () => (await fetch('style')).status") == 200
            assert page.evaluate("window.told") is None
        page.wait_for_function("window.told === 200")
