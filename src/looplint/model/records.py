"""Data classes that are made quickly: `dataclass` of the standard library, in all that looplint asks of it.

The standard one compiles five to seven functions for each class, which was a fifth of the time of a short run. Here it
compiles `__init__` alone; comparing, hashing and showing are functions of this module. `frozen` is a promise that mypy
keeps: without the guard of the standard library at run time an object is made in half the time as well.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass
else:

    def dataclass(
        *, frozen: bool = False, slots: bool = False, kw_only: bool = False, eq: bool = True, order: bool = False
    ) -> Callable[[type], type]:
        """As `dataclasses.dataclass`, but that nothing stops who sets an attribute of a frozen object."""
        make = dataclasses.dataclass(repr=False, eq=False, slots=slots, kw_only=kw_only)

        def decorate(cls: type) -> type:
            own = {name for name in ("__repr__", "__eq__", "__hash__") if cls.__dict__.get(name) is not None}
            made = make(cls)
            for name, method in _methods(made, frozen=frozen, eq=eq, order=order).items():
                if name not in own:
                    setattr(made, name, method)
            return made

        return decorate


__all__ = ["dataclass"]


def _methods(cls: Any, *, frozen: bool, eq: bool, order: bool) -> dict[str, Any]:
    methods: dict[str, Any] = {"__repr__": _shown}
    if not eq:
        return methods
    fields = dataclasses.fields(cls)
    values = _getter([field.name for field in fields if field.compare])
    key = _getter([field.name for field in fields if (field.compare if field.hash is None else field.hash)])

    def equal(self: Any, other: object) -> Any:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def less(self: Any, other: object) -> Any:
        return values(self) < values(other) if other.__class__ is self.__class__ else NotImplemented

    methods["__eq__"] = equal
    methods["__hash__"] = (lambda self: hash(key(self))) if frozen else None
    if order:
        methods["__lt__"] = less
    return methods


def _getter(names: list[str]) -> Callable[[Any], Any]:
    """What takes the values of these fields of an object: a tuple, or the value of the only one."""
    return attrgetter(*names) if names else lambda _: ()


def _shown(self: Any) -> str:
    shown = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
    return f"{type(self).__qualname__}({shown})"
