"""What one pytest session knows of its pages and its server, by stash key."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rtc_guide.pages.page import Claim, Page, Problem

# What takes the running servers' secrets out of a text.
REDACTING = pytest.StashKey[list[Callable[[str], str]]]()
# Of an item: the claim's id and the way of sharing that it tries.
TRIED = pytest.StashKey[tuple[str, str]]()
# The claims of the whole book, of which a run may try a few.
BOOK = pytest.StashKey[list[Claim]]()
PAGES = pytest.StashKey[dict[Path, Page]]()
PROBLEMS = pytest.StashKey[list[Problem]]()
NOTHING_TO_CHECK = pytest.StashKey[list[Path]]()
# What came of the figures that were recorded: name and outcome.
RECORDED = pytest.StashKey[list[tuple[str, str]]]()

# Where screenshots and traces of failures are kept: ignored by git, since traces hold tokens.
ARTIFACTS = ".artifacts"
