"""From a page's doctree to what the page declares."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from docutils import nodes

from rtc_guide.pages import claims
from rtc_guide.pages import nodes as ui_nodes
from rtc_guide.pages.lines import Source, own_lines
from rtc_guide.pages.page import Animation, Figure, Page, Problem, Step, Walkthrough, Word
from rtc_guide.pages.vocabulary import VOCABULARY, unknown

_ROLE_LIKE = re.compile(r"\{ui\s*:[^}]*\}")
_OPENING = re.compile(
    r"^[ \t>]*[:`~]{3,}\{(?:ui:(walkthrough)|((?i:claim)))\}[ \t]+(\S+)", re.MULTILINE
)


Words: TypeAlias = dict[ui_nodes.ui_word, Word]


def page_of(document: nodes.document, path: Path) -> Page:
    """Collect walkthroughs, claims, stray words and problems of a page that was just read.

    Raises `OSError` where the page, or a file that it includes, can't be read any more.
    """
    page = Page(path)
    words = _words(document, page)
    known = {node: word for node, word in words.items() if word.role in VOCABULARY}
    for node in document.findall(ui_nodes.walkthrough):
        item = _walkthrough(node, known, page)
        page.walkthroughs.append(item)
        page.problems += _problems(item)
    for place in document.findall(ui_nodes.claim):
        claim = claims.claim_of(place, _path(place, page))
        page.claims.append(claim)
        page.problems += claims.problems_of(claim)
    page.animations = [_animation(node, page) for node in document.findall(ui_nodes.animation)]
    # Sphinx may have made a path from the project's folder of each already.
    page.pictures = {image["uri"].lstrip("/") for image in document.findall(nodes.image)}
    page.strays = [word for node, word in known.items() if not _within(node, ui_nodes.walkthrough)]
    page.problems += [
        *_unknown_roles(words),
        *_empty_words(known),
        *_misspelt_roles(document, page),
        *_nested_walkthroughs(document, page),
        *_untried_words(known),
        *_homeless_steps(document, page),
        *_unread_items(document, page),
        *_aimless_animations(page),
    ]
    return page


def _path(node: nodes.Element, page: Page) -> Path:
    """The file that a node stands in: not always the page's, which may include others."""
    source = Path(node.source) if node.source else page.path
    return source if source.is_file() else page.path


def _words(document: nodes.document, page: Page) -> Words:
    """Give each word its own line, by looking equal words up in the source together."""
    equal: dict[tuple[Path, str, str], list[ui_nodes.ui_word]] = {}
    for node in document.findall(ui_nodes.ui_word):
        equal.setdefault((_path(node, page), node["role"], node["word"]), []).append(node)
    sources = {path: Source(path.read_text(encoding="utf-8")) for path, _, _ in equal}
    words: Words = {}
    for (path, role, text), same in equal.items():
        hints = [node.line or 1 for node in same]
        lines = own_lines(hints, sources[path].lines_of_role(role, text))
        words |= {
            node: Word(role, text, path, line) for node, line in zip(same, lines, strict=True)
        }
    return {node: words[node] for node in document.findall(ui_nodes.ui_word)}


def _parents(node: nodes.Node) -> Iterator[nodes.Element]:
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def _within(node: nodes.Node, kind: type[nodes.Element]) -> bool:
    return any(isinstance(parent, kind) for parent in _parents(node))


def _figure(step: nodes.Element, page: Page) -> Figure | None:
    if not step["figure"]:
        return None
    return Figure(
        step["figure"], _path(step, page), step.line or 1, after=step["after"], whole=step["whole"]
    )


def _animation(node: nodes.Element, page: Page) -> Animation:
    return Animation(
        name=node["name"],
        path=_path(node, page),
        line=node.line or 1,
        walkthrough=node["walkthrough"],
        steps=node["steps"],
        actors=node["actors"],
    )


def _aimless_animations(page: Page) -> Iterator[Problem]:
    """Find animations of what this page does not have."""
    walkthroughs = {item.id: item for item in page.walkthroughs}
    for each in page.animations:
        item = walkthroughs.get(each.walkthrough)
        if not item:
            message = unknown("walkthrough of this page", each.walkthrough, list(walkthroughs))
            yield Problem(each.path, each.line, message)
            continue
        first, last = each.steps
        if not first <= last <= len(item.steps):
            yield Problem(
                each.path,
                each.line,
                f"walkthrough “{item.id}” has the steps 1-{len(item.steps)}, not {first}-{last}",
            )
        for actor in each.actors:
            if actor not in item.actors:
                yield Problem(each.path, each.line, unknown("actor", actor, list(item.actors)))


def _walkthrough(node: nodes.Element, words: Words, page: Page) -> Walkthrough:
    return Walkthrough(
        id=node["walkthrough"],
        path=_path(node, page),
        line=node.line or 1,
        actors=node["actors"],
        steps=tuple(
            Step(
                actor=step["actor"],
                words=tuple(
                    words[word] for word in step.findall(ui_nodes.ui_word) if word in words
                ),
                path=_path(step, page),
                line=step.line or 1,
                looks=step["looks"],
                figure=_figure(step, page),
                tells=step["tells"],
            )
            for step in node.findall(ui_nodes.step)
        ),
        notebook=node["notebook"],
        opened=node["opened"],
        joined=node["joined"],
        stacks=node["stacks"],
        group=node["group"],
    )


def _problems(item: Walkthrough) -> Iterator[Problem]:
    """Find what keeps a walkthrough from being carried out."""

    def problem(message: str, line: int = item.line) -> Problem:
        return Problem(item.path, line, message)

    if not item.steps:
        yield problem(f"walkthrough “{item.id}” has no step")
    if item.notebook and not item.notebook.endswith(".ipynb"):
        yield problem(f"“{item.notebook}” is no notebook: its name does not end in .ipynb")
    if item.joined and not item.opened:
        yield problem(":joined: needs :opens:, since nobody can be in a notebook that is not open")
    if item.notebook and not (item.path.parent / item.notebook).is_file():
        yield problem(
            f"walkthrough “{item.id}” uses the notebook “{item.notebook}”, "
            "but no such file lies beside this page"
        )
    headings = [step.tells for step in item.steps if step.tells]
    for step in item.steps:
        if step.tells and headings.count(step.tells) > 1:
            headings.remove(step.tells)
            yield problem(f"two steps of “{item.id}” have :tells: {step.tells}", step.line)
    if "owner" not in item.actors:
        yield problem(f"walkthrough “{item.id}” has no owner, on whose server it takes place")
    for step in item.steps:
        if step.actor not in item.actors:
            yield problem(unknown("actor", step.actor, list(item.actors)), step.line)
        if not step.words:
            yield problem(
                "this step has no word for a check to try: write one with a {ui:…} role", step.line
            )
    for actor in item.joined:
        if actor not in item.actors or actor == "owner":
            yield problem(f":joined: names “{actor}”, who is none of the other :actors:")
    acting = {step.actor for step in item.steps}
    for actor in item.actors:
        # The owner's server is used, and who joined is present, even without a step of theirs.
        if item.steps and actor not in (*acting, "owner", *item.joined):
            yield problem(f"the actor “{actor}” of walkthrough “{item.id}” has no step")


def _unknown_roles(words: Words) -> Iterator[Problem]:
    for word in words.values():
        if word.role not in VOCABULARY:
            known = [f"ui:{name}" for name in VOCABULARY]
            yield Problem(word.path, word.line, unknown("role", f"ui:{word.role}", known))


def _empty_words(words: Words) -> Iterator[Problem]:
    for word in words.values():
        if not word.text.strip():
            yield Problem(word.path, word.line, f"this role is empty: {{ui:{word.role}}}")


def _misspelt_roles(document: nodes.document, page: Page) -> Iterator[Problem]:
    """Find what looks like a role but was read as text, or as a role of nobody's."""
    for text in document.findall(nodes.Text):
        parent = text.parent
        literal = isinstance(parent, (nodes.literal, nodes.literal_block, nodes.comment))
        spelt = _ROLE_LIKE.search(text.astext())
        if spelt and not literal:
            block = next(each for each in (parent, *_parents(parent)) if each.line)
            yield Problem(
                _path(block, page),
                block.line or 1,
                f"“{spelt[0]}” is not read as a role: write {{ui:button}}`name`, without a space",
            )


def _nested_walkthroughs(document: nodes.document, page: Page) -> Iterator[Problem]:
    for node in document.findall(ui_nodes.walkthrough):
        if _within(node, ui_nodes.walkthrough):
            yield Problem(
                _path(node, page),
                node.line or 1,
                f"walkthrough “{node['walkthrough']}” stands inside another: is the fence of the "
                "one before closed?",
            )


def _untried_words(words: Words) -> Iterator[Problem]:
    for node, word in words.items():
        if _within(node, ui_nodes.walkthrough) and not _within(node, ui_nodes.step):
            yield Problem(
                word.path,
                word.line,
                f"the {word.role} “{word.text}” stands in a walkthrough but in none of its steps, "
                "so nobody would try it: move it into a step",
            )


def _homeless_steps(document: nodes.document, page: Page) -> Iterator[Problem]:
    for step in document.findall(ui_nodes.step):
        in_list = isinstance(step.parent, nodes.enumerated_list)
        if not (in_list and isinstance(step.parent.parent, ui_nodes.walkthrough)):
            yield Problem(
                _path(step, page),
                step.line or 1,
                "a step stands directly in a walkthrough: put {ui:walkthrough} around it, with "
                "more colons than its steps have",
            )


def _unread_items(document: nodes.document, page: Page) -> Iterator[Problem]:
    """Find walkthroughs and claims that the parser never saw, hidden by an unknown directive."""
    read = {("walkthrough", item.id) for item in page.walkthroughs}
    read |= {("claim", claim.id) for claim in page.claims}
    literal = "\n".join(node.astext() for node in document.findall(nodes.literal_block))
    shown = {_opened(match) for match in _OPENING.finditer(literal)}
    text = page.path.read_text(encoding="utf-8")
    source = Source(text)
    for match in _OPENING.finditer(text):
        kind, identifier = _opened(match)
        if (kind, identifier) not in read | shown:
            yield Problem(
                page.path,
                source.line_at(match.start(3)),
                f"{kind} “{identifier}” can't be read: it stands in a comment, or in a "
                "directive that is unknown here",
            )


def _opened(match: re.Match[str]) -> tuple[str, str]:
    return (match[1] or match[2]).lower(), match[3]
