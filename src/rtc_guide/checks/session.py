"""What one pytest session knows of its pages and its server, by stash key."""

from pathlib import Path

import pytest

from rtc_guide.pages.page import Page, Problem
from rtc_guide.stacks.jupyterlab import Lab

LAB = pytest.StashKey[Lab]()
PAGES = pytest.StashKey[dict[Path, Page]]()
PROBLEMS = pytest.StashKey[list[Problem]]()
NOTHING_TO_CHECK = pytest.StashKey[list[Path]]()

# Where screenshots and traces of failures are kept: ignored by git, since traces hold tokens.
ARTIFACTS = ".artifacts"
