"""What no longer holds, told as the text of one issue: the same findings give the same text."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

CHECKED, WATCHED = "check.json", "watch.json"
"""The files that `rtc-guide check --stack all --json` and `rtc-guide watch --json` write for it."""

# https://docs.github.com/rest/issues: 65,536 characters; some are left for the words around.
_MOST = 60_000


class DriftUnknown(Exception):
    """What was found can't be read; the message tells which file and what to do."""


def told_as_issue(folder: Path) -> str:
    """Return Markdown on what a run of `check` and one of `watch` found; a folder has their files.

    It is empty where nothing has to be done. A run whose file is missing or empty broke off, which
    the text says. Raises `DriftUnknown` for a file that is no such JSON.
    """
    parts = [*_told(folder / CHECKED, _checked), *_told(folder / WATCHED, _watched)]
    return "\n\n".join(parts) + "\n" if parts else ""


def _checked(told: dict[str, Any] | None) -> Iterator[str]:
    """Say what fails, and on which of the stacks."""
    if told is None:
        yield "**`make everywhere` broke off** before it had a result: its log says why."
        return
    failed: dict[tuple[str, int, str], dict[str, str]] = {}
    for each in told["results"]:
        if each["found"]:
            # What else was there differs from version to version.
            place = each["page"], each["line"], each["found"].partition(";")[0]
            failed.setdefault(place, {})[each["stack"]] = each["found"]
    for each in told["problems"]:
        failed.setdefault((each["page"], each["line"], each["message"]), {})
    if failed:
        yield "## `make everywhere`: these lines no longer hold"
        yield _quoted(
            f"{page}:{line}: {on[max(on)] if on else found}{_on(on)}"
            for (page, line, found), on in sorted(failed.items())
        )
        yield (
            "To mend it: look at what the screen says now, change the sentence at that line, and "
            'try the page again with `make check ARGS="PAGE --stack STACK"`.'
        )
    elif not told["results"]:
        yield "**`make everywhere` had nothing to check**: its log says why."


def _on(stacks: Iterable[str]) -> str:
    names = ", ".join(sorted(stacks))
    return f" [{names}]" if names else ""


def _watched(told: dict[str, Any] | None) -> Iterator[str]:
    """Say what releases there are that no stack has, and what fails on them."""
    if told is None:
        yield "**`make watch` broke off** before it had a result: its log says why."
        return
    if told["releases"]:
        yield "## `make watch`: releases that no stack has"
        yield _quoted(line for each in told["releases"] for line in each["lines"])
        yield (
            "To mend it: make the release a stack, as book/developers/versions.md tells, and "
            "change what it shows to be out of date."
        )


def _quoted(lines: Iterable[str]) -> str:
    """Quote lines as they are, whatever marks are in them, as far as an issue holds them."""
    text = "\n".join(lines)
    if len(text) > _MOST:
        cut = text[:_MOST].rpartition("\n")[0]
        text = f"{cut}\n… and {text.count(chr(10)) - cut.count(chr(10))} lines more: see the log"
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _told(file: Path, tell: Callable[[dict[str, Any] | None], Iterator[str]]) -> list[str]:
    # A run first tries whether it can write its file.
    if not file.exists() or not file.stat().st_size:
        return list(tell(None))
    try:
        return list(tell(json.loads(file.read_text("utf-8"))))
    except (ValueError, KeyError, TypeError) as error:
        raise DriftUnknown(
            f"{file} is not what check or watch write ({type(error).__name__}: {error}): "
            "have them write it anew"
        ) from error
