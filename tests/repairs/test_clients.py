from __future__ import annotations

import ast

import pytest
from support.edited import LAYOUTS, edited, expression, parse

from looplint.model.edits import IMPOSSIBLE
from looplint.repairs.clients import to_thread, without_await

HEAD = "import asyncio\n\n\nasync def use(c, x, k):\n"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    return await c.ping()\n", "    return await asyncio.to_thread(c.ping)\n"),
        ("    return await c.ping(\n    )\n", "    return await asyncio.to_thread(c.ping)\n"),
        ("    return await c.get(x, k=1)\n", "    return await asyncio.to_thread(c.get, x, k=1)\n"),
        ("    return await c.get(*x, **k)\n", "    return await asyncio.to_thread(c.get, *x, **k)\n"),
        ("    return await c.get(**k)\n", "    return await asyncio.to_thread(c.get, **k)\n"),
        ("    return await c.get((x), 1)\n", "    return await asyncio.to_thread(c.get, (x), 1)\n"),
        ("    return await c.get(i for i in x)\n", "    return await asyncio.to_thread(c.get, (i for i in x))\n"),
        ("    return await c[x].get(k)\n", "    return await asyncio.to_thread(c[x].get, k)\n"),
        (
            "    return await c.get(  # why\n        x,\n        k=1,\n    )\n",
            "    return await asyncio.to_thread(  # why\n        c.get,\n        x,\n        k=1,\n    )\n",
        ),
        (
            "    return await c.get(x,\n                       k)\n",
            "    return await asyncio.to_thread(c.get, x,\n                       k)\n",
        ),
        (
            "    return await c.get(\n        (\n            x\n        ),\n    )\n",
            "    return await asyncio.to_thread(\n        c.get,\n        (\n            x\n        ),\n    )\n",
        ),
    ],
)
def test_in_a_thread(layout: str, before: str, after: str) -> None:
    module = parse(LAYOUTS[layout](HEAD + before))
    node = module.facts.awaits[0].value
    assert isinstance(node, ast.Call)
    assert edited(module, to_thread(module, node)) == LAYOUTS[layout](HEAD + after)


def test_the_import_comes_with_it() -> None:
    module = parse('"""Doc."""\n\nimport queue\n\n\nasync def use(c):\n    await c.get()\n')
    node = expression(module, "c.get()")
    assert isinstance(node, ast.Call)
    assert b"import asyncio\nimport queue\n" in edited(module, to_thread(module, node))


@pytest.mark.parametrize(
    "text", ["    await (c\n        .get)(x)\n", "    await c.get  (x)\n", "    await (c.get)(x)\n"]
)
def test_callables_in_an_odd_layout_stay(text: str) -> None:
    module = parse(HEAD + text)
    node = module.facts.awaits[0].value
    assert isinstance(node, ast.Call)
    assert IMPOSSIBLE[0] in to_thread(module, node)


def test_await_taken_away() -> None:
    module = parse(HEAD + "    await c.set()\n")
    assert edited(module, without_await(module, module.facts.awaits[0])).endswith(b"    c.set()\n")
    assert without_await(module, module.facts.awaits[0].value) == IMPOSSIBLE
    assert without_await(module, None) == IMPOSSIBLE
