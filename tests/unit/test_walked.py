"""Evidence of walkthroughs: what is kept of a check, and that nothing private is."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtc_guide.checks.failure import CheckFailure
from rtc_guide.checks.items import failure_of
from rtc_guide.checks.latency import Noted, latencies
from rtc_guide.checks.stage import Stage, StageError
from rtc_guide.checks.verbs import without_secrets
from rtc_guide.evidence.discretion import LENGTH, cleaned, indiscretion_in
from rtc_guide.evidence.stack import Evidence, EvidenceError, path_of, read, read_all, write
from rtc_guide.evidence.walked import Failure, Walked
from rtc_guide.pages.page import Step, Walkthrough, Word

HERE = Path("/project/book/page.md")


def walked(id="share", **changes) -> Walked:
    fields = {
        "walkthrough": id, "seconds": 8.5, "on": date(2026, 11, 22), "text": "abc",
        "versions": {"JupyterLab": "4.6.6"}, "saw": (("Entry point", "button “Share”"),),
        "latency": (19.0, 38.5),
    }  # fmt: skip
    return Walked(**fields | changes)


FAILED = walked("join", failure=Failure("book/join.md", 31, 2, "no button", "button", "Share"))


def test_what_is_written_is_read_back(tmp_path):
    known = ["share", "join", "begin"]
    began = walked("begin", failure=Failure("book/a.md", 1, 0, "no server"), latency=None, saw=())
    whole = Evidence("lab-4.6").with_walked([walked(), FAILED, began], known)
    path = path_of("lab-4.6", tmp_path)
    write(whole, path)
    assert read(path) == whole
    told = json.loads(path.read_text())["walkthroughs"]
    assert [told[id]["outcome"] for id in known] == ["passed", "failed", "failed"]


def test_what_no_page_declares_any_more_is_dropped_and_the_rest_stays():
    before = Evidence("lab-4.6").with_walked([walked(), walked("gone")], ["share", "gone"])
    after = before.with_walked([FAILED], ["share", "join"])
    assert after.walkthroughs == {"share": walked(), "join": FAILED}


@pytest.mark.parametrize(
    ("changed", "into", "reason"),
    [
        ('"passed"', '"fine"', "'fine' is not one of"),
        ('"failed"', '"passed"', "$.walkthroughs.join"),
        ('"line": 31', '"line": 0', "0 is less than the minimum"),
        ("book/join.md", "/home/ada/join.md", "does not match"),
        ("[\n    19.0,\n    38.5\n   ]", "[]", "[] is not valid"),
        ("no button", "at 127.0.0.1:8888", "nobody's business: “127.0.0.1:8888”"),
    ],
)
def test_damaged_evidence_is_refused_with_the_reason(tmp_path, changed, into, reason):
    path = path_of("lab-4.6", tmp_path)
    write(Evidence("lab-4.6").with_walked([walked(), FAILED], ["share", "join"]), path)
    text = path.read_text()
    assert changed in text
    path.write_text(text.replace(changed, into))
    with pytest.raises(EvidenceError, match=r"lab-4\.6\.json can't be read") as raised:
        read(path)
    assert reason in str(raised.value)


TOKEN = "9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a3928"
HOSTILE = [
    (f"no link; the clipboard has “http://jupyter.example.edu/lab?token={TOKEN}&x=1”", TOKEN),
    (f"Authorization: token {TOKEN}", TOKEN),
    (f"session {TOKEN} ended", TOKEN),
    ("cookie abcDEF0123456789ghiJKL0123456789mno-PQR", "ghiJKL"),
    ("code=Zm9v-YmFyMTIz&next=/", "Zm9v"),
    ("kernel 0f5ea6f3-6b1c-4e25-9c1c-0d5f1f9d1a2b died", "6b1c"),
    ("connect to http://127.0.0.1:43211/api failed", "43211"),
    ("connect to http://localhost:8888/lab failed", "8888"),
    ("http://jupyter.example.edu:43211/lab did not answer", "43211"),
    ("http://[::1]:8888/lab", "8888"),
    ("10.0.3.17:5000 refused", "10.0.3.17"),
    ("not found: /tmp/rtc-guide-lab-x1y2/course/lesson.ipynb", "rtc-guide-lab"),
    ("/home/carol/lesson.ipynb is locked", "carol"),
    ("“/Users/carol/Library/Jupyter/runtime”", "carol"),
    (r"C:\Users\carol\lesson.ipynb is locked", "carol"),
    ("file:///srv/data/carol/x", "carol"),
    ("~carol/notebooks", "carol"),
    ('visible texts: "Carol\'s files", "carol@campus-17"', "arol"),
]


@pytest.mark.parametrize(("found", "secret"), HOSTILE)
def test_a_hostile_find_is_cleaned(found, secret):
    clean = cleaned(found, ["carol"])
    assert secret not in clean
    assert indiscretion_in(clean) is None


@pytest.mark.parametrize(("found", "_"), HOSTILE[:-1])
def test_a_hostile_find_is_not_written(tmp_path, found, _):
    hostile = walked("join", failure=Failure("book/join.md", 31, 2, found))
    path = path_of("lab-4.6", tmp_path)
    for each in (hostile, walked("join", saw=(("Link", found),))):
        with pytest.raises(EvidenceError, match="was not written"):
            write(Evidence("lab-4.6").with_walked([each], ["join"]), path)
    assert not path.exists()


@pytest.mark.parametrize(
    "plain",
    [
        'no button named "Share"; visible buttons: "Cancel", "Copy Link"; closest: "Share…"',
        "/lab/tree/RTC%3A…/lesson.ipynb?token=…",
        "the name is gone 2.5 s after the last key, the cursor stays",
        "the button \"Copy Link\" could not be used: Locator.click: Timeout 20000ms exceeded.",
        "JupyterLab 4.6.6, at 10:30; # Ben writes here: hello",
        "include-token-in-the-url-of-the-shared-link",
    ],
)  # fmt: skip
def test_what_readers_need_stays(plain):
    assert cleaned(plain, ["root"]) == plain
    assert indiscretion_in(plain) is None


@given(st.text(alphabet="ab1:/=…- .tokencde@~\\[]?&", max_size=200))
def test_what_was_cleaned_once_is_clean(text):
    once = cleaned(text)
    assert indiscretion_in(once) is None
    assert len(once) <= LENGTH


@pytest.mark.parametrize(
    "text",
    [
        "token:8888 abcdefghijklmnopqrst",
        "cookie:8888token1.2.3.4bearer abcdefghijklmnop",
        "=localhostpassword=hunter2",
        "x" * (LENGTH - 30) + " " + "0123456789abcdef" * 4 + "ghi",
    ],
)
def test_what_is_left_beside_what_was_taken_out_is_clean_too(text):
    assert indiscretion_in(cleaned(text)) is None


def test_this_book_s_evidence_of_walkthroughs_holds_nothing_private():
    root = Path(__file__).parents[2]
    told = [
        text
        for each in read_all(root)
        for seen in each.walkthroughs.values()
        for text in [seen.failure.found if seen.failure else "", *(what for _, what in seen.saw)]
    ]
    assert [text for text in told if indiscretion_in(text)] == []


ONE = Word("button", "Share", HERE, 12)
TWO = Word("copied", "http://…", HERE, 15)
ITEM = Walkthrough(
    "share", HERE, 8, {"owner": "Ada"},
    (Step("owner", (ONE,), HERE, 11), Step("owner", (TWO,), HERE, 14)), "lesson.ipynb", True,
)  # fmt: skip


def test_a_failure_is_placed_by_page_line_and_step():
    root = Path("/project")
    assert failure_of(CheckFailure(TWO, "no link"), ITEM, root) == Failure(
        "book/page.md", 15, 2, "no link", "copied", "http://…"
    )
    assert failure_of(StageError("can't begin"), ITEM, root) == Failure(
        "book/page.md", 8, 0, "can't begin"
    )
    assert failure_of(StageError("x"), ITEM, Path("/elsewhere")).page == "page.md"


@pytest.mark.parametrize(
    "changed",
    [
        replace(ITEM, notebook="other.ipynb"),
        replace(ITEM, opened=False),
        replace(ITEM, actors={"owner": None}),
        replace(ITEM, joined=("collaborator",)),
        replace(ITEM, steps=ITEM.steps[:1]),
        replace(ITEM, steps=ITEM.steps[::-1]),
        replace(ITEM, steps=(replace(ITEM.steps[0], looks=True), ITEM.steps[1])),
        replace(ITEM, steps=(replace(ITEM.steps[0], words=(TWO,)), ITEM.steps[1])),
    ],
)
def test_the_digest_tells_what_a_check_would_do(changed):
    assert changed.digest != ITEM.digest


def test_the_digest_does_not_tell_where_it_stands_and_what_is_recorded():
    moved = replace(ITEM.steps[0], line=99, tells="Entry point", figure="images/a.png")
    assert replace(ITEM, line=90, steps=(moved, ITEM.steps[1])).digest == ITEM.digest


def test_a_step_keeps_what_it_saw_only_where_it_has_a_heading():
    stage = Stage(None, ITEM, None)
    stage.tell("nothing")
    stage.telling = "Entry point"
    for what in ("button “Share”", "button “Share”", "menu item “Copy”"):
        stage.tell(what)
    assert stage.saw == {"Entry point": ["button “Share”", "menu item “Copy”"]}


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("http://x.org/lab/tree/share/lesson.ipynb?token=abc", "/lab/tree/…/lesson.ipynb?token=…"),
        ("http://x.org/lab/tree/RTC%3Ashare/lesson.ipynb", "/lab/tree/RTC%3A…/lesson.ipynb"),
        ("http://x.org:8888/lab?a=1&b=#secret", "/lab?a=…&b=…#…"),
    ],
)
def test_a_copied_link_is_shown_without_server_and_token(link, shown):
    assert without_secrets(link, "share") == shown


def test_a_key_s_latency_is_until_its_text_or_a_later_one_is_there():
    typing = Noted((10.0, 100.0, 200.0, 300.0), ((101.0, "a"), (201.0, "ab"), (301.0, "abc")))
    seeing = Noted((), ((150.0, "a"), (340.5, "abc")))
    assert latencies(typing, seeing) == [50.0, 140.5, 40.5]


def test_a_key_that_never_arrived_or_came_before_it_was_pressed_has_no_latency():
    typing = Noted((100.0, 200.0), ((101.0, "a"), (201.0, "ab")))
    assert latencies(typing, Noted((), ((50.0, "a"),))) == []
