"""The quick walk gives what `ast.walk` gives."""

from __future__ import annotations

import ast
from pathlib import Path

import looplint
from looplint.model.nodes import below

SHARED = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)


def test_all_nodes_below_parents_first() -> None:
    for file in sorted(Path(looplint.__file__).parent.rglob("*.py"))[::9]:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        found = list(below(tree))
        assert len(found) == len(set(found))
        assert set(found) == {node for node in ast.walk(tree) if not isinstance(node, SHARED)}
        order = {node: number for number, node in enumerate(found)}
        assert all(
            order[node] < order[child]
            for node in found
            for child in ast.iter_child_nodes(node)
            if not isinstance(child, SHARED)
        )


def test_one_definition() -> None:
    tree = ast.parse("x = 1\ndef f(a=b): return {**c}")
    names = [node.id for node in below(tree.body[1]) if isinstance(node, ast.Name)]
    assert sorted(names) == ["b", "c"]
