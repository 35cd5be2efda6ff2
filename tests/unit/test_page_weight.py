"""Which files a page needs, and the style and the font of the icons that are used."""

from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from rtc_guide.page_weight import assets, extension, icons

STYLE = (
    '.fa-sun:before{content:"\\f185"}.fa-0:before{content:"0"}'
    '.fa-bars:before,.fa-navicon:before{content:"\\f0c9"}.own:before{content:"\\f00d"}'
    '@font-face{src:url(../vendor/fa-solid-900.woff2) format("woff2"),'
    'url(../vendor/fa-solid-900.ttf) format("truetype")}'
)


def test_icons_are_named_by_classes_and_by_roles():
    texts = ['<i class="fa-solid fa-sun"></i>', "{fas}`bars` and `navicon`"]
    assert icons.names_in(texts) & icons.known(STYLE) == {"sun", "bars"}


def test_other_icons_are_left_out_and_all_else_is_kept():
    trimmed = icons.trim(STYLE, frozenset({"navicon"}))
    assert '.fa-bars:before,.fa-navicon:before{content:"\\f0c9"}' in trimmed
    assert ".own:before" in trimmed
    assert "fa-sun" not in trimmed and "fa-0" not in trimmed
    assert "woff2" not in trimmed and "ttf" not in trimmed


@pytest.mark.parametrize("style", ["p{color:red}", STYLE.replace("fa-solid-900", "fa-7")])
def test_a_theme_of_another_form_is_told(style: str):
    with pytest.raises(icons.ThemeChanged, match=r"change\s+rtc_guide\.page_weight\.icons"):
        icons.trim(style, frozenset())


def test_the_font_has_the_characters_that_styles_show():
    characters = icons.characters_in([icons.trim(STYLE, frozenset({"sun"}))])
    assert characters == {0xF185, 0xF00D}
    whole = (extension.THEME_FILES / icons.FONT).with_suffix(".ttf")
    made = icons.subset(whole, characters)
    assert set(TTFont(BytesIO(made)).getBestCmap()) == characters
    assert len(made) < whole.stat().st_size / 50


def test_the_theme_in_use_is_known():
    style = (extension.THEME_FILES / icons.STYLE).read_text("utf-8")
    assert len(icons.trim(style, frozenset({"sun"}))) < len(style) - 50_000


@pytest.mark.parametrize(
    ("name", "html", "needed"),
    [
        ("_static/copybutton.js", '<div class="highlight-python notranslate">', False),
        ("_static/copybutton.js", '<div class="x highlight">', True),
        ("_static/clipboard.min.js", '<div class="highlight">', True),
        ("_static/sphinx-design.min.css", '<div class="sd-tab-set docutils">', True),
        ("_static/design-tabs.js", "<p>sd-tab-set</p>", False),
        ("_static/mystnb.0123.css", '<span class="ui-cell">', False),
        ("_static/mystnb.0123.css", '<div class="cell docutils container">', True),
        ("_static/togglebutton.js", '<div class="admonition dropdown">', True),
        ("_static/togglebutton.js", '<div class="sd-dropdown">', False),
        ("_static/any-other.js", "", True),
    ],
)
def test_a_page_needs_what_looks_for_one_of_its_classes(name: str, html: str, needed: bool):
    assert assets.is_needed(name, assets.classes_in(html)) is needed


def test_scripts_within_the_page_go_with_the_file_they_are_for():
    script = "let toggleHintShow = 'Click to show';"
    assert not assets.is_inline_needed(script, frozenset())
    assert assets.is_inline_needed(script, frozenset({"toggle"}))
    assert assets.is_inline_needed("DOCUMENTATION_OPTIONS.pagename = 'x'", frozenset())
