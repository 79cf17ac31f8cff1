"""What stands where a `patch`, `monkeypatch.setattr` or an assignment puts something else, and what a call gives."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from looplint.knowledge import clients
from looplint.knowledge.awaited import kind_of_name
from looplint.model.definitions import Colour
from looplint.model.names import BindingKind, settle
from looplint.project.code.awaitable_classes import never_awaitable
from looplint.project.code.values import (
    CALLED,
    ClassValue,
    ClientValue,
    FunctionValue,
    InstanceValue,
    MockValue,
    Nature,
    Origin,
    Target,
    Value,
)

if TYPE_CHECKING:
    from looplint.knowledge.catalogue import Client
    from looplint.model.definitions import Class
    from looplint.model.facts import Facts
    from looplint.project.code.definitions import Definition
    from looplint.project.questions import Project

_ASYNCIO_COROUTINES = frozenset(
    f"asyncio.{name}"
    for name in (
        "sleep", "wait", "wait_for", "to_thread", "open_connection", "start_server", "create_subprocess_exec",
        "create_subprocess_shell", "open_unix_connection", "start_unix_server",
    )
)  # fmt: skip
"""Coroutine functions of asyncio (documentation; `inspect.iscoroutinefunction` says yes on 3.10 to 3.13)."""

_NO_AWAIT = ("httpx.", "openai.", "anthropic.", "qdrant_client.", "elasticsearch.", "aiohttp.", "langchain", "mem0.")
"""Catalogued classes without `__await__`: `patch` makes a MagicMock of an instance (`redis.asyncio.Redis` has one)."""

_LITERALS = (ast.Constant, ast.List, ast.Dict, ast.Set, ast.Tuple, ast.JoinedStr, ast.ListComp, ast.DictComp)


_OF_COLOUR = {
    Colour.ASYNC: Nature.COROUTINE,
    Colour.AWAITABLE: Nature.AWAITABLE,
    Colour.SYNC: Nature.SYNC,
    Colour.ASYNC_GENERATOR: Nature.OTHER,
}


def dotted_target(project: Project, facts: Facts, dotted: str) -> Target:
    """What stands at a dotted import path, as `patch("app.api.fetch")` finds it."""
    definition = project.definition(dotted, facts)
    owner, _, name = dotted.rpartition(".")
    holder = project.definition(owner, facts) if owner else None
    module = holder.facts if holder is not None and holder.function is None and holder.value is None else None
    if module is not None and holder is not None and holder.cls is not None:
        module = None
    of_class = holder is not None and holder.cls is not None
    if definition is not None:
        return _defined(project, dotted, definition, module, of_class=of_class)
    if holder is not None and holder.value is not None:
        return _attribute_of(project, dotted, project.infer(holder.facts, holder.value), name)
    foreign = external_name(project, facts, dotted)
    return _foreign(facts, dotted, foreign, module)


def _foreign(facts: Facts, written: str, dotted: str, module: Facts | None) -> Target:
    if dotted in _ASYNCIO_COROUTINES:
        return Target(written, Nature.COROUTINE, module=module)
    owner, _, name = dotted.rpartition(".")
    if not clients.is_client_module(dotted.partition(".")[0]):
        return Target(written, module=module)
    found = clients.client(owner)
    if found is not None:
        return client_target(written, found, name, of_class=True)
    if clients.client(dotted) is not None:
        value = ClassValue(Origin(facts, facts.tree), "name", dotted)
        return Target(written, Nature.OTHER, value=value, module=module)
    return Target(written, module=module)


def client_target(written: str, client: Client, method: str, *, of_class: bool = False) -> Target:
    """What a method, or other attribute, of a catalogued class is."""
    return Target(
        written,
        _of_client(client, method),
        client=client,
        presumed=not is_listed(client, method),
        of_class=of_class,
    )


def is_listed(client: Client, method: str) -> bool:
    """Does the catalogue, or the table of awaited names, have this very name?"""
    leaf = method.rpartition(".")[2]
    return "." in method or kind_of_name(leaf) is not None or _in_lists(client, method)


def _in_lists(client: Client, method: str) -> bool:
    """Is the method named in an entry of the catalogue, rather than meant by its default?"""
    return any(isinstance(names, list) and method in names for names in client.entry.values())


def _of_client(client: Client, method: str) -> Nature:
    if method in client.attributes or any(f"{space}.".startswith(f"{method}.") for space in client.namespaces):
        return Nature.OTHER
    kind = client.kind_of(method)
    if kind == "coroutine":
        return Nature.COROUTINE if client.flagged(method) else Nature.AWAITABLE
    return Nature.SYNC if kind == "sync" else Nature.UNKNOWN


def external_name(project: Project, facts: Facts, dotted: str, depth: int = 4) -> str:
    """A dotted path through project modules as the path outside the project that it stands for.

    `app.worker.asyncio.sleep` is `asyncio.sleep` where app/worker.py imports asyncio.
    """
    located = project.locate(dotted, facts.file) if depth else None
    if located is None or not located[1]:
        return dotted
    path, rest = located
    found = project.facts_at(path)
    binding = settle(found.scope(found.tree).names.get(rest[0], [])) if found is not None else None
    if found is None or binding is None or binding.kind is not BindingKind.IMPORT or binding.target is None:
        return dotted
    return external_name(project, found, ".".join((found.absolute(binding.target), *rest[1:])), depth - 1)


def attribute_target(project: Project, facts: Facts, owner: ast.expr, name: str) -> Target:
    """What stands at attribute `name` of the object that an expression gives (`patch.object(owner, "name")`)."""
    dotted = facts.resolve(owner)
    written = f"{ast.unparse(owner)}.{name}"
    if dotted is not None:
        found = dotted_target(project, facts, f"{dotted}.{name}")
        if found.nature is not Nature.UNKNOWN or found.value is not None:
            return replace(found, name=written)
    return _attribute_of(project, written, project.infer(facts, owner), name)


def _attribute_of(project: Project, written: str, owner: Value | None, name: str) -> Target:
    if isinstance(owner, ClientValue):
        method = f"{owner.chain}.{name}" if owner.chain else name
        return client_target(written, owner.client, method)
    if isinstance(owner, (InstanceValue, ClassValue)) and owner.cls is not None:
        return class_attribute(project, written, owner.cls, name, of_class=isinstance(owner, ClassValue))
    if isinstance(owner, ClassValue):
        found = clients.client(owner.dotted) if clients.is_client_module(owner.dotted.partition(".")[0]) else None
        return Target(written) if found is None else client_target(written, found, name, of_class=True)
    return Target(written)


def class_attribute(project: Project, written: str, cls: Class, name: str, *, of_class: bool = False) -> Target:
    """What attribute `name` of a project class, or of its instances, is."""
    member = project.member(cls, name)
    if member is not None:
        return _defined(project, written, member, None, of_class=of_class)
    return _holding(project, written, project.instance_attribute(cls, name), None)


def _defined(project: Project, written: str, definition: Definition, module: Facts | None, *, of_class: bool) -> Target:
    if definition.function is not None:
        if definition.function.decorated("builtins.property", "functools.cached_property"):
            return Target(written)
        nature = _OF_COLOUR.get(project.colour(definition.function).colour, Nature.UNKNOWN)
        return Target(written, nature, definition, module=module, of_class=of_class)
    if definition.cls is not None:
        origin = Origin(definition.facts, definition.cls.node)
        value = ClassValue(origin, "name", definition.cls.dotted, definition.cls)
        return Target(written, Nature.OTHER, value=value, module=module)
    if definition.value is None:
        return Target(written)
    if isinstance(definition.value, _LITERALS):
        return Target(written, Nature.OTHER, module=module)  # annotations of `client: Redis | None = None` are not read
    return _holding(project, written, project.infer(definition.facts, definition.value), module)


def _holding(project: Project, written: str, value: Value | None, module: Facts | None) -> Target:
    """A name that holds `value`."""
    if isinstance(value, FunctionValue) and value.definition.function is not None:
        nature = _OF_COLOUR.get(project.colour(value.definition.function).colour, Nature.UNKNOWN)
        return Target(written, nature, value.definition, module=module)
    if isinstance(value, ClassValue):
        return Target(written, Nature.OTHER, value=value, module=module)
    if isinstance(value, InstanceValue):
        nature = Nature.OTHER if never_awaitable(project, value.cls) else Nature.UNKNOWN
        return Target(written, nature, value=value, module=module)
    if isinstance(value, ClientValue):
        nature = Nature.OTHER if value.client.path.startswith(_NO_AWAIT) else Nature.UNKNOWN
        return Target(written, nature, value=value, module=module)
    return Target(written, module=module)


def spec_target(project: Project, mock: MockValue, name: str) -> Target | None:
    """What attribute `name` is in the class that a mock was specified with; None for a mock without a spec."""
    call = mock.origin.node
    if not isinstance(call, ast.Call):
        return None
    found = [k.value for k in call.keywords if k.arg in ("spec", "spec_set", "wraps", "autospec")]
    if mock.via == "constructor":
        found += call.args[:1]
    if not found:
        return None
    facts = mock.origin.facts
    written = f"{ast.unparse(found[0])}.{name}"
    return _attribute_of(project, written, project.infer(facts, found[0]), name)


def _instance(value: ClassValue) -> Value | None:
    """What calling a class gives."""
    if value.cls is not None:
        return InstanceValue(value.origin, "constructor", value.cls)
    root = value.dotted.partition(".")[0]
    found = clients.client(value.dotted) if clients.is_client_module(root) else None
    return None if found is None else ClientValue(value.origin, "constructor", found)


def replaced_attribute(project: Project, target: Target, path: tuple[str, ...], name: str) -> Target | None:
    """What attribute `name` is on the real thing that a patched mock stands for; `path` leads from the mock to it.

    None where nothing is known of that: further away, or for an instance method asked of the class.
    """
    value = target.value
    if isinstance(value, ClassValue) and path == (CALLED,):
        return _attribute_of(project, f"{target.name}().{name}", _instance(value), name)
    if path or value is None:
        return None
    found = _attribute_of(project, f"{target.name}.{name}", value, name)
    if isinstance(value, ClassValue) and not _belongs_to_class(found):
        return None
    return found


def _belongs_to_class(target: Target) -> bool:
    """Is it called on the class itself?"""
    function = target.definition.function if target.definition is not None else None
    return function is not None and function.decorated("builtins.classmethod", "builtins.staticmethod") is not None
