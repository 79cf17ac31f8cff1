"""Where flags leave a method open, the library's own `.pyi` settles it. Runs inside a library's environment."""

from __future__ import annotations

import ast
import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from looplint.knowledge.makers.look_up import attempt

if TYPE_CHECKING:
    from looplint.knowledge.makers.classify import Verdict

OPEN = ("dual", "awaitable", "sync", "future")


def apply_stubs(members: dict[str, Verdict], class_name: str, imports: set[str]) -> None:
    """Correct `members` in place."""
    for top in sorted(imports):
        for name, is_async in _stubbed(top).get(class_name, {}).items():
            verdict = members.get(name)
            if verdict and verdict["nature"] in OPEN and verdict.get("why") != "wrapped-coroutine":
                verdict |= {"nature": "awaitable" if is_async else "sync", "why": "stub"}


@functools.cache
def _stubbed(top: str) -> dict[str, dict[str, bool]]:
    """Class -> method -> is it async, from the stubs beside loaded modules of `top`."""
    found: dict[str, dict[str, bool]] = {}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if not file or not file.endswith(".py") or name.partition(".")[0] != top:
            continue
        stub = Path(f"{file}i")
        tree = attempt(ast.parse, stub.read_text(encoding="utf-8"), default=None) if stub.exists() else None
        for cls in tree.body if tree is not None else ():
            if isinstance(cls, ast.ClassDef):
                for method in cls.body:
                    if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
                        is_async = isinstance(method, ast.AsyncFunctionDef)
                        found.setdefault(cls.name, {}).setdefault(method.name, is_async)
    return found
