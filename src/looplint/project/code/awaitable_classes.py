"""Classes of the project whose instances can, or cannot, be awaited."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.project.code.definitions import external_bases, mro

if TYPE_CHECKING:
    from looplint.model.definitions import Class
    from looplint.project.questions import Project

_PLAIN_BASES = frozenset(
    {
        "pydantic.BaseModel", "pydantic.main.BaseModel", "pydantic_settings.BaseSettings", "enum.Enum", "enum.IntEnum",
        "enum.StrEnum", "typing.NamedTuple", "typing.TypedDict", "sqlmodel.SQLModel", "builtins.Exception",
        "builtins.dict", "builtins.str", "builtins.int", "builtins.list", "builtins.object", "typing.Generic",
        "typing.Protocol", "abc.ABC", "typing_extensions.Protocol",
    }
)  # fmt: skip
"""Foreign bases whose instances are no awaitables."""


def never_awaitable(project: Project, cls: Class) -> bool:
    """Is an instance of a project class certainly no awaitable: no `__await__`, and no base that may have one?"""
    for owner in mro(project, cls):
        if owner is not None and _says_await(owner):
            return False
    return all(base in _PLAIN_BASES for base in external_bases(project, cls)) and not any(
        k.arg == "metaclass" for k in cls.node.keywords if not _is_abc(cls, k.value)
    )


def has_await(project: Project, cls: Class) -> bool:
    """Does a class, or a project base of it, define `__await__`?"""
    return any(owner is not None and _says_await(owner) for owner in mro(project, cls))


def _says_await(cls: Class) -> bool:
    """`def __await__`, `__await__ = __iter__`."""
    if "__await__" in cls.methods:
        return True
    targets = [target for stmt in cls.node.body if isinstance(stmt, ast.Assign) for target in stmt.targets]
    return any(isinstance(target, ast.Name) and target.id == "__await__" for target in targets)


def _is_abc(cls: Class, node: ast.expr) -> bool:
    return cls.facts.resolve(node) == "abc.ABCMeta"
