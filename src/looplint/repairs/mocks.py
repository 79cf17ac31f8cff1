"""Repairs of mocks, in the shapes that authors write.

`Mock(…)` -> `AsyncMock(…)`, `x.return_value = v` -> `x = AsyncMock(return_value=v)`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import keyword
from looplint.model.edit_helpers.bindings import attribute_expression
from looplint.model.edit_helpers.blocks import siblings
from looplint.model.edits import import_from_edits, insert_before, replace_node, settle
from looplint.model.finding import Applicability, Edit, Fix, Related
from looplint.model.names import dotted_text, parameters_of
from looplint.project.code.occurrences import Path, is_awaited
from looplint.project.code.patching import mock_kind
from looplint.project.code.values import CALLED, MOCK_API
from looplint.project.mocks.mocks import PLAIN_KINDS, SIDE_EFFECT, Knowledge, Write

if TYPE_CHECKING:
    from looplint.model.facts import Facts
    from looplint.model.module import Module
    from looplint.project.mocks.child_kinds import Child

Edits = tuple[Edit, ...]
_SWAPPED = PLAIN_KINDS | {"AsyncMock"}


def use_async_mock(module: Module, known: Knowledge, path: Path, *, whole: bool | None = None) -> Fix | None:
    """Make what is called at `path` of a mock awaitable; None where more than one repair, or none here, would do.

    `whole` says whether the code that the mock is handed to awaits all it calls (None: it is handed to nobody known).
    """
    callee = path[:-1]
    if path[-1:] != (CALLED,) or _called_plainly(module, known, path):
        return None
    replaced = known.at(callee) if callee else []
    configured = [*known.at(path), *known.at((*callee, SIDE_EFFECT))]
    if len(replaced) == 1:
        return _fix(_replace_class(module, _construction(module, replaced[0].facts, replaced[0].value)))
    if replaced or any(write.facts is not module.facts for write in configured):
        return None
    if callee and configured:
        return _fix(_configured(module, known, configured[0])) if len(configured) == 1 else None
    if not callee or _is_used_only_so(known, path, whole=whole):
        return _fix(_replace_class(module, _root(module, known))) if _children_fit(module, known, path) else None
    return None


def use_magic_mock(module: Module, known: Knowledge, path: Path) -> Fix | None:
    """`Mock` -> `MagicMock`, which can be entered and iterated asynchronously."""
    for length in range(len(path), 0, -1):
        writes = known.at(path[:length])
        if writes:
            call = _construction(module, writes[0].facts, writes[0].value) if len(writes) == 1 else None
            return _fix(_replace_class(module, call, "MagicMock"), "MagicMock")
    return _fix(_replace_class(module, _root(module, known), "MagicMock"), "MagicMock")


def put_async_mock(module: Module, node: ast.expr, *, of_class: bool) -> Fix | None:
    """Replace what is put in the place of a coroutine: a mock's construction, a mock class, a lambda."""
    if isinstance(node, ast.Call):
        return _fix(_replace_class(module, node))
    if isinstance(node, ast.Lambda):
        return _fix(_from_lambda(module, node, of_class=of_class))
    if mock_kind(module.facts, node) in PLAIN_KINDS:
        name, edits = _mock_class(module, node, node, "AsyncMock")
        return _fix((*edits, *replace_node(module, node, name)))
    return None


def add_async_child(module: Module, known: Knowledge, path: Path) -> Fix | None:
    """`x.get.return_value = v` -> `x.get = AsyncMock(return_value=v)`.

    Where nothing is set up, `x.get = AsyncMock()` after the line that makes the mock.
    """
    configured = [*known.at((*path, CALLED)), *known.at((*path, SIDE_EFFECT))]
    if configured:
        here = len(configured) == 1 and configured[0].facts is module.facts
        return _fix(_configured(module, known, configured[0])) if here else None
    named = _first_use(module, known, path)
    if named is None:
        return None
    text, after = named
    name, edits = _class_for(module, known, after)
    return _fix((*edits, *insert_before(module, after, f"{text} = {name}()")))


def use_plain_child(module: Module, child: Child, *, whole: bool = False, unread: bool = False) -> Fix | None:
    """A MagicMock where an AsyncMock is called without await.

    `whole` says that nothing awaits what the mock gives that it is a child of: then that becomes a MagicMock. A Mock
    does where the file has no other, and it is said what a call gives or nothing reads that (`unread`).
    `x.json = AsyncMock(…)` -> `MagicMock(…)`; `x.json.return_value = v` -> `x.json = MagicMock(return_value=v)`; where
    more is set up below, `x.json = MagicMock()` before that, and where nothing is, after the line that makes the mock.
    """
    known, path, write = child.known, child.path, child.write
    if write is not None:
        call = _construction(module, write.facts, write.value)
        kind = _plain_kind(module, call, enough=unread or _says_what_it_gives(call))
        return _fix(_replace_class(module, call, kind), kind)
    if whole:
        swapped = _fix(_replace_class(module, _root(module, known), "MagicMock"), "MagicMock")
        if swapped is not None:
            return swapped
    if not path:
        alone = not any(use.awaited for use in known.uses) and not any(len(w.path) > 1 for w in known.writes)
        return _fix(_replace_maker(module, known, "MagicMock"), "MagicMock") if alone else None
    below = [w for w in known.writes if w.path[: len(path)] == path and w.path[len(path) :]]
    if any(w.facts is not module.facts for w in below):
        return None
    if len(below) == 1 and below[0].path in ((*path, CALLED), (*path, SIDE_EFFECT)):
        kind = _plain_kind(module, below[0].target, enough=True)
        return _fix(_configured(module, known, below[0], kind), kind)
    at_once = not below or _has_alias_below(known, path)
    named = _first_use(module, known, path) if at_once else _first_write(module, below, path)
    if named is None:
        return None
    text, before = named
    kind = _plain_kind(module, before, enough=unread and not below)
    name, edits = _class_for(module, known, before, kind)
    return _fix((*edits, *insert_before(module, before, f"{text} = {name}()")), kind)


def _plain_kind(module: Module, at: ast.AST | None, *, enough: bool) -> str:
    """The class for a plain mock: Mock where the file imports that alone, and no magic method of a result is needed."""
    if not enough:
        return "MagicMock"
    mock, magic = (
        any(attribute_expression(module.facts, package, kind, at) for package in ("unittest.mock", "mock"))
        for kind in ("Mock", "MagicMock")
    )
    return "Mock" if mock and not magic else "MagicMock"


def _says_what_it_gives(call: ast.Call | None) -> bool:
    return call is not None and any(keyword(call, name) is not None for name in ("return_value", SIDE_EFFECT))


def _has_alias_below(known: Knowledge, path: Path) -> bool:
    """Is what the mock gives known by a name of its own, which was taken before the mock could be replaced?"""
    return any(len(name.path) > len(path) and name.path[: len(path)] == path for name in known.names)


def _first_write(module: Module, writes: list[Write], path: Path) -> tuple[str, ast.stmt] | None:
    """How the first of the writes spells the mock at `path`, and its statement."""
    first = min(writes, key=lambda write: getattr(write.node, "lineno", 0))
    node: ast.AST | None = first.target
    left = len(first.path) - len(path)
    while left > 0 and isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        left -= 2 if isinstance(node, ast.Subscript) else 1
        node = node.func if isinstance(node, ast.Call) else node.value
    if left or not isinstance(node, ast.Attribute) or not isinstance(first.node, ast.stmt):
        return None
    return module.text_of(node), first.node


def _first_use(module: Module, known: Knowledge, path: Path) -> tuple[str, ast.stmt] | None:
    """The child by the name that the mock is given where it is made, and the statement after that."""
    origin = known.root.origin
    named = _named_statement(module, origin.node) if origin.facts is module.facts else None
    if named is None:
        return None
    return ".".join((named[0], *("return_value" if step == CALLED else step for step in path))), named[1]


def _named_statement(module: Module, node: ast.AST) -> tuple[str, ast.stmt] | None:
    """The name that a mock is given where it is made, and the statement before which more can be said of it."""
    facts = module.facts
    up = facts.parent(node)
    if isinstance(up, ast.Assign) and len(up.targets) == 1:
        target, block = up.targets[0], siblings(module, up)
        after = block[block.index(up) + 1 : block.index(up) + 2]
    elif isinstance(up, ast.withitem) and up.optional_vars is not None:
        statement = facts.parent(up)
        target, after = up.optional_vars, statement.body[:1] if isinstance(statement, (ast.With, ast.AsyncWith)) else []
    else:
        return None
    text = dotted_text(target)
    return (text, after[0]) if text is not None and after else None


def _fix(edits: Edits | None, kind: str = "AsyncMock") -> Fix | None:
    if edits is None:
        return None
    return settle(Fix(message=f"use `{kind}`", applicability=Applicability.UNSAFE, edits=edits))


def related_node(facts: Facts, node: ast.AST, message: str) -> Related:
    """Another place of the story, in whatever file of the project."""
    source = facts.source
    place = source.position(source.offset_of(getattr(node, "lineno", 1), getattr(node, "col_offset", 0)))
    return Related(path=source.path, row=place.row, column=place.column, message=message)


# -- what may be changed ---------------------------------------------------------------------------------------------


def _called_plainly(module: Module, known: Knowledge, path: Path) -> bool:
    """Is it called without await as well: by what is known of the mock, or under the same name in this file?"""
    if any(use.path == path and not use.awaited for use in known.uses):
        return True
    spelled = {_spelling(name.text, name.path, path[:-1]) for name in known.names}
    return any(dotted_text(call.func) in spelled and not is_awaited(module.facts, call) for call in module.facts.calls)


def _spelling(text: str, start: Path, path: Path) -> str | None:
    """How code would spell a path by a name that stands for `start`."""
    if path[: len(start)] != start:
        return None
    return ".".join((text, *("return_value" if step == CALLED else step for step in path[len(start) :])))


def _is_used_only_so(known: Knowledge, path: Path, *, whole: bool | None) -> bool:
    """Is nothing else of the mock called or set up, so that the whole of it may become an AsyncMock?"""
    if known.writes or whole is False or (known.handed and not whole):
        return False
    prefixes = {path[:length] for length in range(len(path) + 1)}
    return all(use.awaited or use.path in prefixes for use in known.uses)


def _children_fit(module: Module, known: Knowledge, path: Path) -> bool:
    """Would AsyncMock children do: is no child called without await under one of the mock's names in this file?"""
    texts = tuple(f"{name.text}." for name in known.names if not name.path)
    for call in module.facts.calls:
        steps = (dotted_text(call.func) or "").split(".")
        is_child = bool(texts) and ".".join(steps).startswith(texts) and not MOCK_API.intersection(steps)
        if is_child and not steps[-1].startswith("assert_") and not is_awaited(module.facts, call):
            return False
    return all(use.awaited or use.path in (path, path[:1]) for use in known.uses)


def _construction(module: Module, facts: object, value: ast.expr | None) -> ast.Call | None:
    """The call of a mock class that a value is, in this file."""
    if facts is not module.facts or not isinstance(value, ast.Call):
        return None
    return value if mock_kind(module.facts, value.func) in _SWAPPED else None


def _root(module: Module, known: Knowledge) -> ast.Call | None:
    origin = known.root.origin
    if known.root.via != "constructor" or not isinstance(origin.node, ast.expr):
        return None
    return _construction(module, origin.facts, origin.node)


# -- edits -----------------------------------------------------------------------------------------------------------


def _replace_class(module: Module, call: ast.Call | None, kind: str = "AsyncMock") -> Edits | None:
    if call is None or mock_kind(module.facts, call.func) == kind:
        return None
    name, edits = _mock_class(module, call.func, call, kind)
    return (*edits, *replace_node(module, call.func, name))


def _replace_maker(module: Module, known: Knowledge, kind: str) -> Edits | None:
    """Another class for a mock: where it is made, or as `new_callable` of the `patch` that makes it."""
    origin = known.root.origin
    call = origin.node if known.root.via == "patch" and origin.facts is module.facts else None
    factory = keyword(call, "new_callable") if isinstance(call, ast.Call) else None
    if factory is None:
        return _replace_class(module, _root(module, known), kind)
    name, edits = _mock_class(module, factory, factory, kind)
    return (*edits, *replace_node(module, factory, name))


def _mock_class(module: Module, like: ast.expr, at: ast.AST, kind: str) -> tuple[str, Edits]:
    """How to write a mock class beside `like`, which spells another one, and the import that it needs."""
    if isinstance(like, ast.Attribute):
        return f"{module.text_of(like.value)}.{kind}", ()
    package = (module.facts.resolve(like) or "").rpartition(".")[0] or "unittest.mock"
    return import_from_edits(module, package, kind, at=at)


def _configured(module: Module, known: Knowledge, write: Write, kind: str = "AsyncMock") -> Edits | None:
    """`x.get.return_value = v` -> `x.get = AsyncMock(return_value=v)`."""
    target, value = write.target, write.value
    if not isinstance(target, ast.Attribute) or not isinstance(write.node, ast.Assign) or len(write.node.targets) != 1:
        return None
    if target.attr not in ("return_value", SIDE_EFFECT) or value is None or isinstance(value, (ast.Yield, ast.Await)):
        return None
    name, edits = _class_for(module, known, target, kind)
    start, end = module.span(value)
    bare = isinstance(value, ast.Tuple) and not module.text.startswith("(", start)
    opening, closing = ("(", "))") if bare else ("", ")")
    left = module.span(target.value)[1], module.span(target)[1]
    return (
        *edits,
        Edit(left[0], left[1], ""),
        Edit(start, start, f"{name}({target.attr}={opening}"),
        Edit(end, end, closing),
    )


def _class_for(module: Module, known: Knowledge, at: ast.AST, kind: str = "AsyncMock") -> tuple[str, Edits]:
    """How to write a mock class at a place: as the mock itself was made, if that spelling holds there."""
    origin = known.root.origin
    made = origin.node.func if isinstance(origin.node, ast.Call) and origin.facts is module.facts else None
    while isinstance(made, ast.Attribute) and made.attr in ("patch", "object", "AsyncMock", *PLAIN_KINDS):
        made = made.value
        text = dotted_text(made)
        if text in ("mock", "unittest.mock", "mocker") and _holds(module, text, at):
            return f"{text}.{kind}", ()
    return import_from_edits(module, "unittest.mock", kind, at=at)


def _holds(module: Module, text: str, at: ast.AST) -> bool:
    """Does a spelling of the mock module (or the `mocker` fixture) mean that at a place?"""
    if text == "mocker":
        return module.facts.lookup("mocker", at) is not None
    return module.facts.resolve_text(text, at) in ("unittest.mock", "mock")


def _from_lambda(module: Module, node: ast.Lambda, *, of_class: bool) -> Edits | None:
    """`lambda: v` -> `AsyncMock(return_value=v)`; one that uses its parameters becomes a `side_effect`."""
    parameters = {p.arg for p in parameters_of(node)}
    uses = any(isinstance(n, ast.Name) and n.id in parameters for n in ast.walk(node.body))
    if uses and of_class:
        return None  # AsyncMock is no descriptor: the lambda would not get `self`
    name, edits = import_from_edits(module, "unittest.mock", "AsyncMock", at=node)
    fixed = not uses and not any(isinstance(n, (ast.Call, ast.Await)) for n in ast.walk(node.body))
    body = f"return_value={module.text_of(node.body)}" if fixed else f"{SIDE_EFFECT}={module.text_of(node)}"
    return (*edits, *replace_node(module, node, f"{name}({body})"))
