"""`async` put before statements and clauses, and taken away."""

from __future__ import annotations

import ast

import pytest
from support.edited import LAYOUTS, edited, parse

from looplint.model.edits import IMPOSSIBLE
from looplint.repairs.colours import swap_clause, swap_keyword

BLOCKS = (ast.With, ast.AsyncWith, ast.For, ast.AsyncFor)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("with a as b:", "async with a as b:"),
        ("async  with (\n        a,\n    ):", "with (\n        a,\n    ):"),
        ("for a in b:", "async for a in b:"),
        ("async for a in b:  # why", "for a in b:  # why"),
    ],
)
def test_statements(layout: str, before: str, after: str) -> None:
    module = parse(LAYOUTS[layout](f"async def f():\n    {before}\n        pass\n"))
    node = module.facts.nodes(*BLOCKS)[0]
    assert isinstance(node, BLOCKS)
    assert edited(module, swap_keyword(module, node)) == LAYOUTS[layout](f"async def f():\n    {after}\n        pass\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[a for a in b]", "[a async for a in b]"),
        ("{a: c for a, c in b}", "{a: c async for a, c in b}"),
        ("{a for (a, c) in b}", "{a async for (a, c) in b}"),
        ("[a async  for a in b]", "[a for a in b]"),
        ("sum(a async for a in b)", "sum(a for a in b)"),
    ],
)
def test_clauses(before: str, after: str) -> None:
    module = parse(f"async def f():\n    return {before}\n")
    node = module.facts.nodes(*COMPREHENSIONS)[0]
    assert isinstance(node, COMPREHENSIONS)
    edits = swap_clause(module, node.generators[0])
    assert edited(module, edits) == f"async def f():\n    return {after}\n".encode()


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    return [a for a in b]\n",
        "async def f():\n    return sum(a for a in b)\n",
        "async def f():\n    return [[a for a in b] for b in c]\n",
        "async def f():\n    return lambda: [a for a in b]\n",
        "async def f():\n    return [a for  # why\n        a in b]\n",
    ],
)
def test_clauses_that_may_not_be_async(text: str) -> None:
    module = parse(text)
    node = next(
        n
        for n in module.facts.nodes(*COMPREHENSIONS)
        if isinstance(n, COMPREHENSIONS) and "a" in ast.unparse(n.generators[0].target)
    )
    assert swap_clause(module, node.generators[0]) == IMPOSSIBLE


def test_a_statement_of_a_sync_function() -> None:
    module = parse("def f():\n    with a:\n        pass\n")
    assert swap_keyword(module, module.facts.nodes(ast.With)[0]) == IMPOSSIBLE
