"""Links of the guide's form on a real hub: the notebook is found, and read as nbgitpuller does."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlencode, urlsplit

import pytest
import requests
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, expect

from rtc_guide.stacks.environment import find_stack
from rtc_guide.stacks.jupyterhub import Hub, running_hub, start_server
from rtc_guide.trials.repository import Repository, served_repository

from ..conftest import ROOT

PEOPLE = Path(__file__).with_name("hub_people.py")
COURSE = "https://git.example.org/course"
# As people name their files, and what is special in an address.
NAME = "Übung 1 – Q&A #2, 100% (a+b?).ipynb"


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    with running_hub(find_stack(None, ROOT), [PEOPLE]) as hub:
        yield hub


@pytest.fixture
def make(nbgitpuller_links, hub):
    """Make a link to what a repository has."""

    def make(repository: Repository, file: str, **fields: str) -> str:
        given = {"hub": f"{hub.url}/hub/home", "repository": repository.url, "opensIn": "lab"}
        return nbgitpuller_links("makeLink", given | {"file": file} | fields)["link"]

    return make


@dataclass(frozen=True)
class Student:
    """A person's browser on the hub, in which nobody has logged in yet."""

    name: str
    hub: Hub
    page: Page

    def follow(self, link: str) -> None:
        """Open a link, and log in when asked to."""
        self.page.goto(link)
        self.page.get_by_label("Username:").fill(self.name)
        self.page.get_by_label("Password:").fill(self.hub.password)
        self.page.get_by_role("button", name="Sign in").click()

    def sees(self, tab: str, text: str) -> None:
        """Wait until a notebook is open in JupyterLab."""
        opened = self.page.get_by_role("tab", name=tab, exact=True)
        expect(opened).to_be_visible(timeout=90_000)
        expect(self.page.get_by_role("paragraph").filter(has_text=text)).to_be_visible()


@pytest.fixture
def student(browser: Browser, hub) -> Iterator[Student]:
    context = browser.new_context()
    yield Student("ada", hub, context.new_page())
    context.close()


def notebook(text: str) -> str:
    cell = {"cell_type": "markdown", "id": "a1", "metadata": {}, "source": text}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_whoever_follows_a_link_logs_in_and_finds_the_notebook(hub, student, make):
    with served_repository("course") as repository:
        repository.publish("lesson.ipynb", notebook("the first lesson"))
        student.follow(make(repository, "lesson.ipynb", branch=repository.branch))
        student.sees("lesson.ipynb", "the first lesson")
    assert (hub.home_of("ada") / "course" / "lesson.ipynb").is_file()


def test_no_name_is_too_odd_and_git_is_no_part_of_the_folders_name(hub, student, make):
    with served_repository("Kurs-23.git") as repository:
        folder = repository.folder / "Woche 1"
        folder.mkdir()
        repository.publish(f"Woche 1/{NAME}", notebook("with an odd name"))
        student.follow(make(repository, f"Woche 1/{NAME}"))
        student.sees(NAME, "with an odd name")
    assert (hub.home_of("ada") / "Kurs-23" / "Woche 1" / NAME).is_file()


def test_a_folder_can_be_opened(student, make):
    with served_repository("folders") as repository:
        (repository.folder / "one").mkdir()
        repository.publish("one/inside.txt", "…")
        student.follow(make(repository, "one"))
        listed = student.page.get_by_role("listitem", name=re.compile(r"inside\.txt"))
        expect(listed).to_be_visible(timeout=90_000)


@pytest.fixture(scope="module")
def as_nbgitpuller(hub):
    """Ask nbgitpuller's own page what it reads in a link's parameters."""
    start_server(hub, "ada")
    session = requests.Session()
    session.headers["Authorization"] = f"token {hub.api_token}"

    def ask(name: str, query: str) -> dict[str, str | None]:
        answer = session.get(f"{hub.url}/user/ada/{name}?{query}", timeout=60)
        answer.raise_for_status()
        told = BeautifulSoup(answer.text, "html.parser").body.attrs
        return {
            key: unquote(told[f"data-{key}"]) if f"data-{key}" in told else None
            for key in ("repo", "branch", "targetpath", "path", "backup")
        }

    return ask


QUERIES = [
    {},
    {"branch": "main"},
    {"urlpath": "lab/tree/course/a.ipynb"},
    {"urlPath": "/tree/course/a b.ipynb?autodecode"},
    {"urlpath": "lab/tree/course/%C3%9C%23.ipynb", "subPath": "b", "app": "lab"},
    {"subPath": "b/c.IPYNB"},
    {"subpath": "b", "subPath": "c"},
    {"subPath": "/b"},
    {"subPath": "b/", "app": "LAB"},
    {"targetpath": "mine"},
    {"targetPath": "mine/", "subPath": "b"},
    {"targetpath": "", "urlpath": ""},
    {"backup": "false", "urlpath": "lab"},
    {"repo": f"{COURSE}.git"},
    {"repo": f" {COURSE}// "},
    {"repo": "git@github.com:example/course.git"},
    {"branch": "ü&b+c"},
    {"unknown": "x", "depth": "1"},
]


@pytest.mark.parametrize("query", QUERIES, ids=urlencode)
def test_a_link_is_read_as_nbgitpuller_reads_it(hub, as_nbgitpuller, nbgitpuller_links, query):
    check_reading(hub, as_nbgitpuller, nbgitpuller_links, "git-pull", {"repo": COURSE} | query)


@pytest.mark.parametrize("name", ["git-sync", "interact"])
@pytest.mark.parametrize(
    "query", [{}, {"branch": "x", "path": "a/b.ipynb"}, {"account": "me", "urlpath": "lab"}]
)
def test_so_are_its_old_forms(hub, as_nbgitpuller, nbgitpuller_links, name, query):
    check_reading(hub, as_nbgitpuller, nbgitpuller_links, name, {"repo": "course"} | query)


def check_reading(hub, as_nbgitpuller, nbgitpuller_links, name, query):
    text = urlencode(query)
    found = nbgitpuller_links("readLink", f"{hub.url}/hub/user-redirect/{name}?{text}")
    expected = as_nbgitpuller(name, text)
    assert found["repository"] == expected["repo"]
    assert found["branch"] == expected["branch"]
    assert found["folder"] == expected["targetpath"]
    assert found["opens"] == expected["path"]


def test_a_made_link_means_to_nbgitpuller_what_was_filled_in(as_nbgitpuller, nbgitpuller_links):
    fields = {"hub": "https://hub.example.edu", "repository": f"{COURSE}.git", "file": f"a/{NAME}"}
    link = nbgitpuller_links("makeLink", fields | {"branch": "ü&b"})["link"]
    expected = as_nbgitpuller("git-pull", urlsplit(link).query)
    assert expected == {
        "repo": f"{COURSE}.git",
        "branch": "ü&b",
        "targetpath": "course",
        "path": expected["path"],
        "backup": None,
    }
    shown = urlsplit(f"http://server/{expected['path']}")
    assert unquote(shown.path) == f"/lab/tree/course/a/{NAME}"
    assert (shown.query, shown.fragment) == ("", "")
