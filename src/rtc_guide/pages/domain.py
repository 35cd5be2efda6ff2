"""The Sphinx domain `ui`: roles for words of the screen, directives for walkthroughs and steps."""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from rtc_guide.pages import doctree, pictures
from rtc_guide.pages import nodes as ui_nodes
from rtc_guide.pages.directive import UiDirective, listed
from rtc_guide.pages.kept import Kept
from rtc_guide.pages.page import (
    Animation,
    Claim,
    Figure,
    Page,
    Problem,
    Walkthrough,
    Word,
)
from rtc_guide.pages.versions import VersionsDirective, declaration_of, uneven_groups
from rtc_guide.pages.vocabulary import VOCABULARY, unknown
from rtc_guide.software import DeclarationError

logger = logging.getLogger(__name__)

# As `rtc_guide.checks` collects them.
_READ = ".md"
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class WordRole(SphinxRole):
    """Any role of the domain: known ones become words, unknown ones are reported by line."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Make the word's node; its line is corrected once the whole page is read."""
        name = self.name.removeprefix("ui:")
        typeface = VOCABULARY[name].typeface if name in VOCABULARY else "guilabel"
        # What is typed or compared as code keeps its spaces; a name on the screen is wrapped.
        text = self.text if typeface == "literal" else " ".join(self.text.split())
        word = ui_nodes.ui_word(
            self.rawtext, role=name, word=text, classes=["ui-word", f"ui-{name}", typeface]
        )
        word += nodes.literal(text, text) if typeface == "literal" else nodes.Text(text)
        self.set_source_info(word)
        return [word], []


class WalkthroughDirective(UiDirective):
    """`{ui:walkthrough} id`, with steps as its content."""

    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Any]] = {
        "actors": directives.unchanged,
        "opens": directives.unchanged,
        "finds": directives.unchanged,
        "joined": directives.unchanged,
        "stacks": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Make the walkthrough's node, with its runs of steps as numbered lists."""
        identifier = self.arguments[0] if self.arguments else ""
        if not _ID.fullmatch(identifier):
            self.note(f"a walkthrough needs an id in lower-case-with-dashes, not “{identifier}”")
        opens, finds = self.options.get("opens"), self.options.get("finds")
        if bool(opens) == bool(finds):
            self.note(
                f"walkthrough “{identifier}” needs either :opens: or :finds:, "
                "with the notebook's path from this page"
            )
        node = ui_nodes.walkthrough(
            classes=["walkthrough"],
            ids=[f"walkthrough-{identifier}"],
            walkthrough=identifier,
            actors=self._actors(),
            notebook=opens or finds or "",
            opened=bool(opens),
            joined=tuple(listed(self.options.get("joined", ""))),
            stacks=self._stacks(),
            group=None,
        )
        self.set_source_info(node)
        if node["stacks"]:
            title = declaration_of(self.env).title_of(node["stacks"])
            node += ui_nodes.for_stacks("", f"For {title}.")
        self.state.nested_parse(self.content, self.content_offset, node)
        _number_steps(node)
        if len(node["actors"]) > 1:
            for step in node.findall(ui_nodes.step):
                _name_actor(step)
        return [node]

    def _stacks(self) -> tuple[str, ...] | None:
        """Return the names of the stacks it is for, or nothing where it is for all."""
        patterns = listed(self.options.get("stacks", ""))
        if not patterns:
            return None
        try:
            return declaration_of(self.env).matching(patterns)
        except DeclarationError as error:
            self.note(f":stacks: can't be read: {error}")
            return None

    def _actors(self) -> dict[str, str | None]:
        """Read `owner = Ada, collaborator` into `{"owner": "Ada", "collaborator": None}`."""
        actors: dict[str, str | None] = {}
        for part in listed(self.options.get("actors", "owner")):
            actor, _, name = (piece.strip() for piece in part.partition("="))
            if not actor or actor in actors:
                self.note(
                    f"“{part}” names no actor, or one that is listed already; "
                    "write :actors: owner = Ada, collaborator = Ben"
                )
            actors[actor] = name or None
        return actors


def _number_steps(node: nodes.Element) -> None:
    """Put neighbouring steps into one numbered list; go on counting after an interruption."""
    children, node.children = node.children, []
    count = 0
    numbered: nodes.enumerated_list | None = None
    for child in children:
        if not isinstance(child, ui_nodes.step):
            node += child
            numbered = None
            continue
        if numbered is None:
            numbered = nodes.enumerated_list(
                enumtype="arabic", prefix="", suffix=".", classes=["steps"]
            )
            if count:
                numbered["start"] = count + 1
            node += numbered
        numbered += child
        count += 1


def _name_actor(step: nodes.Element) -> None:
    """Begin the step with who does it."""
    actor = step["actor"]
    first = step.next_node(nodes.paragraph)
    if first is not None:
        label = nodes.strong("", f"{actor.capitalize()}:", classes=["actor", f"actor-{actor}"])
        first.insert(0, [label, nodes.Text(" ")])


class StepDirective(UiDirective):
    """`{ui:step} actor`: what the actor does, in prose; the owner where none is named."""

    optional_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {
        "look": directives.flag,
        "figure": directives.unchanged,
        "alt": directives.unchanged,
        "after": directives.flag,
        "whole": directives.flag,
        "tells": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Make the step's node, with its figure below the prose."""
        figure, alt = self.options.get("figure"), self.options.get("alt")
        if bool(figure) != bool(alt):
            self.note("a step's :figure: and :alt: go together; add the missing one")
        if figure and not pictures.STILL.fullmatch(figure):
            self.note(f"a figure is a .png file below images/, not “{figure}”")
        for option in ("after", "whole"):
            if option in self.options and not figure:
                self.note(f":{option}: says how a :figure: is taken, and this step has none")
        step = ui_nodes.step(
            classes=["step"],
            actor=self.arguments[0] if self.arguments else "owner",
            looks="look" in self.options,
            figure=figure,
            after="after" in self.options,
            whole="whole" in self.options,
            tells=self.options.get("tells"),
        )
        self.set_source_info(step)
        self.state.nested_parse(self.content, self.content_offset, step)
        if figure:
            step += pictures.still_figure(figure, alt or "")
        return [step]


class VocabularyDirective(SphinxDirective):
    """`{ui:vocabulary}`: the list of all roles, for the developers' page."""

    def run(self) -> list[nodes.Node]:
        """Make the list of roles out of the vocabulary itself."""
        entries = nodes.definition_list()
        for role in VOCABULARY.values():
            spelling = f"{{ui:{role.name}}}"
            kind = "" if role.on_screen else " Its text is no word of the screen."
            entries += nodes.definition_list_item(
                "",
                nodes.term("", "", nodes.literal(spelling, spelling)),
                nodes.definition("", nodes.paragraph("", f"The check {role.does}.{kind}")),
            )
        return [entries]


class UnknownDirective(UiDirective):
    """A directive that the domain does not have."""

    optional_arguments = 99
    option_spec = None

    def run(self) -> list[nodes.Node]:
        """Report the name with the closest known one."""
        known = [f"ui:{name}" for name in UiDomain.directives]
        self.note(unknown("directive", self.name, known))
        return []


def _word(
    name: str, _: str, *arguments: Any
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """Apply `WordRole` under the full name that the domain, not docutils, knows."""
    return WordRole()(name, *arguments)


class UiDomain(Domain):
    """What pages say of a user interface, page by page."""

    name = "ui"
    label = "User interface"
    directives: dict[str, type[Directive]] = {
        "walkthrough": WalkthroughDirective,
        "step": StepDirective,
        "animation": pictures.AnimationDirective,
        "picture": pictures.PictureDirective,
        "versions": VersionsDirective,
        "vocabulary": VocabularyDirective,
    }
    roles: dict[str, Any] = {name: WordRole() for name in VOCABULARY}
    initial_data: dict[str, dict[str, Page]] = {"pages": {}, "noted": {}}
    data_version = 1
    kept = Kept()
    """What is known of what the pages say."""

    @property
    def pages(self) -> dict[str, Page]:
        """The pages read so far, by document name."""
        pages: dict[str, Page] = self.data["pages"]
        return pages

    def role(self, name: str) -> Any:
        """Return the role, or one that reports its unknown name with the word's own line."""
        return super().role(name) or partial(_word, f"ui:{name}")

    def directive(self, name: str) -> Any:
        """Return the directive, or one that reports its unknown name."""
        return super().directive(name) or UnknownDirective

    def note(self, problem: Problem) -> None:
        """Keep a problem found while a page is being read."""
        self.data["noted"].setdefault(self.env.docname, []).append(problem)

    def clear_doc(self, docname: str) -> None:
        """Forget a page that is about to be read again."""
        self.pages.pop(docname, None)
        self.data["noted"].pop(docname, None)

    def merge_domaindata(self, docnames: list[str], otherdata: dict[str, Any]) -> None:
        """Take over what a parallel reader found."""
        for docname in docnames:
            if docname in otherdata["pages"]:
                self.pages[docname] = otherdata["pages"][docname]

    def process_doc(self, env: BuildEnvironment, docname: str, document: nodes.document) -> None:
        """Keep what a freshly read page declares, and report what is wrong with it."""
        page = doctree.page_of(document, Path(env.doc2path(docname)))
        page.problems += self.data["noted"].pop(docname, [])
        page.problems += _unread(page)
        if any(item.group for item in page.walkthroughs):
            page.problems += uneven_groups(page.walkthroughs, declaration_of(env))
        page.problems.sort(key=lambda problem: problem.line)
        self.pages[docname] = page
        for problem in page.problems:
            _report(problem)

    def check_consistency(self) -> None:
        """Report, across the book, ids used twice and stray words that no walkthrough has."""
        for problem in (*repeated_ids(self.pages.values()), *stray_words(self.pages.values())):
            _report(problem)

    def get_objects(self) -> Iterable[tuple[str, str, str, str, str, int]]:
        """Offer walkthroughs to the inventory and to the search."""
        for docname, page in self.pages.items():
            for item in page.walkthroughs:
                yield (item.id, item.id, "walkthrough", docname, f"walkthrough-{item.id}", 1)


def _unread(page: Page) -> list[Problem]:
    """Find what no check carries out, since it reads no such file."""
    declared: list[Walkthrough | Claim] = [*page.walkthroughs, *page.claims]
    if not declared or page.path.suffix == _READ:
        return []
    told = (
        f"checks read {_READ} pages (MyST Markdown) only, and would never carry this out; move it"
    )
    return [Problem(declared[0].path, declared[0].line, f"{told} to one")]


def repeated_ids(pages: Iterable[Page]) -> list[Problem]:
    """Find walkthroughs whose id an earlier one has; claims and recorded pictures likewise."""
    pages = list(pages)
    walkthroughs = [item for page in pages for item in page.walkthroughs]
    claims = [claim for page in pages for claim in page.claims]
    return [
        *_repeated("walkthrough", walkthroughs),
        *_repeated("claim", claims),
        *_repeated_pictures(pages),
    ]


def _repeated(kind: str, items: Iterable[Walkthrough | Claim]) -> Iterator[Problem]:
    first: dict[str, Walkthrough | Claim] = {}
    for item in items:
        earlier = first.setdefault(item.id, item)
        if earlier is not item:
            yield Problem(
                item.path,
                item.line,
                f"the id “{item.id}” names another {kind} already: "
                f"{earlier.path}:{earlier.line}; give this one an id of its own",
            )


def _repeated_pictures(pages: Iterable[Page]) -> Iterator[Problem]:
    """Find figures and animations of one name: each would be recorded over the other."""
    first: dict[str, Figure | Animation] = {}
    for page in pages:
        steps = [step for item in page.walkthroughs for step in item.steps]
        asked: list[Figure | Animation] = [step.figure for step in steps if step.figure]
        for each in [*asked, *page.animations]:
            # An animation has a still of the same name.
            earlier = first.setdefault(Path(each.name).stem, each)
            if earlier is not each:
                yield Problem(
                    each.path,
                    each.line,
                    f"“{each.name}” is recorded elsewhere already: "
                    f"{earlier.path}:{earlier.line}; give this picture a name of its own",
                )


def stray_words(pages: Iterable[Page]) -> list[Problem]:
    """Find words outside of walkthroughs that no walkthrough tries."""
    pages = list(pages)
    tried = {
        (word.role, word.text)
        for page in pages
        for item in page.walkthroughs
        for word in item.words
    }

    def problem(word: Word) -> Problem:
        return Problem(
            word.path,
            word.line,
            f"no walkthrough has the {word.role} “{word.text}”: repeat a word of one, "
            "or use {guilabel} for a word that is not on today's screen",
        )

    return [
        problem(word)
        for page in pages
        for word in page.strays
        if (word.role, word.text) not in tried
    ]


def _report(problem: Problem) -> None:
    logger.warning("%s", problem.message, type="ui", location=f"{problem.path}:{problem.line}")
