"""Pages become walkthroughs, steps and words, each with the line where it stands."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtc_guide.pages.domain import repeated_ids
from rtc_guide.pages.page import Figure, Page
from rtc_guide.pages.reading import read_page

WHOLE = """\
    # Share

    ::::{ui:walkthrough} share-link
    :opens: lesson.ipynb
    :actors: owner = Ada, collaborator = Ben, outsider
    :joined: outsider

    Some words before the steps.

    :::{ui:step} owner
    Click {ui:button}`One`.
    :::

    :::{note}
    An interruption.
    :::

    :::{ui:step} collaborator
    :look:
    :figure: images/two.png
    :alt: What Ben sees.

    See {ui:dialog}`Two`.
    :::
    ::::
    """


def test_a_walkthrough_is_read_whole(read_text):
    page = read_text(WHOLE)
    assert page.problems == []
    (item,) = page.walkthroughs
    assert (item.id, item.line) == ("share-link", 3)
    assert item.actors == {"owner": "Ada", "collaborator": "Ben", "outsider": None}
    assert (item.notebook, item.opened, item.joined) == ("lesson.ipynb", True, ("outsider",))
    first, second = item.steps
    assert (first.actor, first.looks, first.figure) == ("owner", False, None)
    assert (second.actor, second.looks) == ("collaborator", True)
    assert second.figure == Figure("images/two.png", item.path, 18)
    assert [(word.role, word.text, word.line) for word in item.words] == [
        ("button", "One", 11),
        ("dialog", "Two", 23),
    ]


def test_a_walkthrough_in_a_tab_or_an_admonition_is_found(read_text):
    page = read_text(
        """\
        :::::::{tab-set}
        ::::::{tab-item} Today
        :::::{note}
        ::::{ui:walkthrough} nested
        :finds: lesson.ipynb

        :::{ui:step}
        Click {ui:button}`Deep`.
        :::
        ::::
        :::::
        ::::::
        :::::::
        """
    )
    assert page.problems == []
    assert [word.line for word in page.walkthroughs[0].words] == [8]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("One {ui:button}`A` and\nthen {ui:button}`B`\nand {ui:button}`A` again.", [1, 2, 3]),
        ("A {ui:button}`name that\nis wrapped`, then {ui:button}`B`.", [1, 2]),
        ("- item\n  and {ui:button}`A`\n- {ui:button}`A`\n  - x\n    {ui:tab}`C`", [2, 3, 5]),
        ("1. one\n\n   two\n   {ui:button}`A`\n2. {ui:button}`A`", [4, 5]),
        ("> quoted\n> over {ui:button}`two\n> lines` and\n> {ui:button}`B`", [2, 4]),
        ("| a | b |\n|---|---|\n| {ui:button}`A` | x |\n| x | {ui:button}`B` |", [3, 4]),
        ("Term {ui:button}`A`\n: Meaning\n  of {ui:button}`B`", [1, 3]),
        ("# Title {ui:button}`A`\n\n*so\n{ui:button}`B`* and **{ui:button}`C`**", [1, 4, 4]),
        (":::{note}\n:class: tip\n\nx\n{ui:button}`A`\n:::\n\n{ui:button}`A`", [5, 8]),
        ("```{note}\nx\n{ui:button}`A`\n```\n\n[a\n{ui:button}`B`](https://example.org)", [3, 7]),
    ],
    ids=[
        "paragraph", "wrapped", "bullets", "numbers", "quote", "table", "definition", "markup",
        "colon-fence", "link",
    ],
)  # fmt: skip
def test_a_word_has_its_own_line(read_text, text, lines):
    assert [word.line for word in read_text(text).strays] == lines


blocks = st.sampled_from(
    [
        "{}",
        "- a\n  {}",
        "> a\n> {}",
        ":::{{note}}\n{}\n:::",
        "1. a\n\n   b\n   {}",
        "*x* `` {{ui:button}}`Same` ``\n{}",
        "```md\n{{ui:button}}`Same`\n```\n\n{}",
        "::::{{note}}\n:::{{tip}}\n{}\n:::\n::::",
        "```{{note}}\n{}\n```",
        "```{{index}} single: word\n```\n\n{}",
        "````{{note}}\n```{{tip}}\n{}\n```\n````",
        "~~~\n```{{note}}\n{{ui:button}}`Same`\n~~~\n\n{}",
        "<!--\n```\n{{ui:button}}`Same`\n-->\n\n{}",
    ]
)


@given(st.lists(st.tuples(blocks, st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=12))
def test_lines_are_right_in_any_mixture_of_blocks(recipe):
    lines, expected = [], []
    for block, blanks, same_before in recipe:
        # The mark tells words from the examples that some blocks have.
        word = "and {ui:button}`Same`! " * same_before + "{ui:button}`Same`!"
        for line in block.format(word).split("\n"):
            lines.append(line)
            expected += [len(lines)] * line.count("`!")
        lines += [""] * (blanks + 1) + ["<!-- apart -->", ""]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "page.md")
        path.write_text("\n".join(lines), encoding="utf-8")
        page = read_page(path)
    assert [word.line for word in page.strays] == expected


def said(page: Page) -> list[tuple[int, str]]:
    return [(problem.line, problem.message) for problem in page.problems]


def walkthrough(steps: str, options: str = ":opens: lesson.ipynb", argument: str = "one") -> str:
    return f"::::{{ui:walkthrough}} {argument}\n{options}\n\n{steps}\n::::\n"


STEP = ":::{ui:step}\n{ui:button}`A`\n:::"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (walkthrough("No step here."), 1, "has no step"),
        (walkthrough(STEP, argument="Not An Id"), 1, "needs an id"),
        (walkthrough(STEP, ":actors: owner"), 1, "needs either :opens: or :finds:"),
        (walkthrough(STEP, ":opens: gone.ipynb"), 1, "no such file lies beside this page"),
        (walkthrough(STEP, ":opens: lesson.ipynb\n:actors: Ada"), 1, "has no owner"),
        (walkthrough(STEP, ":opens: lesson.ipynb\n:actors: owner, friend"), 1,
         "the actor “friend” of walkthrough “one” has no step"),
        (walkthrough(STEP, ":opens: lesson.ipynb\n:actors: owner, owner"), 1, "listed already"),
        (walkthrough(STEP, ":opens: lesson.ipynb\n:joined: friend"), 1, "none of the other"),
        (walkthrough(STEP, ":opens: lesson.ipynb\n:opnes: x"), 1, "Unknown option keys: ['opnes']"),
        (walkthrough(":::{ui:step} friend\n{ui:button}`A`\n:::"), 4, "unknown actor “friend”"),
        (walkthrough(":::{ui:step}\nNothing to try.\n:::"), 4, "no word for a check to try"),
        (walkthrough(":::{ui:step}\n:lok:\n\n{ui:button}`A`\n:::"), 4, "Unknown option keys"),
        (walkthrough(":::{ui:step}\n:figure: images/x.png\n\n{ui:button}`A`\n:::"), 4, ":alt:"),
        (walkthrough(f"{STEP}\n\nA stray {{ui:button}}`B`."), 8, "in none of its steps"),
        (walkthrough(":::{ui:stepp}\nx\n:::"), 4, "unknown directive “ui:stepp”; closest: ui:step"),
        (walkthrough(":::{ui:step}\nClick\nthe {ui:buton}`A`\n{ui:button}`B`\n:::"), 6,
         "unknown role “ui:buton”; closest: ui:button"),
        (STEP, 1, "a step stands directly in a walkthrough"),
        (f"::::::{{no-such-directive}}\n{walkthrough(STEP)}\n::::::", 2, "can't be read"),
        (walkthrough(":::{ui:step} owner owner\n{ui:button}`A`\n:::"), 4, "maximum 1 argument"),
        (walkthrough(":::{ui:step}\n{ui:button}`A` {button}`B`\n:::"), 5, "Unknown interpreted"),
        (walkthrough(":::{ui:step}\n{ui:button}`A` {uii:tab}`B`\n:::"), 5, "Unknown interpreted"),
        (walkthrough(":::{ui:step}\n{ui:button}`A` {ui:tab} `B`\n:::"), 5, "not read as a role"),
        (walkthrough(":::{ui:step}\n{ui:button}`A` {ui: tab}`B`\n:::"), 5, "not read as a role"),
        (walkthrough(":::{ui:step}\n{ui:button}`A` {ui:tab}` `\n:::"), 5, "this role is empty"),
        (walkthrough(":::{ui:step}\n:figure: ../x.png\n:alt: x\n\n{ui:tab}`A`\n:::"), 4,
         "below images/"),
        (walkthrough(STEP, ":opens: page.md"), 1, "is no notebook"),
        (walkthrough(STEP, ":finds: lesson.ipynb\n:actors: owner, friend\n:joined: friend"), 1,
         ":joined: needs :opens:"),
        (":" + walkthrough(walkthrough(STEP, argument="two")) + ":", 4, "stands inside another"),
        (walkthrough(STEP) + "\n" + walkthrough(STEP), 9, "names another walkthrough already"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(write_page, text, line, message):
    from rtc_guide.pages.domain import repeated_ids

    page = read_page(write_page(text))
    told = [*said(page), *((problem.line, problem.message) for problem in repeated_ids([page]))]
    assert any(at == line and message in what for at, what in told), told


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("```md\n{ui:button}`A`\n```\n\nfirst\n{ui:button}`A`\n", 6),
        ("write `` {ui:button}`A` `` so\nthat it is {ui:button}`A`\n", 2),
        ("<!-- {ui:button}`A`\n-->\n\n{ui:button}`A`\n", 4),
        ("% {ui:button}`A`\n\n{ui:button}`A`\n", 3),
        (":::::{tab-set}\n::::{tab-item} T\n:::{note}\nx\n{ui:button}`A`\n:::\n::::\n:::::\n\n"
         "````md\n{ui:button}`A`\n````\n", 5),
    ],
)  # fmt: skip
def test_an_example_does_not_take_a_word_s_line(read_text, text, line):
    assert [word.line for word in read_text(text).strays] == [line]


def test_typed_text_keeps_its_spaces(read_text):
    page = read_text("{ui:type}` # x` and {ui:button}`wrapped\nname`")
    assert [word.text for word in page.strays] == [" # x", "wrapped name"]


def test_a_page_in_another_encoding_is_a_problem(tmp_path):
    path = tmp_path / "page.md"
    path.write_bytes("# Seite\n\nüber\n".encode("latin-1"))
    assert [(p.line, p.message) for p in read_page(path).problems] == [
        (3, "this is not UTF-8; save the page as it")
    ]


def test_an_example_in_a_code_block_is_no_walkthrough(read_text):
    page = read_text(f"`````md\n{walkthrough(STEP)}\n`````\n\nand `` {{ui:button}}`A` ``\n")
    assert (page.problems, page.walkthroughs, page.strays) == ([], [], [])


STILL = """\
    ::::{ui:walkthrough} ID
    :opens: lesson.ipynb

    :::{ui:step}
    :figure: images/one.png
    :alt: One.

    Click {ui:button}`One`.
    :::
    ::::
    """


def test_two_pictures_of_one_name_are_told(write_page):
    written = [write_page(STILL.replace("ID", id), f"{id}.md") for id in ("one", "two")]
    one, two = map(read_page, written)
    assert repeated_ids([one]) == []
    (problem,) = repeated_ids([one, two])
    assert problem.path.name == "two.md"
    assert "“images/one.png” is recorded elsewhere already: " in problem.message
