"""Pages as pytest sees them: files of items, one a walkthrough, one a claim and way of sharing."""

import re
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from getpass import getuser
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from _pytest._code.code import TerminalRepr
from pytest import ExceptionInfo

from rtc_guide.browser import BrowserMissing
from rtc_guide.checks.before import Before, seen_before
from rtc_guide.checks.claims import ClaimFailure, unclaimed, untried
from rtc_guide.checks.failure import CheckFailure, FigureFailure, placed
from rtc_guide.checks.fixtures import MakeStage, TryClaim, versions_on
from rtc_guide.checks.folders import book_folder, pages_below
from rtc_guide.checks.performance import carry_out
from rtc_guide.checks.recording import record
from rtc_guide.checks.session import (
    ARTIFACTS,
    BOOK,
    NOTHING_TO_CHECK,
    PAGES,
    PROBLEMS,
    TRIED,
)
from rtc_guide.checks.stage import Stage, StageError
from rtc_guide.evidence.discretion import cleaned
from rtc_guide.evidence.stack import Seen
from rtc_guide.evidence.verdict import Case
from rtc_guide.evidence.walked import Failure, Walked
from rtc_guide.pages.domain import repeated_ids
from rtc_guide.pages.expecting import differing
from rtc_guide.pages.page import Animation, Claim, Expectation, Page, Problem, Walkthrough
from rtc_guide.pages.reading import may_declare, read_page
from rtc_guide.pages.ways import EDITING, TOGETHER
from rtc_guide.software import product_of, read_declaration
from rtc_guide.stacks.environment import Stack, StackError
from rtc_guide.trials.registry import Unplayable, Unproven, all_trials


class PageError(Exception):
    """A page that its author must mend before it can be checked; the message lists why."""

    def __init__(self, problems: list[Problem], root: Path) -> None:
        super().__init__(
            "\n".join(
                placed(problem.path, problem.line, problem.message, root) for problem in problems
            )
        )


class PageFile(pytest.File):
    """A page, whose walkthroughs and claims are its items."""

    def collect(self) -> Iterator[pytest.Item]:
        """Read the page. Raises `PageError` with every problem that the page has."""
        stash, root = self.config.stash, self.config.rootpath
        page = read_page(self.path, root)
        problems = [*page.problems, *self._shared_ids(page), *self._unmatched(page)]
        if not (page.walkthroughs or page.claims or problems):
            if is_named(self.config, self.path):
                advice = "this page declares nothing to check: a {ui:walkthrough} or a {claim}"
                problems = [Problem(self.path, 1, advice)]
            else:
                stash.setdefault(NOTHING_TO_CHECK, []).append(self.path)
        if problems:
            stash.setdefault(PROBLEMS, []).extend(problems)
            raise PageError(problems, root)
        keep_failures(self.config)
        items = list(self._items_of(page))
        if not items and (page.walkthroughs or page.claims):
            # All that the page declares is for other stacks.
            stash.setdefault(NOTHING_TO_CHECK, []).append(self.path)
        yield from items

    def _items_of(self, page: Page) -> Iterator[pytest.Item]:
        """Make an item of what is for the stack, and of what was named itself."""
        stack = self.config.getoption("--stack")
        for walkthrough in page.walkthroughs:
            if walkthrough.is_for(stack) or self._names(walkthrough.id):
                moving = [each for each in page.animations if each.walkthrough == walkthrough.id]
                yield WalkthroughItem.from_parent(self, walkthrough=walkthrough, animations=moving)
        newest = self._newest() if page.claims else None
        for claim in page.claims:
            named = self._names(claim.id)
            for expected in claim.expected:
                # What a hub lets people do is tried on one stack only. What becomes of their work
                # takes long: on others only where the page is named.
                asked = expected.way == TOGETHER and is_named(self.config, self.path)
                if stack == newest or named or (asked and product_of(stack) in ("lab", "")):
                    yield ClaimItem.from_parent(self, claim=claim, expected=expected)

    def _names(self, id: str) -> bool:
        """Tell whether an item of this page, whatever stacks it is for, was named itself."""
        pattern = re.compile(rf"{re.escape(id)}(?:@[\w-]+)?(?:\[[^]]*\])?")
        return any(
            pattern.fullmatch(name)
            and (self.config.invocation_params.dir / page).resolve() == self.path
            for page, _, name in (argument.partition("::") for argument in self.config.args)
        )

    def _newest(self) -> str:
        return read_declaration(self.config.rootpath).newest

    def _shared_ids(self, page: Page) -> list[Problem]:
        """Find what on this page has an id that it, or an earlier page, has used already."""
        pages = self.config.stash.setdefault(PAGES, {})
        pages[self.path] = page
        return [problem for problem in repeated_ids(pages.values()) if problem.path == self.path]

    def _unmatched(self, page: Page) -> list[Problem]:
        """Find claims of this page without trials and, once a run, trials without claims."""
        if not page.claims:
            return []
        stash, root = self.config.stash, self.config.rootpath
        try:
            trials = all_trials()
        except ModuleNotFoundError as error:
            advice = f"trying claims needs “{error.name}”: pip install 'rtc-guide[trials]'"
            return [Problem(self.path, page.claims[0].line, advice)]
        problems = untried(page.claims, trials, root)
        if BOOK not in stash:
            book = [claim for each in _pages_beside(self.path, root) for claim in each.claims]
            stash[BOOK] = book
            problems += unclaimed(book, trials, root)
        return problems

    def repr_failure(  # type: ignore[override]  # as in pytest's own collectors
        self, excinfo: ExceptionInfo[BaseException]
    ) -> str | TerminalRepr:
        """Tell the author what to mend, without a traceback."""
        if isinstance(excinfo.value, PageError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


def _pages_beside(page: Path, root: Path) -> Iterator[Page]:
    """Read all pages of the book, and of the folder below `root` that a page is in."""
    top = root / page.relative_to(root).parts[0] if page.is_relative_to(root) else page
    beside = pages_below(top) if top.is_dir() else [page]
    for path in sorted({*beside, *pages_below(book_folder(root))}):
        if may_declare(path):
            yield read_page(path, root)


def keep_failures(config: pytest.Config) -> None:
    """Keep a failure's screenshot and trace, unless the command line says otherwise."""
    said = " ".join(config.invocation_params.args)
    for option, value in (
        ("tracing", "retain-on-failure"),
        ("screenshot", "only-on-failure"),
        ("output", ARTIFACTS),
    ):
        if f"--{option}" not in said:
            setattr(config.option, option, value)


def is_named(config: pytest.Config, path: Path) -> bool:
    """Tell whether this very page or folder was named on the command line."""
    named = (config.invocation_params.dir / argument.split("::")[0] for argument in config.args)
    return any(candidate.resolve() == path for candidate in named)


class PageItem(pytest.Function):
    """Something that a page declares: `declared` is its id, `line` is where it stands."""

    def __init__(
        self, parent: PageFile, *, id: str, line: int, do: Callable[..., None], **kwargs: Any
    ) -> None:
        name = f"{id}[{parent.config.getoption('--stack')}]"
        super().__init__(name, parent, callobj=do, **kwargs)
        self.declared = id
        self.line = line

    def told(self, error: BaseException) -> str | None:
        """Say what an error means to the page's author; nothing for an error of our own."""
        root = self.config.rootpath
        if isinstance(error, (CheckFailure, ClaimFailure, FigureFailure)):
            return error.told(root)
        if isinstance(error, StageError):
            return placed(self.path, self.line, str(error), root)
        return str(error) if isinstance(error, (StackError, BrowserMissing)) else None

    def reportinfo(self) -> tuple[Path, int, str]:
        """Place the item in its page; pytest counts lines from 0."""
        return self.path, self.line - 1, self.name


class WalkthroughItem(PageItem):
    """A walkthrough to be carried out on the stack; `walked` is what that came to."""

    walked: Walked | None = None

    def __init__(
        self,
        parent: PageFile,
        walkthrough: Walkthrough,
        animations: list[Animation],
        **kwargs: Any,
    ) -> None:
        # A function of its own, since pytest takes the names of fixtures from its signature.
        def carry_out_walkthrough(
            make_stage: MakeStage, stack: Stack, pytestconfig: pytest.Config
        ) -> None:
            stage = make_stage(walkthrough)
            began, on = monotonic(), datetime.now(UTC).date()

            def keep(failure: Failure | None) -> None:
                self.walked = walked_of(stage, monotonic() - began, on, stack, failure)

            # An error of our own, or an interruption, says nothing of the software.
            try:
                if pytestconfig.getoption("--record"):
                    record(stage, animations, pytestconfig)
                else:
                    carry_out(stage)
            except (CheckFailure, StageError) as error:
                keep(failure_of(error, walkthrough, pytestconfig.rootpath))
                raise
            keep(None)

        super().__init__(
            parent, id=walkthrough.id, line=walkthrough.line, do=carry_out_walkthrough, **kwargs
        )


def failure_of(error: CheckFailure | StageError, item: Walkthrough, root: Path) -> Failure:
    """Return where a walkthrough failed, and what was found there, without anybody's business."""
    word = error.word if isinstance(error, CheckFailure) else None
    path = word.path if word else item.path
    steps = [number for number, step in enumerate(item.steps, 1) if word in step.words]
    return Failure(
        page=path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name,
        line=word.line if word else item.line,
        step=steps[0] if steps else 0,
        found=cleaned(str(error), _accounts()),
        role=word.role if word else None,
        text=word.text if word else None,
    )


def walked_of(
    stage: Stage, seconds: float, on: date, stack: Stack, failure: Failure | None
) -> Walked:
    """Return what carrying out the stage's walkthrough came to."""
    item = stage.walkthrough
    headings = [step.tells for step in item.steps if step.tells in stage.saw]
    return Walked(
        walkthrough=item.id,
        seconds=round(seconds, 1),
        on=on,
        text=item.digest,
        versions=versions_on(stack, hub=False),
        failure=failure,
        saw=tuple(
            (heading, cleaned(", then ".join(stage.saw[heading]), _accounts()))
            for heading in headings
            if heading
        ),
        latency=tuple(stage.latency) or None,
    )


def _accounts() -> list[str]:
    try:
        return [getuser()]
    except (KeyError, OSError):
        return []  # whoever has no account has no name, either


class ClaimItem(PageItem):
    """A claim to be tried on one way of sharing; `seen` is what that came to.

    The page speaks of the newest stack; on another what is seen must be as it was before.
    """

    seen: Seen | None = None

    def __init__(
        self, parent: PageFile, claim: Claim, expected: Expectation, **kwargs: Any
    ) -> None:
        def try_it(try_claim: TryClaim, pytestconfig: pytest.Config) -> None:
            stack = pytestconfig.getoption("--stack")
            before = None
            if expected.way in EDITING and stack != read_declaration(pytestconfig.rootpath).newest:
                before = seen_before(claim, expected.way, stack, pytestconfig.rootpath)
            self._try(claim, expected, try_claim, before)

        super().__init__(
            parent, id=f"{claim.id}@{expected.way}", line=expected.line, do=try_it, **kwargs
        )
        self.stash[TRIED] = claim.id, expected.way

    def _try(
        self, claim: Claim, expected: Expectation, try_claim: TryClaim, before: Before | None
    ) -> None:
        """Try the claim and keep what was seen.

        Raises `ClaimFailure`; where these surroundings can prove nothing, the test is skipped.
        """
        cases: list[Case] = []
        seconds, why = 0.0, None
        try:
            tried = try_claim(claim.id, expected.way)
            cases, seconds = tried.cases, tried.seconds
        except Unproven as reason:
            why = str(reason)
        except Unplayable as reason:
            if before is None:
                raise ClaimFailure(expected, f"the trial broke off: {reason}") from reason
            why = str(reason)
        except (StackError, BrowserMissing):
            raise
        except Exception as error:
            source = all_trials()[claim.id].path
            told = f"the trial broke off: {_where(error, source)}"
            raise ClaimFailure(expected, told) from error
        found = None
        if not why:
            found = differing(expected, cases) if before is None else before.differing(cases)
        if not cases and found:
            raise ClaimFailure(expected, found)
        # Also what contradicts the page: it is what was seen, and the page then says so.
        self.seen = Seen(
            claim=claim.id,
            way=expected.way,
            cases=tuple(cases),
            seconds=round(seconds, 1),
            on=datetime.now(UTC).date(),
            text=claim.digest,
            versions=try_claim.versions(expected.way),
            why=why,
        )
        if found:
            raise ClaimFailure(expected, found)
        if why:
            pytest.skip(why)


def _where(error: Exception, trial: Path) -> str:
    """Return an error's kind and message, and the line that it came from: ours or the trial's."""
    package = Path(__file__).parents[1]
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(package) or Path(frame.filename) == trial
    ]
    place = f" ({Path(ours[-1].filename).name}:{ours[-1].lineno})" if ours else ""
    first = next(iter(str(error).strip().splitlines()), "")
    return f"{type(error).__name__}: {first}{place}" if first else f"{type(error).__name__}{place}"
