"""One browser for all tests that need one, and one Pyodide for most of them."""

import pytest

from pycrdt_yjs.testing.browser import chromium, pyodide


@pytest.fixture(scope="session")
def headless():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def browser_python(headless):
    with pyodide(headless) as python:
        yield python
