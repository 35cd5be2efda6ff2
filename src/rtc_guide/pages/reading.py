"""Reading a page outside of a build: by Sphinx's own reader, so that both see the same."""

import logging
import re
import tempfile
from functools import cache
from io import StringIO
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.console import nocolor

from rtc_guide.pages.domain import UiDomain
from rtc_guide.pages.page import Page, Problem
from rtc_guide.pages.vocabulary import VOCABULARY

# What jupyter-book, too, gives its pages; a check must parse all that a page is built with.
MYST_EXTENSIONS = ("attrs_block", "attrs_inline", "colon_fence", "deflist")

_DECLARES = re.compile(r"\{ui:\w|:ui:\w|(?i:\{claim\}|\{include\})")
# What docutils and MyST say of the domain's directives (an unknown option, a second argument),
# and of roles and directives that are the domain's but for its name.
_NAMES = "|".join((*VOCABULARY, *UiDomain.directives, "claims?"))
_SAID_OF_OURS = re.compile(
    r"^(?P<path>.*?):(?P<line>\d+): (?:WARNING|ERROR): (?P<message>"
    r"(?:[^“\n]*['\"](?:ui:|claim['\"])"
    rf"|Unknown (?:interpreted text role|directive type:?) ['\"](?:\w+:)?(?:{_NAMES})['\"]).*?)"
    r"(?: \[myst\.\w+\])?$",
    re.MULTILINE,
)


def may_declare(path: Path) -> bool:
    """Tell, without parsing, whether a page uses the domain at all."""
    return bool(_DECLARES.search(path.read_text(encoding="utf-8", errors="replace")))


def read_page(path: Path, root: Path | None = None) -> Page:
    """Read one page; `root`, the folder of its project, is its own folder by default.

    Raises `OSError` where the file can't be read. What is wrong with the page's contents is
    in its `problems`, never raised.
    """
    path = path.resolve()
    root = (root or path.parent).resolve()
    if not path.is_relative_to(root):
        root = path.parent
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return Page(path, problems=[Problem(path, line, "this is not UTF-8; save the page as it")])
    reader, said = _reader(root)
    said.seek(0)
    said.truncate()
    docname = path.relative_to(root).with_suffix("").as_posix()
    reader.env.found_docs.add(docname)
    reader.builder.read_doc(docname, _cache=False)
    domain = reader.env.domains["ui"]
    assert isinstance(domain, UiDomain)
    page = domain.pages[docname]
    page.problems += [
        Problem(Path(said_of["path"]), int(said_of["line"]), said_of["message"])
        for said_of in _SAID_OF_OURS.finditer(said.getvalue())
    ]
    page.problems.sort(key=lambda problem: problem.line)
    return page


@cache
def _reader(root: Path) -> tuple[Sphinx, StringIO]:
    """Make the Sphinx application that reads pages below `root`, and the stream it warns on."""
    said = StringIO()
    scratch = tempfile.TemporaryDirectory(prefix="rtc-guide-reading-")
    nocolor()
    app = Sphinx(
        srcdir=root,
        confdir=None,
        outdir=scratch.name,
        doctreedir=scratch.name,
        buildername="dummy",
        confoverrides={
            "extensions": ["myst_parser", "sphinx_design", "rtc_guide.pages"],
            "myst_enable_extensions": list(MYST_EXTENSIONS),
        },
        status=None,
        warning=said,
        freshenv=True,
    )
    # The folder lives as long as the application does.
    app._rtc_guide_scratch = scratch  # type: ignore[attr-defined]
    logging.getLogger("sphinx").propagate = False
    return app, said
