"""The nature of one callable, told by introspection alone. Runs inside a library's environment.

Natures: `coroutine` (a coroutine function), `awaitable` (a plain function that gives something to await only), `future`
(gives an asyncio Future or Task, which runs anyway), `async_for`, `async_with`, `await_or_with`, `await_or_for`,
`sync`, `dual` (annotated as a value or something to await: calling it must tell), `property`, `awaited property`,
`attribute`.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import types
import typing
from typing import Any

from looplint.knowledge.makers.bodies import delegate, hands_on_a_result
from looplint.knowledge.makers.look_up import attempt
from looplint.knowledge.makers.traits import NOTHING, return_annotation, traits

Verdict = dict[str, Any]
"""`nature`, `why`; `bare` without annotation, `weak` if it hands on a result besides; `type` of a property; `bind`."""
_MARKER = getattr(asyncio.coroutines, "_is_coroutine", object())
PROPERTY_TYPES = {
    "CachedProperty",
    "HasMemoized_ro_memoized_attribute",
    "cached_property",
    "hybrid_property",
    "memoized_attribute",
    "memoized_property",
    "reify",
    "ro_memoized_property",
    "under_cached_property",
}


def is_flagged(function: Any) -> bool:
    """What `unittest.mock` asks; asyncio's own marker counts (`typing_extensions.deprecated` sets it)."""
    return inspect.iscoroutinefunction(function) or getattr(function, "_is_coroutine", None) is _MARKER


def classify(function: Any, owner: Any = None) -> Verdict:
    """Flags first, then wrappers, overloads and annotations, then the source."""
    if is_flagged(function):
        return {"nature": "coroutine", "why": "flag"}
    if inspect.isasyncgenfunction(function):
        return {"nature": "async_for", "why": "flag"}
    plain = inspect.unwrap(function) if callable(function) else function
    if plain is not function and (inspect.isasyncgenfunction(plain) or inspect.iscoroutinefunction(plain)):
        return _wrapped(function, plain)
    if getattr(function, "is_async_method", False):  # motor's marker
        return {"nature": "future", "why": "marker"}
    return _annotated(function, plain, owner) or _plain(function, plain, owner)


def classify_member(cls: type, name: str) -> Verdict:
    """The nature of `cls.name`, without running a descriptor where that can be avoided."""
    missing = object()
    raw = inspect.getattr_static(cls, name, missing)
    if raw is missing:
        raw = getattr(cls, name)
    if isinstance(raw, (staticmethod, classmethod)):
        bind = "static" if isinstance(raw, staticmethod) else "class"
        return {**classify(raw.__func__, cls), "bind": bind}
    if isinstance(raw, (property, functools.cached_property)) or type(raw).__name__ in PROPERTY_TYPES:
        return _property(raw)
    if inspect.isclass(raw) or type(raw).__name__ in ("getset_descriptor", "member_descriptor"):
        return {"nature": "attribute"}
    if _is_value_descriptor(cls, name, raw):
        return {"nature": "property"}
    return _callable_member(cls, name, raw)


def _wrapped(function: Any, plain: Any) -> Verdict:
    made_by = getattr(getattr(function, "__code__", None), "co_filename", "")
    if inspect.isasyncgenfunction(plain):
        entered = made_by.endswith("contextlib.py")
        return {"nature": "async_with" if entered else "async_for", "why": "wrapped"}
    # asyncssh.misc.async_context_manager: await or async with
    both = (getattr(function, "__module__", "") or "").startswith("asyncssh")
    return {"nature": "await_or_with" if both else "awaitable", "why": "wrapped-coroutine"}


def _annotated(function: Any, plain: Any, owner: Any) -> Verdict | None:
    overloads = attempt(getattr(typing, "get_overloads", lambda _: ()), plain, default=())
    found: set[str] = set()
    for overload in overloads:
        found |= traits(return_annotation(overload), owner)
    annotation = return_annotation(function) if isinstance(plain, types.FunctionType) else NOTHING
    if annotation is not NOTHING:
        found |= traits(annotation, owner)
    found.discard("object")
    why = "overload" if overloads else "annotation"
    if "self" in found:
        return {"nature": "sync", "why": "returns-self"}
    if "await" in found and "value" in found:
        return {"nature": "dual", "why": why}
    nature = _nature_of(found)
    return {"nature": nature, "why": why} if nature else None


def _nature_of(found: set[str]) -> str | None:
    if found == {"future"}:
        return "future"
    if "future" in found:
        found = (found - {"future"}) | {"await"}
    if found == {"await"}:
        return "awaitable"
    if "await" in found:
        return "await_or_with" if "enter" in found else "await_or_for" if "iterate" in found else None
    if "iterate" in found and "enter" not in found:
        return "async_for"
    return "async_with" if "enter" in found and "value" not in found else None


def _plain(function: Any, plain: Any, owner: Any) -> Verdict:
    if owner is not None and delegate(function, owner, is_flagged):
        return {"nature": "awaitable", "why": "delegate"}
    if not isinstance(plain, (types.FunctionType, types.MethodType)):
        return {"nature": "sync", "why": "native"}
    bare = return_annotation(function) is NOTHING
    return {"nature": "sync", "why": "flag", "bare": bare, "weak": bare and hands_on_a_result(plain)}


def _property(raw: Any) -> Verdict:
    getter = getattr(raw, "fget", None) or getattr(raw, "func", None) or getattr(raw, "wrapped", None)
    if getter is None:
        return {"nature": "property"}
    verdict: Verdict = {"nature": "awaited property" if inspect.iscoroutinefunction(getter) else "property"}
    annotation = return_annotation(getter)
    base = typing.get_origin(annotation) or annotation
    if inspect.isclass(base) and base is not NOTHING:
        verdict["type"] = f"{base.__module__}.{base.__qualname__}"
    return verdict


def _is_value_descriptor(cls: type, name: str, raw: Any) -> bool:
    if callable(raw) or not hasattr(type(raw), "__get__") or hasattr(raw, "__isabstractmethod__"):
        return False
    got = attempt(getattr, cls, name, default=raw)
    return got is raw or not callable(got)


def _callable_member(cls: type, name: str, raw: Any) -> Verdict:
    if isinstance(raw, types.FunctionType) or (inspect.isroutine(raw) and callable(raw)):
        return classify(raw, cls)
    missing = object()
    got = attempt(getattr, cls, name, default=missing)
    if got is missing:
        return {"nature": "attribute"}
    if isinstance(got, functools.partial) or (inspect.isroutine(got) and callable(got)):
        return classify(getattr(got, "__func__", got), cls)
    return classify(raw, cls) if callable(raw) and not inspect.isclass(raw) else {"nature": "attribute"}
