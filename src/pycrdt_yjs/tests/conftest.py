"""One Pyodide for all tests that need one."""

import pytest

from pycrdt_yjs.testing.browser import Pyodide, pyodide


@pytest.fixture(scope="session")
def browser_python() -> Pyodide:
    with pyodide() as python:
        yield python
