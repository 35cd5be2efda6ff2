"""What the directives of the domain `ui` share: saying what is wrong with them."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

from sphinx.util.docutils import SphinxDirective

from rtc_guide.pages.page import Problem

if TYPE_CHECKING:
    from rtc_guide.pages.domain import UiDomain


class UiDirective(SphinxDirective):
    """A directive of the domain: what is wrong with it is noted with page and line."""

    has_content = True

    def note(self, message: str) -> None:
        """Report a problem at this directive's line."""
        domain = cast("UiDomain", self.env.domains["ui"])
        domain.note(Problem(Path(self.get_source_info()[0]), self.lineno, message))


def listed(argument: str) -> list[str]:
    """Read a comma-separated option."""
    return [part.strip() for part in argument.split(",") if part.strip()]
