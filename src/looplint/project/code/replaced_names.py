"""The names that a file, or a conftest.py above it, puts something else in the place of.

What one test patches is put back before the next one runs; what fixtures, hooks, conftest.py files and the module
itself replace counts for every test, and so does what a test, its decorators and its class replace for that test.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from looplint.model.definitions import Class, Function
from looplint.model.names import last_name
from looplint.project.asked import noted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.project.questions import Project

PATCHING = frozenset({"patch", "setattr", "object", "multiple", "setitem", "dict", "replace", "override"})
"""The last parts of what replaces a thing that it names."""
_SETS_MODULES = re.compile(
    r"""sys\.modules(?:\[(?P<key>[^\]]*)\]\s*(?:=(?!=)|,)|\.(?:update|setdefault|__setitem__)\b|\s*,|["'])"""
)


@noted
def overwritten_names(facts: Facts) -> frozenset[str]:
    """The last parts of what the code of a file patches, and the attributes it sets on others than `self`."""
    return frozenset(name for _, name in _replaced(facts))


@noted
def replaced_names(facts: Facts, project: Project) -> frozenset[str]:
    """What any code of a file replaces, by the last part of its name; for test code the conftest.py files count too."""
    files = [facts]
    if facts.file is not None and project.is_test_code(facts.file):
        files += project.conftests(facts.file)
    return frozenset().union(*map(overwritten_names, files))


def may_be_replaced(project: Project, function: Function, names: set[str]) -> bool:
    """May one of these names be replaced, as an attribute or by text, while `function` runs?"""
    facts = function.facts
    near = [facts, *(project.conftests(facts.file) if facts.file is not None else ())]
    if any(_sets_module(seen.source.text, names) for seen in near):
        return True
    own = _owners(function)
    return any(
        name in names
        for seen in near
        for owner, name in _replaced(seen)
        if owner is None or owner in own or not _is_test(owner)
    )


def _sets_module(text: str, names: set[str]) -> bool:
    """Is another module put in the place of one of these, or of one that is computed?"""
    if "sys.modules" not in text:
        return False
    keys = [found["key"] for found in _SETS_MODULES.finditer(text)]
    if any(key is not None and key.strip()[:1] not in ("'", '"') for key in keys):
        return True
    quoted = re.compile(rf"""["'](?:[\w.]*\.)?(?:{"|".join(map(re.escape, sorted(names)))})(?:\.[\w.]*)?["']""")
    return bool(keys) and quoted.search(text) is not None


def _owners(function: Function) -> set[Function | Class]:
    """The function, the functions and classes around it."""
    found: set[Function | Class] = {function}
    cls = function.cls
    while cls is not None:
        found.add(cls)
        cls = cls.cls
    return found


def _is_test(owner: Function | Class) -> bool:
    return owner.name.startswith(("test", "Test")) and not (isinstance(owner, Function) and owner.fixture is not None)


@noted
def _replaced(facts: Facts) -> tuple[tuple[Function | Class | None, str], ...]:
    """The last part of every name that a file replaces, with the outermost def or class of a test that does."""
    return tuple(_find(facts))


def _find(facts: Facts) -> Iterator[tuple[Function | Class | None, str]]:
    for node in facts.nodes(ast.Attribute):
        if isinstance(node.ctx, ast.Store) and not _is_self(node.value):
            yield _owner(facts, node), node.attr
    for call in facts.calls:
        leaf = last_name(call.func)
        if leaf not in PATCHING:
            continue
        owner = _owner(facts, call)
        for argument in call.args[1:2] if _names_an_attribute(call) else call.args[:2]:
            yield owner, _named(argument)
        for keyword in call.keywords if leaf == "multiple" else ():
            yield owner, keyword.arg or ""


def _names_an_attribute(call: ast.Call) -> bool:
    """`setattr(service, "load", fake)`, `patch.object(Service, "load")`: the object itself stays."""
    if len(call.args) < 2:
        return False
    owner, name = call.args[:2]
    named = isinstance(name, ast.Constant) and isinstance(name.value, str)
    return named and isinstance(owner, (ast.Name, ast.Attribute))


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def _named(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr) and node.values:
        node = node.values[-1]  # f"{MODULE}.Store" ends with what it names
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.rpartition(".")[2]
    return last_name(node)


def _owner(facts: Facts, node: ast.AST) -> Function | Class | None:
    """The test, fixture or other def that a node belongs to, its decorators included; of a class body the class."""
    found: Function | Class | None = None
    for up in facts.parents(node):
        if isinstance(up, ast.ClassDef):
            return found or facts.definition_at(up)
        if isinstance(up, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found = facts.definition_at(up)  # of defs in each other the outermost
    return found
