"""All that the wheel brings, used: each file is read, and nothing is read that it doesn't bring."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from rtc_guide import licences

ROOT = Path(__file__).parents[2]

# Loaded by each Python of the environment as it starts: notes what is opened in the package.
WATCH = """\
import os, sys

def digesting():
    frame = sys._getframe(2)
    while frame:
        if frame.f_code.co_name == "read_inputs":
            return True
        frame = frame.f_back
    return False

def note(event, arguments, log=os.environ.get("RTC_GUIDE_OPENED")):
    if event == "open" and log and isinstance(arguments[0], (str, bytes, os.PathLike)):
        path = os.fsdecode(arguments[0])
        # Whoever tells whether anything has changed reads all, and uses nothing.
        if "/rtc_guide/" in path and path != log and not digesting():
            with open(log, "a") as opened:
                opened.write(path + "\\n")

sys.addaudithook(note)
"""

CONFIG = """\
title: Statistics 101
only_build_toc_files: true
execute: {execute_notebooks: "off"}
parse: {myst_enable_extensions: [colon_fence, deflist, attrs_inline, attrs_block]}
sphinx:
  config:
    extensions:
      - jupyter_book
      - myst_nb
      - sphinx_book_theme
      - sphinx_comments
      - sphinx_copybutton
      - sphinx_design
      - sphinx_external_toc
      - sphinx_togglebutton
      - rtc_guide.doctor_page.extension
      - rtc_guide.links
      - rtc_guide.lite.extension
      - rtc_guide.architecture
      - rtc_guide.handout
      - rtc_guide.nbgitpuller_form
      - rtc_guide.page_weight.extension
      - rtc_guide.pages
    jupyterlite_contents: "*.ipynb"
"""
INDEX = """\
# Statistics 101

:::{try-it} mine.ipynb
Two people, one text.
:::

:::{doctor}
Drop a notebook.
:::

:::{nbgitpuller-form}
A link to the hub.
:::

```{evidence} walkthroughs
```

```{evidence} capacity
```

```{evidence} reports
```

```{evidence} files
```
"""
CLAIM = """\
# Rules

:::{claim} link-needed
:safeguard:
:token-link: holds
:share: holds

Nobody reads your homework without the link.
:::
"""
TRIALS = '''\
"""The course's own trials."""

from rtc_guide.evidence.verdict import Case
from rtc_guide.trials.registry import tries


@tries("link-needed", "token-link", "share")
async def read_as_nobody(sharing):
    """Ask for the homework with what was handed out, and without it."""
    visit = await sharing.enter(sharing.visitor)
    read = await visit.read(sharing.notebook)
    assert read.ok, f"those with the link must get it, or nothing is proven: {read}"
    answer = await sharing.anonymous.ask("GET", f"{sharing.server}api/contents")
    return [Case("somebody without the link", not answer.ok, f"The answer: {answer}.")]
'''

# What a run of steps and claims doesn't come to: old stacks, and trials of faults.
REST = """\
import asyncio, importlib, pkgutil
from pathlib import Path
import rtc_guide
from rtc_guide.evidence import capacity, damage, stack as evidence
from rtc_guide.software import read_declaration
from rtc_guide.stacks.environment import find_stack
from rtc_guide.trials.faults.pages import Pages

for module in pkgutil.walk_packages(rtc_guide.__path__, "rtc_guide."):
    # Those run in other Pythons, which have what they need.
    if module.name.endswith((".__main__", "_config", ".precompile", ".read_only")):
        continue
    try:
        importlib.import_module(module.name)
    except ModuleNotFoundError as error:
        if error.name not in ("js", "pyodide"):  # the browser's
            raise
for name in read_declaration(Path.cwd()).stacks:
    assert find_stack(name, Path.cwd()).digest

async def start_people():
    async with Pages():
        pass

asyncio.run(start_people())
"""


@pytest.fixture(scope="module")
def whole(install, folder: Path):
    """An environment with all extras, in which what is opened is noted."""
    (folder / "whole").mkdir()
    installed = install(
        folder / "whole", "rtc-guide[book,demo,doctor,figures,trials]", "pycrdt-yjs"
    )
    (site,) = (installed.folder / "lib").glob("python*/site-packages")
    (site / "rtc_guide_watch.py").write_text(WATCH)
    (site / "rtc_guide_watch.pth").write_text("import rtc_guide_watch\n")
    return installed


@pytest.fixture(scope="module")
def opened(whole) -> Path:
    """The file in which each use notes what it opened."""
    return whole.home / "opened.txt"


@pytest.fixture(scope="module")
def built(whole, opened) -> Path:
    """A book with everything that ours may have, built."""
    book = whole.home / "book"
    book.mkdir()
    (book / "_config.yml").write_text(CONFIG)
    (book / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: homework\n")
    (book / "index.md").write_text(INDEX)
    for name in ("homework.md", "week-3.ipynb"):
        shutil.copy(ROOT / "examples" / "homework" / name, book)
    shutil.copy(ROOT / "book" / "try" / "notebooks" / "ada.ipynb", book / "mine.ipynb")
    evidence = book / "evidence"
    evidence.mkdir()
    for name in ("lab-4.6.json", "capacity.json"):
        shutil.copy(ROOT / "evidence" / name, evidence)
    shutil.copytree(ROOT / "evidence" / "damage", evidence / "damage")
    done = whole.run("rtc-guide", "build", cwd=book, RTC_GUIDE_OPENED=str(opened))
    assert done.returncode == 0, done.stdout
    return book / "_build" / "html"


@pytest.fixture(scope="module")
def checked(whole, opened) -> Path:
    """The results of a claim of the project's own, tried on a hub and without one."""
    project = whole.home / "rules"
    project.mkdir()
    (project / "rules.md").write_text(CLAIM)
    (project / "conftest.py").write_text(TRIALS)
    done = whole.run(
        "rtc-guide", "check", "--accept", "--json", "results.json",
        cwd=project, RTC_GUIDE_OPENED=str(opened),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return project


@pytest.fixture(scope="module")
def rest(whole, opened) -> None:
    """What remains to be used."""
    done = whole.run("python", "-c", REST, RTC_GUIDE_OPENED=str(opened))
    assert done.returncode == 0, done.stdout


def test_a_book_of_everything_is_built(built):
    page = (built / "index.html").read_text()
    assert "try-it" in page
    assert list((built / "lite" / "runtime").rglob("rtc_guide*.whl"))
    assert (built / "_static" / "doctor.zip").is_file()


def test_what_the_book_hands_on_of_others_comes_with_its_licences(built):
    assert "pydata-sphinx-theme" in (built / "_static" / licences.FILE).read_text("utf-8")
    assert "jupyterlite-core" in (built / "lite" / licences.FILE).read_text("utf-8")
    runtime = built / "lite" / "runtime"
    (python,) = runtime.glob(f"pyodide-*/{licences.FILE}")
    assert "PYTHON SOFTWARE FOUNDATION LICENSE" in python.read_text("utf-8")
    for wheel in (runtime / "packages").glob("*.whl"):
        # Made here, with nothing of others in them.
        if not wheel.name.startswith(("jedi-0-", "rpds_py-0-")):
            with zipfile.ZipFile(wheel) as archive:
                names = archive.namelist()
            assert [each for each in names if "LICENSE" in each or "COPYING" in each], wheel.name


def test_a_claim_of_ones_own_is_tried(checked):
    results = json.loads((checked / "results.json").read_text())["results"]
    verdicts = {each["id"]: each["verdict"] for each in results}
    assert verdicts == {"link-needed@token-link": "holds", "link-needed@share": "holds"}
    assert "link-needed" in (checked / "evidence" / "lab-4.6.json").read_text()


def test_a_trial_that_contradicts_its_page_fails_there(whole, checked):
    page = checked / "rules.md"
    page.write_text(CLAIM.replace(":token-link: holds", ":token-link: does not hold"))
    done = whole.run("rtc-guide", "check", "rules.md::link-needed@token-link", cwd=checked)
    assert done.returncode == 1
    assert "rules.md:5: " in done.stdout, done.stdout


def test_a_trial_without_a_claim_and_a_claim_without_a_trial_are_told(whole, checked):
    page = checked / "rules.md"
    page.write_text(CLAIM.replace("{claim} link-needed", "{claim} other"))
    done = whole.run("rtc-guide", "check", cwd=checked)
    assert done.returncode == 1
    line = TRIALS[: TRIALS.index("@tries")].count("\n") + 1
    assert f"conftest.py:{line}: no page has the claim “link-needed”" in done.stdout, done.stdout
    assert "rules.md:3: nothing tries the claim “other”" in done.stdout


@pytest.mark.usefixtures("built", "checked", "rest")
def test_each_file_of_the_wheel_is_read_and_no_other(whole, opened, packages):
    (site,) = (whole.folder / "lib").glob("python*/site-packages")
    prefix = f"{site}/"
    read = {
        line.removeprefix(prefix)
        for line in opened.read_text().splitlines()
        if line.startswith(prefix) and "__pycache__" not in line and not line.endswith(".part")
    }
    (wheel,) = packages.glob("rtc_guide-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        brought = {name for name in archive.namelist() if name.startswith("rtc_guide/")}
    assert sorted(name for name in read - brought if not (site / name).is_dir()) == []
    unread = {name for name in brought - read if not name.endswith(".py")}
    # For type checkers; and what Node reads by itself.
    assert unread == {"rtc_guide/py.typed", "rtc_guide/trials/faults/page/people.mjs"}
