"""A run of checks on several stacks: each in a process of its own, some side by side."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import click

from rtc_guide.checks.reporting import keep_out_of_git, write_results
from rtc_guide.checks.running import (
    RunError,
    ended_like_interrupted,
    items_of,
    refuse_unwritable,
)
from rtc_guide.checks.session import ARTIFACTS
from rtc_guide.software import FILE, DeclarationError, read_declaration
from rtc_guide.stacks.processes import SECONDS_TO_STOP

ALL = "all"
"""What stands for all stacks."""

# What pytest says of a run that had nothing to do.
_NOTHING = "no tests ran"

# A run keeps about one core busy: with a browser or, while that waits, a server.
SIDE_BY_SIDE = 2


@dataclass(frozen=True)
class RunOnStack:
    """How a run on one stack went.

    `results` are those of its JSON file; there are none where the run could not be started, and
    `said` tells why. `idle` tells that nothing of what was asked for is for this stack. `log` has
    all that it said.
    """

    stack: str
    good: bool
    seconds: float
    results: list[dict[str, Any]]
    problems: list[dict[str, Any]]
    said: str
    log: Path
    idle: bool = False

    @property
    def held(self) -> int:
        """The number of items that hold."""
        return sum(result["outcome"] == "passed" for result in self.results)

    @property
    def told(self) -> list[dict[str, Any]]:
        """The problems of pages, or that there was no result at all: then the log says why."""
        if self.good or self.idle or self.results:
            return self.problems
        message = f"the check on {self.stack} broke off before it had a result"
        return self.problems or [{"page": f"stacks/{FILE}", "line": 1, "message": message}]

    def lines(self) -> Iterator[str]:
        """Say it to whoever must act: a line on the whole, and one for each kind of failure."""
        if self.idle:
            yield f"– {self.stack}: nothing there is for this version"
            return
        mark = "✓" if self.good else "✗"
        number = len(self.results)
        items = "item holds" if number == 1 else "items hold"
        yield f"{mark} {self.stack}: {self.held} of {number} {items} ({self.seconds:.0f} s)"
        alike: dict[str, list[dict[str, Any]]] = {}
        for result in self.results:
            if result["found"]:
                alike.setdefault(result["found"], []).append(result)
        for found, (first, *others) in alike.items():
            # A stack that can't be installed is one failure, whatever number of items it has.
            also = f" (and {len(others)} more alike)" if others else ""
            told = found.replace("\n", "\n    ")
            yield f"    {first['page']}:{first['line']}: {told}{also}"
        for problem in self.problems:
            yield f"    {problem['page']}:{problem['line']}: {problem['message']}"
        if not self.good and not any(result["found"] for result in self.results):
            yield f"    all it said is in {self.log}; its end:"
            yield from (f"    {line}" for line in self.said.splitlines()[-8:])


class Running:
    """The processes of runs, which end with us."""

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[str]] = []
        self._starting = Lock()
        self._ended = False

    def run(self, arguments: Sequence[str], log: Path) -> int:
        """Run a command to its end, with what it says in a file; return its status.

        Once they were ended, nothing is run any more, and the status is that of a failure.
        """
        with log.open("w", encoding="utf-8") as said:
            with self._starting:
                if self._ended:
                    return 1
                process = subprocess.Popen(
                    arguments,
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=subprocess.STDOUT,
                    text=True,
                    # Ctrl-C is ours; each run is then ended in good order, and its own servers.
                    start_new_session=True,
                )
                self._processes.append(process)
            return process.wait()

    def end(self) -> None:
        """End whatever still runs; a check told to end stops its servers first."""
        with self._starting:
            self._ended = True
        for process in self._processes:
            if process.poll() is None:
                process.terminate()
        for process in self._processes:
            try:
                process.wait(2 * SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                process.kill()


def several_of(wanted: str | None, root: Path) -> tuple[str, ...]:
    """Return the stacks that “all”, or a name with wildcards, stands for; none for a plain name.

    Raises `RunError` where none is called so.
    """
    if wanted is None or not (wanted == ALL or any(each in wanted for each in "*?[")):
        return ()
    try:
        return read_declaration(root).matching(["*" if wanted == ALL else wanted])
    except DeclarationError as error:
        raise RunError(str(error)) from error


def check_several(
    stacks: Sequence[str],
    pages: Sequence[str],
    *,
    accept: bool,
    json_file: Path | None,
    side_by_side: int = SIDE_BY_SIDE,
) -> bool:
    """Check pages on several stacks, say how each went, and return whether everything holds.

    The JSON file has the results of all, and which stacks have none. Raises `RunError` where it
    can't be written, or where a page does not exist.
    """
    for page in pages:
        items_of(page)
    if json_file:
        refuse_unwritable(json_file)
    begun = time.monotonic()
    done = []
    runs = check_on(stacks, pages, accept=accept, side_by_side=side_by_side)
    for number, run in enumerate(runs, 1):
        done.append(run)
        click.echo(f"[{number}/{len(stacks)}] " + "\n".join(run.lines()))
    good, concerned = sum(run.good for run in done), sum(not run.idle for run in done)
    held, tried = sum(run.held for run in done), sum(len(run.results) for run in done)
    click.echo(
        f"{good} of {concerned} stacks are as the pages say, with {held} of {tried} items, "
        f"after {time.monotonic() - begun:.0f} s"
    )
    if json_file:
        write_results(
            [result for run in done for result in run.results],
            [problem for run in done for problem in run.told],
            json_file,
        )
    return good == concerned > 0


def check_on(
    stacks: Sequence[str],
    pages: Sequence[str],
    *,
    accept: bool = False,
    pins: Path | None = None,
    side_by_side: int = SIDE_BY_SIDE,
) -> Iterator[RunOnStack]:
    """Check pages on several stacks, and tell of each as soon as it is done.

    `pins` are what is installed in place of the stacks' own. Traces are not kept: they take time,
    and one stack can be tried again with them. Raises `RunError` where the folder for screenshots
    and logs can't be written.
    """
    options = [*(["--accept"] if accept else []), *([f"--pins={pins}"] if pins else [])]
    kept = Path(ARTIFACTS)
    # Each run makes a folder of its own anew, this one is there to stay.
    try:
        kept.mkdir(exist_ok=True)
        keep_out_of_git(kept)
    except OSError as error:
        raise RunError(f"screenshots and logs can't be kept: {error}") from error
    running = Running()
    with (
        ended_like_interrupted(),
        tempfile.TemporaryDirectory(prefix="rtc-guide-runs-") as folder,
        ThreadPoolExecutor(side_by_side) as threads,
    ):
        runs = [
            threads.submit(_run, running, stack, [*options, *pages], kept, Path(folder))
            # The newest, declared last, takes longest: claims are tried on it alone.
            for stack in reversed(stacks)
        ]
        try:
            for run in as_completed(runs):
                yield run.result()
        finally:
            for run in runs:
                run.cancel()
            running.end()


def _run(
    running: Running, stack: str, arguments: Sequence[str], kept: Path, folder: Path
) -> RunOnStack:
    log, results = kept / f"{stack}.log", folder / f"{stack}.json"
    begun = time.monotonic()
    status = running.run(
        [
            sys.executable, "-m", "rtc_guide.cli", "check", "--stack", stack, "--no-traces",
            "--kept", str(kept / stack), "--json", str(results), *arguments,
        ],
        log,
    )  # fmt: skip
    told = json.loads(results.read_text("utf-8")) if results.exists() else {}
    # In the encoding of whatever wrote it: the run, its servers, an installer.
    said = log.read_text("utf-8", errors="replace")
    return RunOnStack(
        stack,
        good=status == 0,
        seconds=time.monotonic() - begun,
        results=told.get("results", []),
        problems=told.get("problems", []),
        said=said,
        log=log,
        idle=bool(told) and not any(told.values()) and status == 1 and _NOTHING in said,
    )
