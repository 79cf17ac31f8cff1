"""What an annotation says about a value: may it be awaited, iterated, entered? Runs inside a library's environment."""

from __future__ import annotations

import asyncio
import builtins
import collections.abc
import concurrent.futures
import contextlib
import inspect
import re
import sys
import types
import typing
from typing import Any

from looplint.knowledge.makers.look_up import attempt, bare, nearest_class

NOTHING = inspect.Parameter.empty
_TEXT = {
    "Awaitable": "await",
    "Coroutine": "await",
    "AsyncIterator": "iterate",
    "AsyncGenerator": "iterate",
    "AsyncIterable": "iterate",
    "AsyncContextManager": "enter",
    "AbstractAsyncContextManager": "enter",
    "_AsyncGeneratorContextManager": "enter",
}
_TYPES: dict[Any, str] = {
    concurrent.futures.Future: "value",
    asyncio.Future: "future",
    asyncio.Task: "future",
    collections.abc.Awaitable: "await",
    collections.abc.Coroutine: "await",
    collections.abc.AsyncIterator: "iterate",
    collections.abc.AsyncGenerator: "iterate",
    collections.abc.AsyncIterable: "iterate",
    contextlib.AbstractAsyncContextManager: "enter",
}
DEEPEST = 6


def traits(annotation: Any, owner: Any = None, depth: int = 0) -> set[str]:
    """What such a value can be: await, iterate, enter, future, self, value; `object` if its class says so."""
    if depth > DEEPEST or annotation is None or annotation is type(None):
        return {"value"}
    if isinstance(annotation, str):
        return _of_text(annotation)
    if isinstance(annotation, typing.ForwardRef):
        return traits(annotation.__forward_arg__, owner, depth + 1)
    origin = typing.get_origin(annotation)
    if origin is typing.Union or isinstance(annotation, types.UnionType):
        return _of_union(annotation, owner, depth)
    if origin is typing.Annotated:
        return traits(typing.get_args(annotation)[0], owner, depth + 1)
    if isinstance(annotation, typing.TypeVar):
        return traits(annotation.__bound__, owner, depth + 1) if annotation.__bound__ is not None else {"value"}
    base = origin or annotation
    if base is getattr(typing, "Self", NOTHING):
        return {"self"}
    return _of_class(base, owner) if inspect.isclass(base) else {"value"}


def return_annotation(function: Any) -> Any:
    """The return annotation, evaluated where possible; `NOTHING` without one."""
    function = bare(inspect.unwrap(function))
    text = (getattr(function, "__annotations__", None) or {}).get("return", NOTHING)
    if not isinstance(text, str):
        return text
    module = getattr(function, "__module__", None) or ""
    scope = {**vars(typing), **(getattr(function, "__globals__", None) or vars(sys.modules.get(module, builtins)))}
    failed = object()
    value = attempt(_evaluate, text, scope, default=failed)
    if value is not failed:
        return value
    text = _with_missing_imports(text, scope, module)
    return attempt(_evaluate, text, scope, default=text)


def _evaluate(text: str, scope: dict[str, Any]) -> Any:
    return eval(text, scope)  # noqa: S307 - the library's own annotation, in its own environment


def _with_missing_imports(text: str, scope: dict[str, Any], module: str) -> str:
    """Add to `scope` the classes that only type checkers import; dotted ones lose their module in the text."""
    for name in set(re.findall(r"[A-Za-z_][A-Za-z_0-9.]*", text)):
        leaf = name.rpartition(".")[2]
        head = name.partition(".")[0]
        hit = None if head in scope or hasattr(builtins, head) else nearest_class(leaf, module)
        if hit is not None:
            text = text.replace(name, leaf)
            scope[leaf] = hit
    return text


def _of_text(annotation: str) -> set[str]:
    text = annotation.replace(" ", "")
    head = text.partition("[")[0].rpartition(".")[2]
    if head in ("Future", "Task"):
        return {"value"} if "concurrent" in text else {"future"}
    if head in ("Union", "Optional") and "Awaitable" in text:
        return {"await", "value"}
    return {_TEXT.get(head, "value")}


def _of_union(annotation: Any, owner: Any, depth: int) -> set[str]:
    found: set[str] = set()
    for part in typing.get_args(annotation):
        if part is not type(None):
            found |= traits(part, owner, depth + 1)
    return found or {"value"}


def _of_class(base: Any, owner: Any) -> set[str]:
    if _is_self(base, owner):
        return {"self"}
    if base in _TYPES:
        return {_TYPES[base]}
    found = set()
    if hasattr(base, "__await__"):
        found.add("await")
    if hasattr(base, "__aenter__") and not hasattr(base, "__enter__"):
        found.add("enter")
    if (hasattr(base, "__anext__") or hasattr(base, "__aiter__")) and not hasattr(base, "__iter__"):
        found.add("iterate")
    return {*found, "object"} if found else {"value"}


def _is_self(base: Any, owner: Any) -> bool:
    if base is object or base.__module__ in ("typing", "collections.abc", "contextlib") or not inspect.isclass(owner):
        return False
    if base is owner:
        return True
    return attempt(issubclass, owner, base, default=False) and not getattr(base, "_is_protocol", False)
