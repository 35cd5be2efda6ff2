"""The trial of handing out material by an nbgitpuller link."""

import json
import shutil
from urllib.parse import urlencode

from playwright.async_api import Page
from playwright.async_api import TimeoutError as NotSeen

from rtc_guide.evidence.verdict import Case
from rtc_guide.nbgitpuller_form import LINKS
from rtc_guide.pages.ways import HUB
from rtc_guide.trials.browsing import browser_of
from rtc_guide.trials.people import Person
from rtc_guide.trials.registry import tries
from rtc_guide.trials.repository import Repository, served_repository
from rtc_guide.trials.visits import Visit
from rtc_guide.trials.ways import OnHub

_COURSE = "course"
_LESSON = "lesson.ipynb"


@tries("nbgitpuller", HUB)
async def pull_twice(sharing: OnHub) -> list[Case]:
    """Let two students follow a link, one change their copy, and the instructor add to theirs."""
    first, second = sharing.owner, sharing.visitor
    for student in (first, second):
        shutil.rmtree(sharing.hub.home_of(student.name) / _COURSE, ignore_errors=True)
    with served_repository(_COURSE) as repository:
        repository.publish(_LESSON, _notebook("by the instructor"))
        opened = await _follow_link(sharing, first, repository)
        visit, _ = await sharing.own_server(first)
        others, _ = await sharing.own_server(second)
        await _pull(others, repository)
        return [opened, await _change(sharing, visit, others), await _again(visit, repository)]


def _notebook(text: str) -> str:
    cell = {"cell_type": "markdown", "id": "a1", "metadata": {}, "source": text}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def _question(repository: Repository) -> dict[str, str]:
    return {"repo": repository.url, "branch": repository.branch}


async def _follow_link(sharing: OnHub, student: Person, repository: Repository) -> Case:
    """Follow a link as the guide's own form makes it, in a real browser."""
    async with browser_of(sharing.hub, student.name) as page:
        await page.goto(await _make_link(page, sharing.hub.url, repository))
        tab = page.get_by_role("tab", name=_LESSON)
        try:
            await tab.wait_for()
        except NotSeen:
            return Case("the link", False, "JupyterLab did not come up with the notebook.")
    copied = (sharing.hub.home_of(student.name) / _COURSE / _LESSON).is_file()
    proof = "In a browser, the link opened JupyterLab with the notebook; a copy of it was "
    return Case("the link", copied, f"{proof}{'' if copied else 'not '}in the student’s home.")


async def _make_link(page: Page, hub: str, repository: Repository) -> str:
    """Make a link to the lesson with the script of the form."""
    fields = {
        "hub": hub,
        "repository": repository.url,
        "branch": repository.branch,
        "file": _LESSON,
        "opensIn": "lab",
    }
    await page.add_script_tag(path=LINKS)
    made = await page.evaluate("fields => nbgitpullerLinks.makeLink(fields)", fields)
    return str(made["link"])


async def _pull(visit: Visit, repository: Repository) -> None:
    """Pull as the link's page does. Raises `RuntimeError` where that doesn't come to an end."""
    answer = await visit.ask("GET", f"git-pull/api?{urlencode(_question(repository))}")
    if not answer.ok or '"finished"' not in answer.body:
        raise RuntimeError(f"nbgitpuller did not finish: {answer}")


async def _change(sharing: OnHub, visit: Visit, others: Visit) -> Case:
    """Let one student change their copy; look whether the other one's changed."""
    text = "by a student"
    written = await visit.write(f"{_COURSE}/{_LESSON}", _notebook(text))
    copies = [
        (sharing.hub.home_of(each.person.name) / _COURSE / _LESSON).read_text(encoding="utf-8")
        for each in (visit, others)
    ]
    apart = text in copies[0] and text not in copies[1]
    proof = f"One student saved a change ({written}); it was on disk in their copy only."
    if not apart:
        proof = f"One student saved a change ({written}); on disk it was not in their copy only."
    return Case("a student’s change stays with them", apart, proof)


async def _again(visit: Visit, repository: Repository) -> Case:
    """Let the instructor change the lesson and add a file, and the student pull again."""
    repository.publish(_LESSON, _notebook("by the instructor, later"))
    repository.publish("more.txt", "more")
    await _pull(visit, repository)
    lesson = await visit.read(f"{_COURSE}/{_LESSON}")
    more = await visit.read(f"{_COURSE}/more.txt")
    kept = "by a student" in json.dumps(lesson.body)
    proof = (
        "The instructor changed the notebook too and added a file. After following the link "
        f"again the student’s change was {'still there' if kept else 'gone'}, and the new file "
        f"{'had come' if more.ok else 'had not come'}."
    )
    return Case("following the link again keeps it", kept and more.ok, proof)
