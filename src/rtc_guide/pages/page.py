"""What a page declares, as plain data: walkthroughs, steps and words, claims and verdicts."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from rtc_guide.pages.vocabulary import VOCABULARY


@dataclass(frozen=True)
class Word:
    """The text of a `ui` role, with the place where it stands (`line` counts from 1)."""

    role: str
    text: str
    path: Path
    line: int

    @property
    def on_screen(self) -> bool:
        """Whether the text names something on the screen, which makes it a UI word."""
        return VOCABULARY[self.role].on_screen


@dataclass(frozen=True)
class Figure:
    """A still that a step asks for: `name` is its file below the project's folder.

    It is taken just before the step's last click, or after the step where `after` is set; it
    shows the window where `whole` is set, else what the step is about.
    """

    name: str
    path: Path
    line: int
    after: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Animation:
    """An animation of some steps, counted from 1, of a walkthrough on the same page.

    `name` is its file below the project's folder, `actors` are those whose windows are shown,
    side by side.
    """

    name: str
    path: Path
    line: int
    walkthrough: str
    steps: tuple[int, int]
    actors: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """What one actor does or, where `looks` is set, only looks for.

    `tells` is the heading under which the evidence keeps what its words came to.
    """

    actor: str
    words: tuple[Word, ...]
    path: Path
    line: int
    looks: bool = False
    figure: Figure | None = None
    tells: str | None = None


@dataclass(frozen=True)
class Walkthrough:
    """An ordered list of steps that actors carry out.

    `actors` maps each actor to the name they show to others; an actor without one is
    anonymous. `notebook` is a path relative to the page; `opened` tells whether the owner
    starts with it open or finds it in the file browser. `joined` are the actors who start
    with it open beside the owner. `stacks` are the names of the stacks that it is for, all
    where there are none; `group` is the id of the versions of which it is one.
    """

    id: str
    path: Path
    line: int
    actors: dict[str, str | None]
    steps: tuple[Step, ...]
    notebook: str
    opened: bool
    joined: tuple[str, ...] = ()
    stacks: tuple[str, ...] | None = None
    group: str | None = None

    def is_for(self, stack: str) -> bool:
        """Tell whether its words are said of a stack."""
        return self.stacks is None or stack in self.stacks

    @property
    def words(self) -> tuple[Word, ...]:
        """The words of all steps, in order."""
        return tuple(word for step in self.steps for word in step.words)

    @property
    def stops_server(self) -> bool:
        """Whether it stops its server, which therefore can't be anybody else's."""
        return any(word.role == "stops" for word in self.words)

    @property
    def digest(self) -> str:
        """Identify what evidence is about: who does what, on what, in which order.

        The sentences around the words, and what is recorded on the way, are not in it.
        """
        told = [
            [self.notebook, self.opened, self.joined, list(self.actors.items())],
            *(
                [step.actor, step.looks, *((word.role, word.text) for word in step.words)]
                for step in self.steps
            ),
        ]
        return _digest(json.dumps(told, ensure_ascii=False))


@dataclass(frozen=True)
class Expectation:
    """The verdict that a page expects of a claim on one way of sharing.

    `text` is how the page words it. `holds` is what it says in general, `exceptions` are the
    names of the cases in which it says the contrary.
    """

    way: str
    text: str
    holds: bool
    exceptions: frozenset[str]
    path: Path
    line: int


@dataclass(frozen=True)
class Claim:
    """A sentence that holds or does not, on some ways of sharing.

    `safeguard` tells that its readers would wish it to hold; else it is a risk. `since` is the
    year in which an earlier guide claimed it.
    """

    id: str
    sentence: str
    path: Path
    line: int
    expected: tuple[Expectation, ...]
    safeguard: bool = False
    since: str | None = None

    @property
    def digest(self) -> str:
        """Identify what evidence is about: the sentence, and what is expected where."""
        told = [self.sentence, *sorted(f"{each.way}: {each.text}" for each in self.expected)]
        return _digest("\n".join(told))


@dataclass(frozen=True)
class Problem:
    """Something its author must mend before a page can be checked."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass
class Page:
    """All that a page declares.

    `pictures` are the files of all its images, by their paths below the project's folder;
    `strays` are the words outside of any walkthrough.
    """

    path: Path
    walkthroughs: list[Walkthrough] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    animations: list[Animation] = field(default_factory=list)
    pictures: set[str] = field(default_factory=set)
    strays: list[Word] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def _digest(told: str) -> str:
    return hashlib.sha256(told.encode()).hexdigest()[:12]
