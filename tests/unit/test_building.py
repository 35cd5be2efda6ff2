"""A Sphinx build with the domain: what readers get, and what stops the build."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from PIL import Image

PAGE = """\
# Send

::::{ui:walkthrough} send-it
:opens: lesson.ipynb
:actors: owner = Ada, collaborator

:::{ui:step} owner
Click {ui:button}`Send It`.
:::

:::{note}
In between.
:::

:::{ui:step} collaborator
Press {ui:press}`Enter` and see {ui:cell}`x = 1`.
:::
::::
"""


def test_html_shows_numbered_steps_with_styled_words(build):
    html, warnings = build(PAGE)
    assert warnings == ""
    first, second = re.findall("<ol[^>]*>", html)
    assert "steps" in first and "start" not in first
    assert 'start="2"' in second
    assert '<span class="ui-word ui-button guilabel">Send It</span>' in html
    assert '<strong class="actor actor-collaborator">Collaborator:</strong>' in html
    assert 'id="walkthrough-send-it"' in html


def test_text_still_reads_well(build):
    text, warnings = build(PAGE, "text")
    assert warnings == ""
    assert "1. **Owner:** Click “Send It”." in text
    assert '2. **Collaborator:** Press Enter and see "x = 1".' in text


def test_latex_marks_words_and_numbers(build):
    latex, warnings = build(PAGE, "latex")
    assert warnings == ""
    assert r"\sphinxguilabel{Send It}" in latex
    assert r"\setcounter{enumi}{1}" in latex


def test_a_word_elsewhere_may_repeat_a_walkthrough_of_another_page(build):
    _, warnings = build(PAGE, other="---\norphan: true\n---\n# Other\n\n{ui:button}`Send It`\n")
    assert warnings == ""


def test_a_word_that_no_walkthrough_tries_stops_the_build(build):
    other = "---\norphan: true\n---\n# Other\n\nand\n{ui:button}`Send`, {guilabel}`Sent`\n"
    _, warnings = build(PAGE, other=other)
    (warning,) = warnings.splitlines()
    assert "other.md:7: WARNING: no walkthrough has the button “Send”" in warning


def test_one_id_in_two_pages_stops_the_build(build):
    _, warnings = build(PAGE, other=f"---\norphan: true\n---\n{PAGE}")
    assert "WARNING: the id “send-it” names another walkthrough already: " in warnings


def test_a_page_problem_stops_the_build_with_its_line(build):
    _, warnings = build(PAGE.replace("{ui:press}", "{ui:pres}"))
    assert "index.md:16: WARNING: unknown role “ui:pres”; closest: ui:press" in warnings


def test_the_vocabulary_lists_every_role(build):
    from rtc_guide.pages.vocabulary import VOCABULARY

    html, warnings = build("# Roles\n\n```{ui:vocabulary}\n```\n")
    assert warnings == ""
    assert all(f"{{ui:{name}}}" in html for name in VOCABULARY)


FIGURES = """\
# Send

:::{ui:animation} images/moving.webp
:of: send-it
:steps: 1-1
:alt: In motion
:::

:::{ui:picture} images/other.png
:alt: Another

A caption with *words*.
:::

::::{ui:walkthrough} send-it
:opens: lesson.ipynb

:::{ui:step} owner
:figure: images/send.png
:alt: The button

Click {ui:button}`Send It`.
:::
::::
"""


@pytest.fixture
def images(tmp_path: Path):
    """Make the pictures that `FIGURES` asks for."""
    folder = tmp_path / "images"
    folder.mkdir()
    for name in ("send.png", "send.dark.png", "other.png", "other.dark.png", "moving.png"):
        Image.new("RGB", (1408, 400), "white").save(folder / name)
    Image.new("RGB", (1408, 400), "white").save(folder / "moving.webp")


@pytest.mark.usefixtures("images")
def test_a_figure_is_two_stills_with_their_size_of_which_the_theme_shows_one(build):
    html, told = build(FIGURES)
    assert told == ""
    step = BeautifulSoup(html, "html.parser").select_one(".step figure")
    assert [
        (img["class"], img["src"], img["alt"], img["width"], img["height"], img["loading"])
        for img in step.find_all("img")
    ] == [
        (["only-light"], "_images/send.png", "The button", "704", "200", "lazy"),
        (["only-dark"], "_images/send.dark.png", "The button", "704", "200", "lazy"),
    ]


@pytest.mark.usefixtures("images")
def test_a_picture_has_its_caption(build):
    html, _ = build(FIGURES)
    caption = BeautifulSoup(html, "html.parser").select_one("figcaption")
    assert caption.get_text(strip=True).startswith("A caption with")
    assert caption.em.text == "words"


@pytest.mark.usefixtures("images")
def test_an_animation_is_a_still_with_a_link(build, tmp_path):
    html, _ = build(FIGURES)
    figure = BeautifulSoup(html, "html.parser").select_one("figure.animated")
    assert [img["src"] for img in figure.find_all("img")] == ["_images/moving.png"]
    assert figure.a["href"] == "_images/moving.webp"
    assert (tmp_path / "_out" / figure.a["href"]).is_file()


@pytest.mark.usefixtures("images")
@pytest.mark.parametrize(
    ("before", "loading"),
    [("# Send\n", [None, "lazy"]), ("# Send\n\n![Another](images/other.png)\n", ["lazy", "lazy"])],
    ids=["first", "second"],
)
def test_a_picture_waits_to_be_seen_unless_it_is_the_first_and_always_shown(build, before, loading):
    html, told = build(FIGURES.replace("# Send\n", before))
    assert told == ""
    stills = BeautifulSoup(html, "html.parser").select("figure.recorded img")
    assert [img.get("loading") for img in stills[:2]] == loading


@pytest.mark.usefixtures("images")
@pytest.mark.parametrize(
    ("builder", "shown"), [("text", "[image: The button]"), ("latex", "{send}.png")]
)
def test_other_builders_show_the_light_still_alone(build, builder, shown):
    text, told = build(FIGURES, builder)
    assert told == ""
    assert text.count(shown) == 1
    assert "dark" not in text
    assert "webp" not in text


def test_a_missing_picture_says_how_to_record_it(build):
    _, told = build(FIGURES)
    assert "images/send.png" in told
    assert "make figures" in told


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("of: send-it", "of: sent-it", "unknown walkthrough of this page “sent-it”"),
        ("steps: 1-1", "steps: 1-2", "has the steps 1-1, not 1-2"),
        ("steps: 1-1", "steps: all", ":steps: are the first and the last one"),
        ("moving.webp", "moving.gif", "is a .webp file below images/"),
        (":of: send-it", ":shows: owner", "an animation needs :of:"),
        (":of: send-it", ":of: send-it\n:shows: friend", "unknown actor “friend”"),
        ("other.png", "other.jpg", "is a .png file below images/"),
        (":alt: Another\n", "", "a picture needs :alt:"),
        (":figure: images/send.png\n:alt: The button", ":after:", ":after: says how a :figure:"),
    ],
)
@pytest.mark.usefixtures("images")
def test_what_is_wrong_with_a_figure_is_told(build, old, new, message):
    assert old in FIGURES
    _, told = build(FIGURES.replace(old, new))
    assert message in told


def test_a_walkthrough_that_no_check_reads_is_told(build, tmp_path):
    (tmp_path / "classic.rst").write_text(
        "Send\n====\n\n.. ui:walkthrough:: send-it\n   :opens: lesson.ipynb\n\n"
        "   .. ui:step::\n\n      Click :ui:button:`Send It`.\n"
    )
    _, told = build("# Home\n\n```{toctree}\nclassic\n```\n")
    assert "classic.rst:4: " in told
    assert "checks read .md pages (MyST Markdown) only" in told
