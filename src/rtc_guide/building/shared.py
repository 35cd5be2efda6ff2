"""What pages know of each other: whatever Sphinx keeps of all pages, but for what is of one alone.

A page that was read again may have changed only itself. Then no other has to be written again.
"""

from collections.abc import Iterator
from typing import Any

from sphinx.environment import BuildEnvironment

from rtc_guide.canonical import digest_of

# Attributes of Sphinx's environment that no other page's HTML depends on.
_OF_THE_BUILD = frozenset(
    {
        *("app", "config", "config_status", "config_status_extra", "doctreedir", "events"),
        *("project", "settings", "srcdir", "temp_data", "versioning_compare"),
        *("versioning_condition", "_write_doc_doctree_cache", "_pickled_doctree_cache"),
        *("ref_context", "domains"),  # what domains keep is in `domaindata`
        "rtc_guide_kept",  # the evidence: `rtc_guide.pages` has the pages with it written
    }
)
_OF_ONE_PAGE = frozenset({"all_docs", "dependencies", "included", "reread_always"})


def digest_shared(env: BuildEnvironment) -> dict[str, str]:
    """Tell, by its name, whether anything that other pages may show or link to has changed.

    What isn't known not to matter to others is taken to matter.
    """
    return {name: digest_of(value) for name, value in _parts(env)}


def _parts(env: BuildEnvironment) -> Iterator[tuple[str, Any]]:
    for name, value in vars(env).items():
        if name == "domaindata":
            yield from ((f"domain {domain}", data) for domain, data in value.items())
        elif name == "metadata":
            yield name, {docname: _without_count(told) for docname, told in value.items()}
        elif name not in _OF_THE_BUILD | _OF_ONE_PAGE:
            yield name, value


def _without_count(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return a page's metadata without how many words it has, which MyST-Parser adds to it."""
    return {name: value for name, value in metadata.items() if name != "wordcount"}
