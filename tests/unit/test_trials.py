import asyncio
import json
from pathlib import Path

import pytest

from rtc_guide.pages.reading import read_page
from rtc_guide.pages.ways import HUB, WAYS
from rtc_guide.stacks.environment import Stack, StackError
from rtc_guide.trials.dialog import COPY, ICON, WITH_TOKEN
from rtc_guide.trials.ground import RECOMMENDED, open_ground
from rtc_guide.trials.meeting import AGREE
from rtc_guide.trials.people import Answer, Page
from rtc_guide.trials.registry import all_trials
from rtc_guide.trials.sockets import Closed, Refused, Silent
from rtc_guide.trials.waiting import until
from rtc_guide.trials.ways import ON_HUB, Recommended, TokenLink

BOOK = Path(__file__).parents[2] / "book"


def test_every_way_has_a_class():
    assert {*ON_HUB, TokenLink.way} == {*WAYS, HUB}


def test_every_trial_is_where_it_says():
    found = all_trials()
    assert found
    for trial in found.values():
        lines = trial.path.read_text().splitlines()[trial.line - 1 :]
        assert trial.claim in "".join(lines[:4]), f"{trial.path}:{trial.line}"


def test_the_recommended_accounts_are_those_of_its_files():
    assert Recommended.group in json.loads((RECOMMENDED / "groups.json").read_text())


def test_the_dialogs_names_are_those_of_the_page_that_tells_of_it():
    page = read_page(BOOK / "share.md", BOOK)
    said = {(word.role, word.text) for each in page.walkthroughs for word in each.words}
    assert said >= {("button", ICON), ("button", COPY), ("checkbox", WITH_TOKEN)}
    assert f"{{guilabel}}`{AGREE}`" in page.path.read_text("utf-8")


def test_waiting_ends_with_the_condition_and_without_it():
    answers = iter([False, True])
    assert asyncio.run(until(lambda: next(answers), 5)) < 5
    assert asyncio.run(until(lambda: False, 0)) is None


def test_waiting_takes_a_condition_that_must_be_awaited():
    async def met() -> bool:
        return True

    assert asyncio.run(until(met, 0)) is not None


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (Page(200, "u", {"token": "secret"}), "JupyterLab (status 200)"),
        (Page(200, "u", None, "/hub/login"), "a log-in page"),
        (Page(403, "u", None), "status 403"),
        (Page(0, "u", None), "no answer"),
        (Answer(404, None), "status 404"),
        (Answer(0, None), "no answer"),
        (Refused(403), "status 403"),
        (Refused(0), "no answer"),
        (Closed(1008), "close code 1008"),
        (Closed(None), "the connection broke"),
        (Silent(4), "no answer for 4 s"),
    ],
)
def test_what_was_seen_is_said_in_words(seen, said):
    assert str(seen) == said


def test_secrets_are_in_no_representation():
    page = Page(200, "http://127.0.0.1/lab?token=secret", {"token": "secret"})
    assert "secret" not in repr(page)
    assert "secret" not in repr(Answer(200, {"token": "secret"}))


def test_a_hub_that_did_not_come_up_is_not_started_again_for_each_trial(tmp_path):
    missing = tmp_path / "recommended"

    async def ask_twice():
        async with open_ground(Stack("none", tmp_path / "none.txt"), missing) as ground:
            for _ in range(2):
                with pytest.raises(StackError, match="the recommended set-up is not there"):
                    await ground.hub()
                missing.mkdir(exist_ok=True)

    asyncio.run(ask_twice())
