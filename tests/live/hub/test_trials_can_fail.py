"""A wrong configuration turns the verdict, and the check says where the page expects another."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from rtc_guide.evidence.verdict import Case
from rtc_guide.pages.expecting import differing
from rtc_guide.pages.page import Expectation
from rtc_guide.pages.reading import read_page
from rtc_guide.stacks.environment import find_stack
from rtc_guide.trials import accounts
from rtc_guide.trials.ground import RECOMMENDED, Ground, open_ground
from rtc_guide.trials.registry import all_trials

from ..conftest import ROOT

RISKS = ROOT / "book" / "risks"


@dataclass(frozen=True)
class WrongHub:
    """The trials' hub, on which mistakes can be made; what is expected is what the page says."""

    portal: BlockingPortal
    ground: Ground
    made: Path

    def make(self, *mistakes: str) -> None:
        """Start the recommended server with these mistakes."""
        self.made.write_text(json.dumps(mistakes))
        self.portal.call(self._restart)

    async def _restart(self) -> None:
        _, driver = await self.ground.hub()
        if await driver.is_running(accounts.RECOMMENDED_ACCOUNT):
            await driver.stop(accounts.RECOMMENDED_ACCOUNT)

    def widen(self, name: str, to: bool) -> None:
        """Give somebody access to all servers, or take it away."""
        self.portal.call(self._widen, name, to)

    async def _widen(self, name: str, to: bool) -> None:
        _, driver = await self.ground.hub()
        await (driver.add if to else driver.remove)("widened", name)

    def found(self, page: str, claim: str, way: str) -> str | None:
        """Try a claim; say how what was seen differs from what the page expects."""
        return differing(expectation(page, claim, way), self.portal.call(self._try, claim, way))

    async def _try(self, claim: str, way: str) -> list[Case]:
        async with self.ground.sharing(way) as sharing:
            return await all_trials()[claim].run(sharing)


def expectation(page: str, claim: str, way: str) -> Expectation:
    claims = {claim.id: claim for claim in read_page(RISKS / page, ROOT).claims}
    return next(expected for expected in claims[claim].expected if expected.way == way)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WrongHub]:
    recommended = tmp_path_factory.mktemp("mistakes") / "recommended"
    shutil.copytree(RECOMMENDED, recommended)
    config = recommended / "jupyterhub_config.py"
    config.rename(config.with_name("as_recommended.py"))
    shutil.copy(Path(__file__).with_name("hub_mistakes.py"), config)
    made = recommended.with_name("made.json")
    made.write_text("[]")
    with (
        pytest.MonkeyPatch.context() as patch,
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(
            open_ground(find_stack(None, ROOT), recommended)
        ) as ground,
    ):
        patch.setenv("RTC_GUIDE_MISTAKES", str(made))
        yield WrongHub(portal, ground, made)


def test_without_the_authorizer_a_reader_can_write(hub):
    hub.make("the authorizer off")
    found = hub.found("hub.md", "read-only-role", "recommended")
    assert found is not None
    assert found.startswith("expected “holds”, found “does not hold”")


def test_believed_for_long_and_asked_seldom_somebody_put_out_stays_in(hub):
    hub.make("the cache long", "asked again too seldom")
    found = hub.found("security.md", "no-revoke", "recommended")
    assert found is not None
    assert "found “holds”" in found
    assert "a page opened anew: yes" in found
    assert "a notebook that was open: yes" in found


@pytest.mark.parametrize("way", ["group-account", "hub-link"])
def test_with_wider_scopes_a_stranger_follows_what_was_passed_on(hub, way):
    claim = ("security.md", "forwarded-link", way)
    assert hub.found(*claim) is None
    hub.widen(accounts.STRANGER, True)
    try:
        found = hub.found(*claim)
    finally:
        hub.widen(accounts.STRANGER, False)
    assert found is not None
    assert "what was handed out, to a stranger with an account: yes" in found
