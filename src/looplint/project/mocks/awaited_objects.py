"""Objects that code awaits themselves, as tasks and futures are, besides calling their methods."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.names import dotted_text
from looplint.project.code.occurrences import handed
from looplint.project.mocks.reached import called_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts


def awaits_owner(facts: Facts, call: ast.Call, test: Function | None) -> bool:
    """Does the code that calls `task.cancel()` also await `task`, or hand it to asyncio?

    Looked for in the function of the call, and in the other methods of its class that `test` calls. No mock can be
    awaited: `await AsyncMock()` raises the same TypeError as `await MagicMock()` (measured on Python 3.10 to 3.13).
    """
    owner = dotted_text(call.func.value) if isinstance(call.func, ast.Attribute) else None
    function = facts.function_of(call)
    if owner is None or function is None:
        return False
    functions = [function]
    if function.cls is not None and test is not None:
        called = called_names(test)
        functions += [method for name, method in function.cls.methods.items() if name in called]
    return any(dotted_text(node) == owner for each in functions for node in _awaited_in(each))


def _awaited_in(function: Function) -> Iterator[ast.expr]:
    facts = function.facts
    for awaited in facts.within(function.node, ast.Await):
        yield awaited.value
    for call in facts.within(function.node, ast.Call):
        yield from handed(facts, call)
