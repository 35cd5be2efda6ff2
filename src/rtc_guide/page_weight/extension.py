"""Wiring: what `rtc_guide.page_weight` adds to a Sphinx build."""

import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pydata_sphinx_theme  # type: ignore[import-untyped]
import sphinx_book_theme  # type: ignore[import-untyped]
from docutils import nodes
from pycrdt_yjs.storing import keep
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from rtc_guide import licences
from rtc_guide.page_weight import assets, icons

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"

THEME = Path(pydata_sphinx_theme.__file__).parent
THEME_FILES = THEME / "theme" / "pydata_sphinx_theme" / "static"
BOOK_THEME = Path(sphinx_book_theme.__file__).parent
BOOK_THEME_STYLE = "theme/sphinx_book_theme/static/styles/sphinx-book-theme.css"

# What puts scripts, styles and fonts of its own into the site's `_static`.
HANDED_ON = (
    *("pydata-sphinx-theme", "sphinx-book-theme", "sphinx"),
    *("sphinx-copybutton", "sphinx-design", "sphinx-togglebutton", "myst-nb"),
)

# Where the names of icons stand: what makes pages, and what is made into pages.
SOURCES = ("*.html", "*.py", "*.js", "*.md", "*.ipynb", "*.css", "*.yml")

# After all that adds something to a page, and that knows the lists by their form.
_LAST = 990

logger = logging.getLogger(__name__)


def _prepare(app: Sphinx) -> None:
    """Have the trimmed style and font take the place of the theme's in the site.

    Sphinx copies what is in `html_static_path` over the theme's files of the same names.
    """
    if app.builder.format != "html":
        return
    style = (THEME_FILES / icons.STYLE).read_text("utf-8")
    known = icons.known(style)
    names = icons.names_in(_sources(app)) & known
    styles = [BOOK_THEME / BOOK_THEME_STYLE, *_styles(app)]
    try:
        trimmed = icons.trim(style, names)
        handed_on = licences.licences_of(HANDED_ON)
    except (icons.ThemeChanged, licences.LicenceMissing) as failed:
        raise ExtensionError(str(failed), modname=__name__) from failed
    font = (THEME_FILES / icons.FONT).with_suffix(".ttf")
    characters = icons.characters_in([trimmed, *(path.read_text("utf-8") for path in styles)])
    told = hashlib.sha256(Path(icons.__file__).read_bytes() + font.read_bytes())
    told.update(repr((trimmed, sorted(characters), handed_on)).encode())

    def fill(folder: Path) -> None:
        for name, content in (
            (icons.STYLE, trimmed.encode()),
            (f"{icons.FONT}.woff", icons.subset(font, characters)),
            (licences.FILE, handed_on.encode()),
        ):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)

    app.config.html_static_path.append(str(keep("theme", told.hexdigest(), fill)))
    app.config.html_context["theme_digest"] = _digest_of_theme(told.hexdigest())
    app.connect("html-page-context", _use_less, priority=_LAST)
    app.connect("html-page-context", partial(_look_for_icons, known - names))


def _digest_of_theme(ours: str) -> str:
    """Tell a browser whether it may keep the theme's files: they are of one version, and ours."""
    version = f"{pydata_sphinx_theme.__version__} {sphinx_book_theme.__version__} {ours}"
    return hashlib.sha256(version.encode()).hexdigest()[:8]


def _sources(app: Sphinx) -> Iterator[str]:
    """Read whatever may name an icon, of the theme and of the book."""
    yield from _texts(THEME, "*.py", "theme/**/*.html", "theme/**/pydata-sphinx-theme.js")
    yield from _texts(BOOK_THEME, "**/*.py", "theme/**/*.html", "theme/**/sphinx-book-theme.js")
    yield from _texts(HERE.parent, *(f"**/{kind}" for kind in SOURCES))
    yield from (Path(app.env.doc2path(docname)).read_text("utf-8") for docname in _docnames(app))
    for folder in (*app.config.templates_path, *app.config.html_static_path):
        yield from _texts(Path(app.confdir, folder), *(f"**/{kind}" for kind in SOURCES))


def _docnames(app: Sphinx) -> Iterator[str]:
    project = app.project
    project.discover(app.config.exclude_patterns, app.config.include_patterns)
    yield from project.docnames


def _styles(app: Sphinx) -> Iterator[Path]:
    for folder in app.config.html_static_path:
        yield from sorted(Path(app.confdir, folder).glob("**/*.css"))


def _texts(folder: Path, *patterns: str) -> Iterator[str]:
    for pattern in patterns:
        for path in folder.glob(pattern):
            if "node_modules" not in path.parts:
                yield path.read_text("utf-8", errors="ignore")


def _use_less(
    _: Sphinx, page: str, __: str, context: dict[str, Any], ___: nodes.document | None
) -> None:
    """Leave out the files that the page has no use for; the others don't keep it from showing."""
    # Without a body it is a page of a template alone, such as the search.
    classes = assets.classes_in(context.get("body", ""))
    context["css_files"] = [
        each for each in context["css_files"] if assets.is_needed(str(each.filename), classes)
    ]
    context["script_files"] = [
        each
        for each in context["script_files"]
        if (
            assets.is_needed(str(each.filename), classes)
            if each.filename
            else assets.is_inline_needed(each.attributes.get("body", ""), classes)
        )
    ]
    # The search's own scripts, which are not in the list, need the others at once.
    if page != "search":
        context["script_files"] = [_deferred(each) for each in context["script_files"]]


def _deferred(script: Any) -> Any:
    """Return a script that runs, in its turn, when the page has been read."""
    if not script.filename or str(script.filename).endswith(assets.BLOCKING):
        return script
    # Another one: Sphinx has the same for all pages.
    attributes = {"defer": "defer", **script.attributes}
    return type(script)(script.filename, priority=script.priority, **attributes)


def _look_for_icons(
    missing: frozenset[str],
    _: Sphinx,
    page: str,
    __: str,
    context: dict[str, Any],
    ___: nodes.document | None,
) -> None:
    """Warn of icons on a page that no source names, so that the page would show none."""
    for name in sorted(missing & icons.names_in([context.get("body", "")])):
        logger.warning(
            "the icon “%s” is not in the book's font of icons, since no source names it: write "
            "fa-%s somewhere in _templates or _static", name, name, type="icons", location=page,
        )  # fmt: skip


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension."""
    app.config.templates_path.append(str(TEMPLATES))
    app.connect("builder-inited", _prepare)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
