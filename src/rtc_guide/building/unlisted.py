"""Wiring: a build tells of pages that it leaves out, since no table of contents lists them."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path, PurePosixPath

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.matching import get_matching_files
from sphinx.util.typing import ExtensionMetadata

from rtc_guide.building.inputs import PAGE_ENDING, is_skipped

logger = logging.getLogger(__name__)


def find_unlisted(
    book: Path, files: Iterable[str], listed: Collection[str], used: Iterable[str]
) -> Iterator[str]:
    """Find pages among `files` that stand with the `listed` ones and that no page uses.

    They stand in the same folders or below these; at the book's top, where other things are, too,
    only beside them. A name in capitals is no page's: README.md, CHANGELOG.md.
    """
    pages = [f"{name}{PAGE_ENDING}" for name in listed]
    known = {(book / name).resolve() for name in (*pages, *used)}
    folders = {PurePosixPath(name).parent for name in listed}
    for name in files:
        path = PurePosixPath(name)
        if (
            path.suffix == PAGE_ENDING
            and not path.stem.isupper()
            and folders.intersection([path.parent, *path.parents[:-1]])
            and (book / name).resolve() not in known
            and not is_skipped(book, book / name)
        ):
            yield name


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension."""
    left_out: list[str] = []

    def keep_left_out(_: Sphinx, config: Config) -> None:
        left_out.extend(config.exclude_patterns)

    def tell(app: Sphinx, error: Exception | None) -> None:
        if error:
            return
        files = get_matching_files(app.srcdir, app.config.include_patterns, left_out)
        used = [name for names in app.env.dependencies.values() for name in names]
        for name in sorted(find_unlisted(Path(app.srcdir), files, app.env.found_docs, used)):
            logger.info(
                "%s is not in the book: list it in _toc.yml, or in exclude_patterns of _config.yml",
                name,
            )

    # Before sphinx_external_toc adds all that isn't listed.
    app.connect("config-inited", keep_left_out, priority=0)
    app.connect("build-finished", tell)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
