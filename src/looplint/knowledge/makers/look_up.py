"""Finding objects by dotted path, in libraries that may raise on any attribute.

This module and those it is used by run inside a library's environment, on the standard library alone.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
import types
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
D = TypeVar("D")


def attempt(function: Callable[..., T], *arguments: Any, default: D) -> T | D:
    """What `function` gives; `default` if it raises. A broken descriptor must not stop a survey."""
    try:
        return function(*arguments)
    except Exception:  # noqa: BLE001 - libraries raise anything
        return default


def resolve(path: str) -> Any:
    """The object at `a.b.C.d`: the longest importable module, then attributes. Raises whatever the import raises."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        try:
            found: Any = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name and (name == error.name or name.startswith(error.name + ".")):
                continue
            raise
        if length == len(parts) > 1 and isinstance(found, types.ModuleType):
            parent = importlib.import_module(".".join(parts[:-1]))
            found = getattr(parent, parts[-1], found)  # ccxt.binance: a class and a submodule of one name
        return follow(found, parts[length:])
    raise ImportError(path)


def follow(start: Any, names: list[str]) -> Any:
    """`start.a.b.c`."""
    return functools.reduce(getattr, names, start)


def public_names(of: Any) -> Iterator[str]:
    """Names without a leading underscore, sorted."""
    return (name for name in sorted(set(dir(of))) if not name.startswith("_"))


def bare(member: Any) -> Any:
    """The function below a staticmethod, classmethod or bound method."""
    return getattr(member, "__func__", member)


@functools.cache
def nearest_class(name: str, home: str) -> type | None:
    """The class of that name nearest to module `home` in its package: what a TYPE_CHECKING import meant."""
    best: type | None = None
    score = -1
    for module_name, module in sorted(sys.modules.items()):
        if module is None or module_name.split(".")[0] != home.split(".", maxsplit=1)[0]:
            continue
        candidate = getattr(module, "__dict__", {}).get(name)
        if inspect.isclass(candidate):
            near = _common_prefix(candidate.__module__, home)
            if near > score:
                best, score = candidate, near
    return best


def _common_prefix(first: str, second: str) -> int:
    count = 0
    for left, right in zip(first.split("."), second.split("."), strict=False):
        if left != right:
            break
        count += 1
    return count


def find_aliases(cls: type, imports: set[str], canonical: str) -> list[str]:
    """Every other public dotted path in the loaded modules of `imports` that is bound to this very object."""
    found = set()
    for module_name, module in list(sys.modules.items()):
        hidden = any(part.startswith("_") for part in module_name.split("."))
        if module is None or hidden or module_name.split(".")[0] not in imports:
            continue
        exported = getattr(module, "__all__", ())
        for name, value in list(attempt(vars, module, default={}).items()):
            if value is not cls or name.startswith("_"):
                continue
            if module_name == cls.__module__ or hasattr(module, "__path__") or name in exported:
                found.add(f"{module_name}.{name}")
    return sorted(found - {canonical}, key=lambda path: (path.count("."), len(path), path))
