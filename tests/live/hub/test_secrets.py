"""What a check tells and keeps holds none of the secrets that it used."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rtc_guide.pages.reading import read_page

from ..conftest import ROOT

PAGE = Path("book") / "risks" / "security.md"
CLAIM = "forwarded-link"
WAYS = ("share", "hub-token-link", "token-link")
WRONG = "token-link"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A guide with one page, which expects the opposite for one way, so that one claim fails."""
    folder = tmp_path / "project"
    (folder / PAGE.parent).mkdir(parents=True)
    shutil.copytree(ROOT / "stacks", folder / "stacks")
    shutil.copy(Path(__file__).with_name("secrets_seen.py"), folder / "conftest.py")
    claims = {claim.id: claim for claim in read_page(ROOT / PAGE, ROOT).claims}
    claim = claims[CLAIM]
    expected = next(one for one in claim.expected if one.way == WRONG)
    lines = (ROOT / PAGE).read_text(encoding="utf-8").split("\n")
    lines[expected.line - 1] = f":{WRONG}: {'does not hold' if expected.holds else 'holds'}"
    end = lines.index(":::", claim.line) + 1
    declared = ["# A page", "", *lines[claim.line - 1 : end], ""]
    (folder / PAGE).write_text("\n".join(declared), encoding="utf-8")
    return folder


def test_nothing_that_is_told_or_kept_holds_a_secret(project, tmp_path):
    secrets_file = tmp_path / "secrets.jsonl"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "rtc_guide.cli", "check"),
            *(f"{PAGE}::{CLAIM}@{way}" for way in WAYS),
            *("--accept", "--json", "report.json", "--junit", "junit.xml"),
        ],
        cwd=project,
        env=os.environ | {"RTC_GUIDE_SECRETS": str(secrets_file), "GITHUB_ACTIONS": "true"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    results = json.loads((project / "report.json").read_text())["results"]
    outcomes = {result["outcome"] for result in results}
    assert outcomes >= {"passed", "failed"}, done.stdout
    assert list(project.glob("evidence/*.json")), done.stdout

    used = {tuple(json.loads(line)) for line in secrets_file.read_text().splitlines()}
    assert {kind for kind, _ in used} >= {"cookie", "token", "code", "password", "_xsrf"}

    kept = [path for path in project.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    texts = {path.name: path.read_bytes() for path in kept} | {"output": done.stdout.encode()}
    found = {
        (name, kind)
        for name, text in texts.items()
        for kind, secret in used
        if len(secret) > 7 and secret.encode() in text
    }
    assert found == set()
