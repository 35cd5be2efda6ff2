"""The trial of handing out copies by an nbgitpuller link."""

import asyncio
import json
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode

from rtc_guide.evidence.verdict import Case
from rtc_guide.pages.ways import HUB
from rtc_guide.stacks.environment import StackError
from rtc_guide.stacks.ports import free_port
from rtc_guide.stacks.processes import stop
from rtc_guide.trials.people import Page, Person
from rtc_guide.trials.registry import Unproven, tries
from rtc_guide.trials.visits import Visit
from rtc_guide.trials.waiting import until
from rtc_guide.trials.ways import OnHub

_REPOSITORY = "course"
_LESSON = "lesson.ipynb"
_SECONDS_TO_LISTEN = 10


@tries("nbgitpuller", HUB)
async def pull_and_edit(sharing: OnHub) -> list[Case]:
    """Let two students follow one link, and one of them edit their copy together with nobody."""
    one, two = sharing.visitor, sharing.other
    folders = [(await sharing.own_server(student))[1] for student in (one, two)]
    for folder in folders:
        # A copy of an earlier run would be kept.
        shutil.rmtree(folder / _REPOSITORY, ignore_errors=True)
    async with _served_repository(json.dumps(_notebook("from the course"))) as address:
        opened = [await _follow(sharing, student, address) for student in (one, two)]
    copies = [folder / _REPOSITORY / _LESSON for folder in folders]
    own = all(copy.exists() for copy in copies)
    visits = [Visit(student, sharing.server_of(student.name), page) for student, page in opened]
    if own:
        async with visits[0].notebook(f"{_REPOSITORY}/{_LESSON}") as notebook:
            notebook.write("one student's answer")
            saved = await sharing.saved("one student's answer", file=copies[0])
        apart = "one student's answer" not in copies[1].read_text(encoding="utf-8")
        own = saved is not None and apart
        seen = f"an edit of the one was {'saved' if saved else 'lost'} and "
        seen += "did not reach the other" if apart else "reached the other"
    else:
        seen = "not both have a copy"
    saw = " and ".join(str(page) for _, page in opened)
    return [
        Case("each has a copy of their own", own, f"Two students followed the link; {seen}."),
        Case(
            "it opens in JupyterLab",
            all(page.is_lab for _, page in opened),
            f"At the address that the link leads to, they saw {saw}.",
        ),
    ]


async def _follow(sharing: OnHub, student: Person, address: str) -> tuple[Person, Page]:
    """Follow the link as the student's browser does, up to the page that it ends at."""
    urlpath = f"lab/tree/{_REPOSITORY}/{_LESSON}"
    query = {"repo": address, "branch": "main", "urlpath": urlpath}
    first = await student.open(f"{sharing.hub.url}/hub/user-redirect/git-pull?{urlencode(query)}")
    server = sharing.server_of(student.name)
    # The page's script asks for this and, once it ends well, goes to `urlpath`.
    visit = Visit(student, server, first)
    pulled = await visit.ask("GET", f"git-pull/api?{urlencode(query)}")
    if '"finished"' not in str(pulled.body):
        return student, first
    return student, await student.open(f"{server}{urlpath}")


@asynccontextmanager
async def _served_repository(lesson: str) -> AsyncIterator[str]:
    """Serve a git repository with one notebook; give the address from which it is cloned.

    Raises `Unproven` where git isn't installed, `StackError` where its server doesn't come up.
    """
    git = shutil.which("git")
    if git is None:
        raise Unproven("git is not installed here.")
    with tempfile.TemporaryDirectory(prefix="rtc-guide-git-") as folder:
        repository = Path(folder) / _REPOSITORY
        repository.mkdir()
        (repository / _LESSON).write_text(lesson, encoding="utf-8")
        me = ["-c", "user.name=Course", "-c", "user.email=course@example.edu"]
        for command in (
            ["init", "--quiet", "--initial-branch=main"],
            ["add", "."],
            [*me, "commit", "--quiet", "--message=Lesson"],
        ):
            subprocess.run([git, "-C", repository, *command], check=True, capture_output=True)
        port = free_port()
        # git's own server: nbgitpuller clones one revision only, which plain files can't serve.
        process = subprocess.Popen(
            [git, "daemon", "--export-all", f"--base-path={folder}", "--listen=127.0.0.1",
             f"--port={port}"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            if await until(lambda: _listens(port), _SECONDS_TO_LISTEN) is None:
                raise StackError("`git daemon` did not come up; try it in a terminal")
            yield f"git://127.0.0.1:{port}/{_REPOSITORY}"
        finally:
            stop(process)


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def _notebook(text: str) -> dict[str, object]:
    cell = {"id": "a", "cell_type": "markdown", "metadata": {}, "source": text}
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
