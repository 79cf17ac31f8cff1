"""What proves that something must be awaited: its definition, the client catalogue, or a name that always is."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from looplint.knowledge.awaited import awaited_name
from looplint.model.definitions import Colour
from looplint.model.names import dotted_text
from looplint.model.records import dataclass
from looplint.project.asked import Answer, remember
from looplint.project.code.infer import infer
from looplint.project.code.occurrences import awaited_names, is_awaited, names_in_module
from looplint.project.code.targets import attribute_target, replaced_attribute, spec_target
from looplint.project.code.values import MockValue, Nature, Target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

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
    overriding = (
        other.methods[function.name]
        for other in function.facts.classes
        if function.name in other.methods and any(base and base.rpartition(".")[2] == cls.name for base in other.bases)
    )
    return any(not method.is_async for method in overriding)


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
    seen = (file for file in visible_files(project, facts, name.encode()) if not project.is_test_code(file.file))
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
            if _called_plainly(project, facts, value.target, name):
                return None
            stood_for = replaced_attribute(project, value.target, value.path, name)
        if stood_for is not None and (stood_for.nature is not Nature.UNKNOWN or not value.path):
            return target_evidence(project, facts, stood_for)
        return name_evidence(project, facts, name)
    target = attribute_target(project, facts, owner, name)
    if target.nature is not Nature.UNKNOWN:
        return target_evidence(project, facts, target)
    return name_evidence(project, facts, name) if value is None else None


def _called_plainly(project: Project, facts: Facts, target: Target, name: str) -> bool:
    """Does the code that uses the replaced global call `name` on it, and never await it?

    Its own module decides; where that does not call it, the other files that the test can see do.
    """
    text = f"{target.name.rpartition('.')[2]}.{name}"
    own = _awaits_of(target.module, text) if target.module is not None else []
    if own:
        return not any(own)
    seen = (s for s in visible_files(project, facts, text.encode()) if not project.is_test_code(s.file))
    found = [awaited for file in seen for awaited in _awaits_of(file, text)]
    return bool(found) and not any(found)


def _awaits_of(facts: Facts, text: str) -> list[bool]:
    """For each call of a dotted name as written in a file: is it awaited?"""
    return [is_awaited(facts, call) for call in facts.calls if dotted_text(call.func) == text]


def name_evidence(project: Project, facts: Facts, name: str) -> Evidence | None:
    """Evidence from a name that is a coroutine in every library that has it, unless the project has its own."""
    known = awaited_name(name)
    if known is None or known.kind != "awaited":
        return None
    if _BOTS.issuperset(known.libraries) and known.libraries:
        if all(word not in facts.source.raw for word in _BOT_IMPORTS):
            return None
    elif not _ASYNC_NAME.fullmatch(name):
        return None
    if _defined_plainly(project, facts, name):
        return None
    libraries = " and ".join(known.libraries[:2])
    return Evidence(f"a coroutine in {libraries}" if libraries else "a coroutine wherever it is defined")


def _defined_plainly(project: Project, facts: Facts, name: str) -> bool:
    """Has a file that this one sees, at two steps, a def of that name which is no coroutine function?"""
    for seen in visible_files(project, facts, f"def {name}".encode()):
        for function in seen.functions:
            if function.name == name and project.colour(function).colour is not Colour.ASYNC:
                return True
    return False


def visible_files(project: Project, facts: Facts, word: bytes) -> Iterator[Facts]:
    """The files that a file sees and that hold `word`: itself, its conftest files, what they import, at two steps."""
    for path in visible_paths(project, facts):
        if project.mentions(path, word):
            found = project.facts_at(path)
            if found is not None:
                yield found
    if facts.file is None and word in facts.source.raw:
        yield facts


def visible_paths(project: Project, facts: Facts) -> tuple[Path, ...]:
    """Their paths, whatever they hold: the files two steps away are parsed only where they are asked about."""
    notes: dict[object, Answer[tuple[Path, ...]]] = facts.notes
    return remember(notes, visible_paths, lambda: _visible_paths(project, facts))


def _visible_paths(project: Project, facts: Facts) -> tuple[Path, ...]:
    own = [facts, *(project.conftests(facts.file) if facts.file is not None else ())]
    near = dict.fromkeys(path for seen in own for path in imported_paths(project, seen))
    for path in [path for path in near if path.name == "__init__.py"]:
        seen = project.facts_at(path)  # `from app.tools import get`: a package hands on what its modules define
        near.update(dict.fromkeys(imported_paths(project, seen) if seen is not None else ()))
    found = dict.fromkeys((*(seen.file for seen in own if seen.file is not None), *near))
    for path in near:
        seen = project.facts_at(path)
        if seen is not None:
            found.update(dict.fromkeys(imported_paths(project, seen)))
    return tuple(found)


def imported_paths(project: Project, facts: Facts) -> tuple[Path, ...]:
    """The project files that a file imports, anywhere in it."""
    return remember(project.imports, facts, lambda: _imported_paths(project, facts))


def _imported_paths(project: Project, facts: Facts) -> tuple[Path, ...]:
    plain, others = facts.imports
    names = [alias.name for node in plain for alias in node.names]
    for statement in others:
        base = facts.absolute("." * statement.level + (statement.module or ""))
        names += [f"{base}.{alias.name}" for alias in statement.names]
    located = (project.locate(dotted, facts.file) for dotted in names)
    return tuple(dict.fromkeys(place[0] for place in located if place is not None))
