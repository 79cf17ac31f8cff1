"""What proves that something must be awaited: its definition, the client catalogue, or a name that always is."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from looplint.knowledge.awaited import awaited_name
from looplint.model.definitions import Colour
from looplint.project.definitions import colour_of
from looplint.project.infer import infer
from looplint.project.occurrences import awaited_names, names_in_module
from looplint.project.targets import Nature, Target, attribute_target, replaced_attribute, spec_target
from looplint.project.values import MockValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.project.project import Project

_BOTS = frozenset({"aiogram", "discord.py", "python-telegram-bot"})
_BOT_IMPORTS = (b"telegram", b"aiogram", b"telebot", b"discord")
_ASYNC_NAME = re.compile(r"a[a-z]\w*|.*async.*")


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Why something must be awaited, for the message, and where that is written, if it is in the project."""

    text: str
    facts: Facts | None = None
    node: ast.AST | None = None
    is_await: bool = False
    """Is it the very place that awaits the mock?"""
    presumed: bool = False
    """Does only the default of a catalogued class say so? Then it counts only for something that is surely called."""


def target_evidence(project: Project, facts: Facts, target: Target) -> Evidence | None:
    """Evidence from what a patch replaces; None where it is not awaited, or where its module never awaits it."""
    if not target.must_be_awaited or not _used_as_coroutine(project, facts, target):
        return None
    definition = target.definition
    if definition is None:
        return Evidence(target.evidence, presumed=target.presumed and target.client is not None)
    if definition.function is not None and _plain_in_subclass(definition.function):
        return None
    return Evidence(target.evidence, definition.facts, definition.node)


def _plain_in_subclass(function: Function) -> bool:
    """Does a class of the same file that derives from the method's class define it as a plain function?"""
    cls = function.cls
    if cls is None:
        return False
    for other in function.facts.classes:
        method = other.methods.get(function.name)
        if method is not None and method is not function and not method.is_async:
            if any(base and base.rpartition(".")[2] == cls.name for base in other.bases):
                return True
    return False


def _used_as_coroutine(project: Project, facts: Facts, target: Target) -> bool:
    """Does code that the test can see await it? For a global that its own module calls, does that module?"""
    name = target.name.rpartition(".")[2]
    definition = target.definition
    if target.module is not None:
        uses = [n for n in names_in_module(target.module, name) if isinstance(n.ctx, ast.Load)]
        if uses:
            return name in awaited_names(target.module)
    if definition is not None and definition.function is not None and definition.function.cls is not None:
        calls = [c for c in definition.facts.calls if isinstance(c.func, ast.Attribute) and c.func.attr == name]
        if calls:
            return name in awaited_names(definition.facts)
    seen = (file for file in visible_files(project, facts) if not project.is_test_code(file.file))
    return any(name in awaited_names(file) for file in seen)


def attribute_evidence(project: Project, facts: Facts, owner: ast.expr, name: str) -> Evidence | None:
    """Evidence that attribute `name` of what `owner` gives must be awaited.

    The owner decides: a project class, a catalogued client, the spec of a mock; only where none of them is known, the
    name itself may prove it.
    """
    value = infer(project, facts, owner)
    if isinstance(value, MockValue):
        stood_for = spec_target(project, value, name) if not value.path else None
        if stood_for is None and value.via == "patch" and value.target is not None:
            stood_for = replaced_attribute(project, value.target, value.path, name)
        if stood_for is not None and (stood_for.nature is not Nature.UNKNOWN or not value.path):
            return target_evidence(project, facts, stood_for)
        return name_evidence(project, facts, name)
    target = attribute_target(project, facts, owner, name)
    if target.nature is not Nature.UNKNOWN:
        return target_evidence(project, facts, target)
    return name_evidence(project, facts, name) if value is None else None


def name_evidence(project: Project, facts: Facts, name: str) -> Evidence | None:
    """Evidence from a name that is a coroutine in every library that has it, unless the project has its own."""
    known = awaited_name(name)
    if known is None or known.kind != "awaited":
        return None
    if _BOTS.issuperset(known.libraries) and known.libraries:
        if not any(word in facts.source.raw for word in _BOT_IMPORTS):
            return None
    elif not _ASYNC_NAME.fullmatch(name):
        return None
    if _defined_plainly(project, facts, name):
        return None
    libraries = ", ".join(known.libraries[:3])
    return Evidence(
        f"a coroutine in every library that has it ({libraries})" if libraries else "a coroutine everywhere"
    )


def _defined_plainly(project: Project, facts: Facts, name: str) -> bool:
    """Has a file that this one sees, at two steps, a def of that name which is no coroutine function?"""
    word = f"def {name}".encode()
    for seen in visible_files(project, facts):
        if word not in seen.source.raw:
            continue
        for function in seen.functions:
            if function.name == name and colour_of(function) is not Colour.ASYNC:
                return True
    return False


def visible_files(project: Project, facts: Facts, depth: int = 2) -> Iterator[Facts]:
    """A file, its conftest files and what they import from the project, `depth` steps deep."""
    seen: set[int] = set()
    queue = [(facts, depth)]
    if facts.file is not None:
        queue += [(conftest, depth) for conftest in project.conftests(facts.file)]
    while queue:
        current, left = queue.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        if left > 0:
            queue += [(found, left - 1) for found in _imported(project, current)]


def _imported(project: Project, facts: Facts) -> Iterator[Facts]:
    for node in ast.walk(facts.tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = facts.absolute("." * node.level + (node.module or ""))
            names = [f"{base}.{alias.name}" for alias in node.names]
        for dotted in names:
            located = project.locate(dotted, facts.file)
            found = project.facts_at(located[0]) if located is not None else None
            if found is not None:
                yield found
