"""What a link of the form opens, in the interfaces that the trials' hub doesn't have."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as NotSeen

from rtc_guide.stacks.environment import find_stack
from rtc_guide.stacks.jupyterlab import running_lab

ROOT = Path(__file__).parents[2]
FOLDER = "Woche 1"
NAME = "Übung 1 – Q&A #2, 100% (a+b?).ipynb"


def address(links, opens_in: str, file: str) -> str:
    fields = {"hub": "https://hub.example.edu", "repository": "https://git.example.org/course"}
    link = links("makeLink", fields | {"file": file, "opensIn": opens_in})["link"]
    return parse_qs(urlsplit(link).query)["urlpath"][0]


@pytest.fixture
def opened(page: Page, lab_port, nbgitpuller_links):
    """Open, on a stack, what a link does; tell whether a notebook and its folder are found."""

    def opened(stack: str, opens_in: str, page_path: str, name: str) -> tuple[bool, bool]:
        cell = {"cell_type": "markdown", "metadata": {}, "source": "with an odd name"}
        text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
        with running_lab(find_stack(stack, ROOT), lab_port) as lab:
            folder = lab.root / "course" / FOLDER
            folder.mkdir(parents=True)
            (folder / name).write_text(text, encoding="utf-8")
            page.goto(f"{lab.origin}/api/status?token={lab.token}")
            page.goto(f"{lab.origin}/{address(nbgitpuller_links, opens_in, f'{FOLDER}/{name}')}")
            notebook = is_shown(page, "with an odd name")
            assert urlsplit(page.url).path.startswith(page_path)
            page.goto(f"{lab.origin}/{address(nbgitpuller_links, opens_in, FOLDER)}")
            return notebook, is_shown(page, name)

    return opened


def is_shown(page: Page, text: str) -> bool:
    try:
        page.get_by_text(text).filter(visible=True).first.wait_for(timeout=30_000)
    except NotSeen:
        return False
    return True


@pytest.mark.parametrize(
    ("stack", "opens_in", "page_path"),
    [
        ("notebook-7.6", "notebook", "/notebooks/"),
        ("notebook-7.0", "notebook", "/notebooks/"),
        ("notebook-6.5", "notebook", "/notebooks/"),
        ("notebook-6.5", "lab", "/lab/tree/"),
    ],
)
def test_the_notebook_and_the_folder_are_found(opened, stack, opens_in, page_path):
    assert opened(stack, opens_in, page_path, NAME) == (True, True)


@pytest.mark.parametrize(("name", "found"), [(NAME.replace("#", ""), True), (NAME, False)])
def test_retrolab_finds_all_but_names_with_a_number_sign(opened, name, found):
    """Which is what the form says."""
    assert opened("retrolab-0.3", "retro", "/retro/notebooks/", name) == (found, True)
