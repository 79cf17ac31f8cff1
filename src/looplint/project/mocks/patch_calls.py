"""The attributes that a file asks `unittest.mock`, pytest-mock or monkeypatch to replace, each with its owner."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import constant, keyword
from looplint.model.records import dataclass
from looplint.project.code.patching import patch_form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts

_OF_MULTIPLE = frozenset({"target", "spec", "create", "spec_set", "autospec", "new_callable"})
"""Arguments of `patch.multiple` that are no attributes."""


@dataclass(frozen=True, slots=True, eq=False)
class PatchedName:
    """An attribute to be replaced: its name, and its owner as a dotted path or as an expression.

    `by` is the function that replaces it, as messages name it; `node` the expression that names the attribute.
    `optional` says that the attribute may be missing (`create=True`, `raising=False`).
    """

    node: ast.expr
    name: str
    by: str
    path: str | None = None
    owner: ast.expr | None = None
    optional: bool = False

    @property
    def is_monkeypatch(self) -> bool:
        """Is it pytest's monkeypatch, which has other rules for builtins and for modules?"""
        return self.by.startswith("monkeypatch")


def patched_names(facts: Facts) -> Iterator[PatchedName]:
    """Every attribute that a file replaces, in source order."""
    for call in facts.calls:
        form = patch_form(facts, call.func)
        if form is not None:
            yield from _of_patch(call, form)
        elif isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
            yield from _of_fixture(call, call.func.value.id, call.func.attr)


def _of_patch(call: ast.Call, form: str) -> Iterator[PatchedName]:
    create = keyword(call, "create")
    optional = (create is not None and constant(create) is not False) or any(k.arg is None for k in call.keywords)
    target = call.args[0] if call.args else keyword(call, "target")
    if target is None:
        return
    if form == "":
        yield from _at_path(target, "patch", optional=optional)
    elif form == "object":
        name = call.args[1] if len(call.args) > 1 else keyword(call, "attribute")
        yield from _of_owner(target, name, "patch.object", optional=optional)
    else:
        for item in call.keywords:
            if item.arg is not None and item.arg not in _OF_MULTIPLE:
                path = constant(target)
                text = path if isinstance(path, str) else None
                owner = None if text is not None else target
                yield PatchedName(item.value, item.arg, "patch.multiple", text, owner, optional)


def _of_fixture(call: ast.Call, fixture: str, method: str) -> Iterator[PatchedName]:
    """`monkeypatch.setattr`, `monkeypatch.delattr`, `mocker.spy`."""
    if fixture == "mocker" and method == "spy" and len(call.args) == 2:
        yield from _of_owner(call.args[0], call.args[1], "mocker.spy", optional=False)
    if "monkeypatch" not in fixture or method not in ("setattr", "delattr") or not call.args:
        return
    positional = 2 if method == "delattr" else 3
    raising = keyword(call, "raising")
    optional = (raising is not None and constant(raising) is not True) or len(call.args) > positional
    by = f"monkeypatch.{method}"
    if len(call.args) < positional and isinstance(constant(call.args[0]), str):
        yield from _at_path(call.args[0], by, optional=optional)
    elif len(call.args) > 1:
        yield from _of_owner(call.args[0], call.args[1], by, optional=optional)


def _at_path(node: ast.expr, by: str, *, optional: bool) -> Iterator[PatchedName]:
    text = constant(node)
    if isinstance(text, str):
        path, _, name = text.rpartition(".")
        if path and all(part.isidentifier() for part in text.split(".")):
            yield PatchedName(node, name, by, path, None, optional)


def _of_owner(owner: ast.expr, name: ast.expr | None, by: str, *, optional: bool) -> Iterator[PatchedName]:
    text = constant(name)
    if name is not None and isinstance(text, str) and text.isidentifier():
        yield PatchedName(name, text, by, None, owner, optional)
