"""Somebody else's pages, from an empty environment to a verdict, with the plain package."""

import json
import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "homework"
PYPI = ROOT / "README-pypi.md"


@pytest.fixture(scope="module")
def plain(install, folder: Path):
    """An environment in which only `pip install rtc-guide` was said."""
    (folder / "plain").mkdir()
    return install(folder / "plain", "rtc-guide")


@pytest.fixture
def course(plain, tmp_path_factory) -> Path:
    """The example, where nothing of this repository is above it."""
    target = plain.home / tmp_path_factory.mktemp("course").name
    left = shutil.ignore_patterns(".*", "_build")
    shutil.copytree(EXAMPLE, target, ignore=left)
    return target


def blocks(readme: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", readme.read_text("utf-8"), re.DOTALL | re.M)


def test_the_readmes_tell_these_commands():
    """The example's are those of today, PyPI's page has those of a release."""
    today, *_ = blocks(EXAMPLE / "README.md", "sh")
    released, *_ = blocks(PYPI, "sh")
    for commands, options in ((today, "--find-links GUIDE/dist "), (released, "")):
        assert commands.splitlines() == [
            "python -m venv .venv",
            f".venv/bin/pip install {options}rtc-guide",
            ".venv/bin/rtc-guide check",
        ]
    tracked = [path for path in EXAMPLE.iterdir() if path.is_file()]
    assert len(tracked) == 5, "five files are promised"


def test_the_pages_hold_and_fail_at_their_line_once_a_word_is_wrong(plain, course):
    done = plain.run("rtc-guide", "check", "--json", "results.json", cwd=course)
    assert done.returncode == 0, done.stdout
    (result,) = json.loads((course / "results.json").read_text())["results"]
    assert (result["page"], result["outcome"]) == ("homework.md", "passed")

    page = course / "homework.md"
    lines = page.read_text().split("\n")
    line = next(number for number, text in enumerate(lines) if "{ui:dialog}" in text)
    lines[line] = lines[line].replace("Share Jupyter Server Link", "Share This Server")
    page.write_text("\n".join(lines))
    done = plain.run("rtc-guide", "check", cwd=course)
    assert done.returncode == 1, done.stdout
    assert f'homework.md:{line + 1}: no dialog named "Share This Server"' in done.stdout
    assert "Traceback" not in done.stdout


def test_the_page_that_pypi_shows_holds_and_is_built(plain, course):
    (page,) = blocks(PYPI, "md")
    (settings,) = blocks(PYPI, "python")
    (course / "homework.md").write_text(f"{page}\n")
    (course / "conf.py").write_text(f"{settings}exclude_patterns = ['README.md']\n")
    done = plain.run("rtc-guide", "check", cwd=course)
    assert done.returncode == 0, done.stdout
    (course / "index.md").write_text("# All\n\n```{toctree}\nhomework\n```\n")
    (course / "homework.md").write_text(f"# Share\n\n{page}")
    done = plain.run("sphinx-build", "-q", "-W", ".", "_build", cwd=course)
    assert done.stdout == ""


def test_the_pages_are_built_without_a_warning(plain, course):
    # Also with what a check leaves there.
    (course / ".artifacts").mkdir()
    done = plain.run("sphinx-build", "-q", "-W", "--keep-going", ".", "_build", cwd=course)
    assert done.stdout == ""
    assert "Not checked yet" in (course / "_build" / "homework.html").read_text()


def test_pages_that_were_built_are_not_taken_for_pages(plain, course):
    copies = course / "_build" / "html" / "_sources"
    copies.mkdir(parents=True)
    shutil.copy(course / "homework.md", copies)
    (course / "test_of_theirs.py").write_text("raise SystemExit('their own tests are not run')\n")
    done = plain.run("rtc-guide", "check", "--help", cwd=course)
    assert done.returncode == 0
    done = plain.run("python", "-m", "pytest", "--collect-only", "-q", ".", "--ignore",
                     "test_of_theirs.py", cwd=course)  # fmt: skip
    assert "homework.md::homework-in-pairs[lab-4.6]" in done.stdout
    assert "_build" not in done.stdout


def test_without_a_browser_it_says_what_to_install(plain, course):
    done = plain.run(
        "rtc-guide", "check", cwd=course, PATH=str(plain.folder / "bin"), RTC_GUIDE_BROWSER=""
    )
    assert done.returncode == 1
    assert "no Chromium or Chrome on this machine" in done.stdout
    assert "python -m rtc_guide.browser" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_folder_without_pages_says_what_is_missing(plain, tmp_path):
    (tmp_path / "index.md").write_text("# Nothing\n")
    done = plain.run("rtc-guide", "check", cwd=tmp_path)
    assert done.returncode == 1
    assert "nothing to check on lab-4.6: index.md" in done.stdout


CLAIM = """\
# Rules

:::{claim} link-needed
:safeguard:
:token-link: holds

Nobody reads your homework without the link.
:::
"""


def test_a_claim_needs_packages_that_it_names(plain, course):
    (course / "rules.md").write_text(CLAIM)
    done = plain.run("rtc-guide", "check", "rules.md", cwd=course)
    assert done.returncode == 1
    assert "pip install 'rtc-guide[trials]'" in done.stdout
