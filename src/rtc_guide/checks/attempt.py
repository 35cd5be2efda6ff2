"""One word of a step, about to be tried by an actor."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from rtc_guide.checks.failure import CheckFailure
from rtc_guide.checks.stage import Actor, Stage
from rtc_guide.pages.page import Word


@dataclass(frozen=True)
class Attempt:
    """Who tries which word where; `looks` keeps hands off; `seconds` is how long to wait."""

    stage: Stage
    actor: Actor
    word: Word
    looks: bool
    seconds: float

    @property
    def milliseconds(self) -> float:
        """How long Playwright is to wait."""
        return self.seconds * 1000

    def fail(self, found: str) -> NoReturn:
        """Give up on this word; the server's secret is taken out of what was found."""
        raise CheckFailure(self.word, self.stage.lab.redact(found))


Action = Callable[[Attempt], None]
ACTIONS: dict[str, Action] = {}


def action_of(*roles: str) -> Callable[[Action], Action]:
    """Register what the check does at a word of these roles."""

    def register(action: Action) -> Action:
        ACTIONS.update(dict.fromkeys(roles, action))
        return action

    return register
