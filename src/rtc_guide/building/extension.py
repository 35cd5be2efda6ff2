"""Wiring: what `rtc_guide.building` adds to a Sphinx build."""

import json
import shutil
import sys
from pathlib import Path

from jinja2 import FileSystemBytecodeCache
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.jinja2glue import BuiltinTemplateLoader
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from rtc_guide.building.inputs import is_read
from rtc_guide.building.record import IMPORTED, USED
from rtc_guide.building.shared import digest_shared

# Sphinx's own names for folders of copies, of which it removes none.
COPIES = ("_images", "_downloads")

TEMPLATES = "templates"
"""The folder of compiled templates, in that of what was read."""

# In the folder of what was read: what pages add to the search by their indices and glossaries.
_ENTRIES = "search-entries.json"

_KEPT = "rtc_guide_shared"
"""The attribute of Sphinx's environment, which is kept for the next build, with the digests."""

logger = logging.getLogger(__name__)


def _write_others(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Have all pages written where those that were read again have changed more than themselves."""
    before: dict[str, str] = vars(env).pop(_KEPT, {})
    now = digest_shared(env)
    setattr(env, _KEPT, now)
    changed = sorted(name for name, _ in before.items() ^ now.items())
    if not before or not changed:
        return []
    logger.info("All pages are written: others may show what has changed (%s).", ", ".join(changed))
    for name in COPIES:
        shutil.rmtree(Path(app.outdir, name), ignore_errors=True)
    return sorted(env.all_docs)


def _keep_templates(app: Sphinx) -> None:
    """Have templates compiled once, not in each build."""
    if isinstance(app.builder, StandaloneHTMLBuilder):
        bridge = app.builder.templates
        assert isinstance(bridge, BuiltinTemplateLoader)
        folder = Path(app.doctreedir, TEMPLATES)
        folder.mkdir(exist_ok=True)
        bridge.environment.bytecode_cache = FileSystemBytecodeCache(str(folder))


def _keep_entries(app: Sphinx, error: Exception | None) -> None:
    """Keep what the search has of pages' indices: Sphinx knows only that of pages that it writes.

    Source: https://github.com/sphinx-doc/sphinx/issues/12599
    """
    if error is None:
        told = json.dumps(app.env._search_index_index_entries)
        Path(app.doctreedir, _ENTRIES).write_text(told, "utf-8")


def _restore_entries(app: Sphinx, env: BuildEnvironment) -> None:
    """Have them in the search also of pages that are not written this time."""
    kept = Path(app.doctreedir, _ENTRIES)
    if kept.is_file():
        entries = json.loads(kept.read_text("utf-8"))
        known = {name: entries[name] for name in entries.keys() & env.all_docs.keys()}
        env._search_index_index_entries.update(known)


def _list_used(app: Sphinx, error: Exception | None) -> None:
    """Write which files the pages use that nothing else would tell of."""
    if error is None:
        book = Path(app.srcdir).resolve()
        names = {name for used in app.env.dependencies.values() for name in used}
        used = sorted({Path(book, name).resolve() for name in names})
        elsewhere = [str(path) for path in used if not is_read(book, path)]
        Path(app.doctreedir, USED).write_text(json.dumps(elsewhere), "utf-8")


def _list_imported(app: Sphinx, env: BuildEnvironment, read: list[str]) -> None:
    """Have the first build of only some pages write what it took: the next ones take no more."""
    listed = Path(app.doctreedir, IMPORTED)
    if len(read) == len(env.found_docs) or listed.exists():
        return

    def write(_: Sphinx, error: Exception | None) -> None:
        if error is None:
            # Modules stand where their import ended; extensions come first, as Sphinx has them,
            # since one may see to it that another doesn't import all it could.
            names = dict.fromkeys([*app.config.extensions, *sys.modules])
            listed.write_text(json.dumps(list(names)), "utf-8")

    app.connect("build-finished", write)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension."""
    # After all that changes what is kept of pages, such as the numbers of figures.
    app.connect("env-get-updated", _write_others, priority=999)
    app.connect("builder-inited", _keep_templates)
    # After what was read has been kept, of which they are no part.
    app.connect("env-check-consistency", _restore_entries)
    app.connect("build-finished", _keep_entries)
    app.connect("env-before-read-docs", _list_imported)
    app.connect("build-finished", _list_used)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
