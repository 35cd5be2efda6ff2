"""Links, anchors and pictures in the built pages' HTML."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

# All external links of the 2023 guide: a reader may still look for them.
LINKS_OF_2023 = [
    "https://addons.mozilla.org/en-US/firefox/addon/nbgitpuller-link-generator/?utm_source=addons.mozilla.org&utm_medium=referral&utm_content=search",
    "https://ds-modules.github.io/curriculum-guide/workflow/distributing-notebooks.html?highlight=nbgitpuller#the-steps",
    "https://github.com/berkeley-dsep-infra/datahub/issues/new?assignees=balajialg&labels=type%3A+enhancement&projects=&template=featurerequest.md",
    "https://github.com/berkeley-dsep-infra/datahub/pull/3287",
    "https://github.com/jupyterlab/jupyterlab/issues/14031",
    "https://github.com/jupyterlab/rtc",
    "https://github.com/yjs/yjs",
    "https://jupyterlab.readthedocs.io/en/stable/user/rtc.html",
]
# What a browser fetches without being asked to, by tag and attribute.
FETCHED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}


@pytest.fixture(scope="module")
def soups(built: Path) -> dict[Path, BeautifulSoup]:
    return {
        path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in built.rglob("*.html")
        if "_static" not in path.relative_to(built).parts
    }


def hrefs(soup: BeautifulSoup) -> set[str]:
    return {link["href"] for link in soup.find_all("a", href=True)}


def test_internal_links_lead_somewhere(soups, built):
    anchors = {
        path: {tag["id"] for tag in soup.find_all(id=True)}
        | {tag["name"] for tag in soup.find_all("a", attrs={"name": True})}
        for path, soup in soups.items()
    }
    broken = []
    for path, soup in soups.items():
        for href in hrefs(soup):
            parts = urlsplit(href)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            # Shown at any depth, its links begin at the top of the site.
            if path.name == "404.html" and parts.path.startswith("/"):
                target = built / unquote(parts.path[1:])
            if not target.is_file():
                broken.append(f"{path.relative_to(built)}: no file for {href}")
            elif parts.fragment and unquote(parts.fragment) not in anchors.get(target, ()):
                broken.append(f"{path.relative_to(built)}: no anchor for {href}")
    assert broken == []


def test_nothing_is_fetched_from_another_host(soups, built):
    """Also what waits for a click: a script's address may stand in another script."""
    foreign = [
        f"{path.relative_to(built)}: {tag}"[:200]
        for path, soup in soups.items()
        for tag in soup.find_all(list(FETCHED))
        if "//" in tag.get(FETCHED[tag.name], "") or (tag.name == "script" and "://" in tag.text)
    ]
    assert foreign == []


def test_every_picture_of_a_page_says_what_it_shows(soups, built):
    silent = [
        f"{path.relative_to(built)}: {picture['src']}"
        for path, soup in soups.items()
        for picture in soup.select("article img")
        if not picture.get("alt", "").strip()
    ]
    assert silent == []


@pytest.mark.parametrize("link", LINKS_OF_2023)
def test_link_of_2023_is_still_there(soups, link):
    assert any(link in hrefs(soup) for soup in soups.values())
