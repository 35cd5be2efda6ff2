"""What a link of the form opens, in the interfaces that the trials' hub doesn't have."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from rtc_guide.stacks.environment import find_stack
from rtc_guide.stacks.jupyterlab import running_lab

ROOT = Path(__file__).parents[2]
FOLDER = "Woche 1"
NAME = "Übung 1 – Q&A #2, 100% (a+b?).ipynb"


def address(links, opens_in: str, file: str) -> str:
    fields = {"hub": "https://hub.example.edu", "repository": "https://git.example.org/course"}
    link = links("makeLink", fields | {"file": file, "opensIn": opens_in})["link"]
    return parse_qs(urlsplit(link).query)["urlpath"][0]


@pytest.mark.parametrize(
    ("stack", "opens_in", "page_path"),
    [
        ("notebook-7.6", "notebook", "/notebooks/"),
        ("notebook-7.0", "notebook", "/notebooks/"),
        ("notebook-6.5", "notebook", "/notebooks/"),
        ("notebook-6.5", "lab", "/lab/tree/"),
        ("retrolab-0.3", "retro", "/retro/notebooks/"),
    ],
)
def test_the_notebook_and_the_folder_are_found(
    page: Page, lab_port, nbgitpuller_links, stack, opens_in, page_path
):
    cell = {"cell_type": "markdown", "metadata": {}, "source": "with an odd name"}
    text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    with running_lab(find_stack(stack, ROOT), lab_port) as lab:
        folder = lab.root / "course" / FOLDER
        folder.mkdir(parents=True)
        (folder / NAME).write_text(text, encoding="utf-8")
        page.goto(f"{lab.origin}/tree?token={lab.token}")
        page.goto(f"{lab.origin}/{address(nbgitpuller_links, opens_in, f'{FOLDER}/{NAME}')}")
        expect(page.get_by_text("with an odd name")).to_be_visible(timeout=90_000)
        assert urlsplit(page.url).path.startswith(page_path)
        page.goto(f"{lab.origin}/{address(nbgitpuller_links, opens_in, FOLDER)}")
        expect(page.get_by_text(NAME).first).to_be_visible(timeout=90_000)
