"""Comparing our `_pycrdt` with the stub of the compiled one, so that nothing is missing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

# Given to every class of ours by Python, or of no use outside of type checking.
_GIVEN = {"__init__", "__bool__"}
# The stub is wider than the compiled core here: it has no such method or function either.
_NOT_IN_CORE = {
    "Text.unobserve",
    "Array.unobserve",
    "Map.unobserve",
    "UndoManager.expand_scope",  # there is one for each type instead
}


def _members(node: ast.ClassDef) -> Iterator[str]:
    for child in node.body:
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield child.name
        elif isinstance(child, ast.Assign):
            for target in child.targets:
                if isinstance(target, ast.Name) and target.id == "__slots__":
                    yield from ast.literal_eval(child.value) or ()


def _parameters(node: ast.FunctionDef) -> list[str]:
    return [argument.arg for argument in node.args.args if argument.arg != "self"]


def in_stub(stub: str) -> set[str]:
    """Names of functions, classes and their members that a stub declares."""
    names = set()
    for node in ast.parse(stub).body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names.update(f"{node.name}.{member}" for member in _members(node))
    return names


def in_package(folder: Path) -> set[str]:
    """Names of functions, classes and their members, inherited ones too, in a package."""
    classes: dict[str, ast.ClassDef] = {}
    names: set[str] = set()
    for path in sorted(folder.glob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                classes[node.name] = node
            elif isinstance(node, ast.FunctionDef):
                names.add(node.name)

    def members(name: str) -> set[str]:
        if name not in classes:
            return set()
        found = set(_members(classes[name]))
        for base in classes[name].bases:
            if isinstance(base, ast.Name):
                found |= members(base.id)
        return found

    for name in classes:
        names.add(name)
        names.update(f"{name}.{member}" for member in members(name))
    return names


def missing(stub: str, folder: Path) -> list[str]:
    """What the stub declares and the package doesn't have."""
    found = in_package(folder)
    return sorted(
        name
        for name in in_stub(stub) - found - _NOT_IN_CORE
        if name.rpartition(".")[2] not in _GIVEN
    )
