"""The picture for those who only read: the same scene, recorded by `make figures`."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from rtc_guide.checks.session import ARTIFACTS
from rtc_guide.figures.encoding import Still
from rtc_guide.figures.keeping import compare, keep
from rtc_guide.pages.pictures import dark

PICTURE = "images/try-two-people.png"
SCHEMES = {"light": PICTURE, "dark": dark(PICTURE)}

# The notebooks follow the page, which follows the system.
THEME_IS_SHOWN = "light => document.body.dataset.jpThemeLight === String(light)"


# What stands above decides at which part of a pixel it begins: letters would look otherwise.
AT_WHOLE_PIXELS = """it => {
    const top = it.getBoundingClientRect().top + scrollY;
    it.style.marginTop = `${Math.ceil(top) - top}px`;
}"""


def test_the_scene_of_the_picture_plays(start_page, browser, root, pytestconfig):
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, device_scale_factor=2)
    mode = pytestconfig.getoption("--record")
    with start_page(context) as tried:
        ada, grace = tried.side("Ada", 0), tried.side("Grace", 1)
        ada.type("Shopping list\n- apples")
        grace.expect_text("Shopping list\n- apples")
        grace.type("\n- walnuts")
        ada.expect_text("Shopping list\n- apples\n- walnuts")
        expect(ada.text.locator(".rtc-caret")).to_have_text("Grace")
        panes = tried.page.locator(".try-it-panes")
        panes.evaluate(AT_WHOLE_PIXELS)
        for scheme, name in SCHEMES.items():
            tried.page.emulate_media(color_scheme=scheme)
            for frame in tried.frames:
                frame.wait_for_function(THEME_IS_SHOWN, arg=scheme == "light")
            if mode:
                taken = panes.screenshot(animations="disabled", caret="hide")
                still = Still(Image.open(io.BytesIO(taken)))
                settle = keep if mode == "write" else compare
                kept = settle(name, still, root, root / ARTIFACTS / "figures")
                assert mode == "write" or kept.outcome.is_current, f"{name}: {kept.why}"
        box = panes.bounding_box()
    context.close()
    for name in SCHEMES.values():
        # A picture ends at whole pixels.
        found = Image.open(root / name).size
        assert found == pytest.approx((2 * box["width"], 2 * box["height"]), abs=3), name
