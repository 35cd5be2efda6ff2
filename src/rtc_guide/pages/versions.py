"""The directive `{ui:versions}`: walkthroughs for several versions of the software, in tabs."""

from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx.environment import BuildEnvironment
from sphinx_design.shared import create_component

from rtc_guide.pages import nodes as ui_nodes
from rtc_guide.pages.directive import UiDirective
from rtc_guide.pages.page import Problem, Walkthrough
from rtc_guide.software import FILE, Declaration, DeclarationError, folders_of, read_declaration

# All tab sets of versions change together, wherever two have a tab of the same name.
_SYNC_GROUP = "version"


class VersionsDirective(UiDirective):
    """`{ui:versions} id`: variants of one walkthrough, each with the :stacks: it is for.

    What is written below a walkthrough stands in its tab; what is written before the first one
    stands above the tabs.
    """

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Make a tab of each walkthrough, named by its stacks."""
        group = self.arguments[0] if self.arguments else ""
        if not group:
            self.note("versions need an id, for example {ui:versions} share")
        content = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, content)
        try:
            declared = declaration_of(self.env)
        except DeclarationError as error:
            self.note(str(error))
            return [*content.children]
        above, tabs = _parted(content)
        if not tabs:
            self.note(f"versions “{group}” have no walkthrough")
            return above
        tab_set = create_component("tab-set", classes=["sd-tab-set", "versions"])
        self.set_source_info(tab_set)
        for members in tabs:
            walkthrough = next(each for each in members if _is_walkthrough(each))
            assert isinstance(walkthrough, ui_nodes.walkthrough)
            walkthrough["group"] = group
            # The tab says which stacks it is for.
            if said := walkthrough.next_node(ui_nodes.for_stacks):
                walkthrough.remove(said)
            tab_set += _tab(declared.title_of(walkthrough["stacks"] or declared.stacks), members)
        return [*above, tab_set]


def declaration_of(env: BuildEnvironment) -> Declaration:
    """Return the stacks of the book that is read; its pages depend on them from now on.

    Raises `DeclarationError` as `read_declaration` does.
    """
    root = Path(env.srcdir)
    file = next((each / FILE for each in folders_of(root) if (each / FILE).is_file()), None)
    if file:
        env.note_dependency(str(file))
    return read_declaration(root)


def _is_walkthrough(node: nodes.Node) -> bool:
    return isinstance(node, ui_nodes.walkthrough)


def _parted(content: nodes.Element) -> tuple[list[nodes.Node], list[list[nodes.Node]]]:
    """Part what was written into what comes first, and the contents of each tab."""
    above: list[nodes.Node] = []
    tabs: list[list[nodes.Node]] = []
    targets: list[nodes.Node] = []
    for node in content.children:
        if isinstance(node, nodes.target):
            targets.append(node)
            continue
        if _is_walkthrough(node):
            tabs.append([])
        (tabs[-1] if tabs else above).extend([*targets, node])
        targets = []
    return [*above, *targets], tabs


def _tab(label: str, members: list[nodes.Node]) -> nodes.Element:
    tab = create_component("tab-item", classes=["sd-tab-item"], selected=False)
    rubric = nodes.rubric(label, label, classes=["sd-tab-label"])
    rubric["sync_id"], rubric["sync_group"] = label, _SYNC_GROUP
    body = create_component("tab-content", classes=["sd-tab-content"])
    body += members
    tab += [rubric, body]
    return tab


def uneven_groups(walkthroughs: list[Walkthrough], declared: Declaration) -> Iterator[Problem]:
    """Find, among walkthroughs of one group, stacks that none or several of them are for."""
    groups: dict[str, list[Walkthrough]] = {}
    for item in walkthroughs:
        if item.group:
            groups.setdefault(item.group, []).append(item)
    for group, members in groups.items():
        first = members[0]
        for stack in declared.stacks:
            fitting = [item for item in members if item.is_for(stack)]
            if len(fitting) > 1:
                yield Problem(
                    fitting[1].path,
                    fitting[1].line,
                    f"“{fitting[1].id}” and “{fitting[0].id}” are both for {stack}: "
                    "narrow the :stacks: of one",
                )
            elif not fitting:
                yield Problem(
                    first.path,
                    first.line,
                    f"no walkthrough of the versions “{group}” is for {stack}: add it to the "
                    ":stacks: of one, or write one that shows what it can't do",
                )
