"""Mocks that no code under test can call: the test says that they are not called, or keeps them for itself."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import Function
from looplint.project.code.occurrences import names_in, stations
from looplint.project.code.values import CALLED

if TYPE_CHECKING:
    from looplint.project.code.occurrences import Path
    from looplint.project.code.values import Name
    from looplint.project.mocks.mocks import Knowledge

_MADE = ("constructor", "autospec")


def is_untouched(known: Knowledge, path: Path) -> bool:
    """Can nothing but the test itself call the mock at a path?"""
    return is_denied(known, path) or is_kept(known, path)


def is_denied(known: Knowledge, path: Path) -> bool:
    """Does the test say that the mock at a path is not called, or a call on the way to it?"""
    ways = [path[:index] for index, step in enumerate(path) if step == CALLED]
    return any(way in known.never_called for way in (*ways, path))


def is_kept(known: Knowledge, path: Path) -> bool:
    """Is it made under a local name, and neither it nor anything that leads to the path ever handed on?

    Such a mock is left over: the test sets it up, and no code under test ever sees it.
    """
    root = known.root
    up = root.origin.facts.parent(root.origin.node)
    if root.via not in _MADE or known.leaves or not known.names or not isinstance(up, (ast.Assign, ast.AnnAssign)):
        return False
    targets = up.targets if isinstance(up, ast.Assign) else [up.target]
    if not all(isinstance(target, ast.Name) for target in targets):
        return False
    return all(_is_kept_under(name, path) for name in known.names)


def _is_kept_under(name: Name, path: Path) -> bool:
    """Does a function only set up, and ask about, what one of its local names spells?"""
    owner = name.owner
    if not isinstance(owner, Function) or "." in name.text or name.text in owner.parameters:
        return False
    if name.text not in owner.facts.scope(owner.node).names:
        return False
    for node in names_in(owner, name.text):
        if isinstance(node.ctx, ast.Load):
            last = list(stations(owner.facts, node, name.path))[-1]
            is_set = isinstance(getattr(last.node, "ctx", None), ast.Store)
            if last.api is None and not is_set and last.path == path[: len(last.path)]:
                return False
    return True
