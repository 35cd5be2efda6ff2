"""The picture for those who only read: the same scene, recorded by `make figures`."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

PICTURE = Path("images", "try-two-people.png")


def test_the_scene_of_the_picture_plays(start_page, browser, root, pytestconfig):
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, device_scale_factor=2)
    with start_page(context) as tried:
        ada, grace = tried.side("Ada", 0), tried.side("Grace", 1)
        ada.type("Shopping list\n- apples")
        grace.expect_text("Shopping list\n- apples")
        grace.type("\n- walnuts")
        ada.expect_text("Shopping list\n- apples\n- walnuts")
        expect(ada.text.locator(".rtc-caret")).to_have_text("Grace")
        panes = tried.page.locator(".try-it-panes")
        if pytestconfig.getoption("--figures"):
            unfinished = root / PICTURE.with_suffix(".part.png")
            panes.screenshot(path=unfinished, animations="disabled", caret="hide")
            unfinished.replace(root / PICTURE)
        box = panes.bounding_box()
    context.close()
    found = (root / PICTURE).read_bytes()[16:24]  # the size that a PNG's header tells
    # A picture ends at whole pixels.
    assert int.from_bytes(found[:4]) == pytest.approx(2 * box["width"], abs=3)
    assert int.from_bytes(found[4:]) == pytest.approx(2 * box["height"], abs=3)
