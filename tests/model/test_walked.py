"""The one walk over a tree finds what a plain walk finds."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import looplint
from looplint.model.nodes import below
from looplint.model.walked import Walked

EVERYTHING = '''\
"""doc"""
import a.b as c, d
from . import e as f
from .g import *
@deco(1)
class A(B, metaclass=M, **k):
    x: int = 1
    (y): str
    @property
    def m(self, a, /, b: int = 1, *c, d, e=2, **f) -> "int":
        global g
        return lambda p, q=1: (yield)
    async def n(self):
        nonlocal_ = 1
        def inner():
            nonlocal nonlocal_
        async with a as b, c: await d
        async for i in j: pass
        else: yield
        return [k async for k in l if m if n]
    del a, b[0], c.d
for a, (b, *c) in d: break
else: a += 1
while not a: continue
if a: pass
elif b and c or -d: pass
else: raise E from f
try: assert a, b
except (E, F) as g: raise
except: pass
else: a = b = c
finally: a[1:2, ::3] = {1: 2, **d}
with (open(a)) as b: print(f"{a!r:>{b}} {c}", *d, e=1, **f)
a = {1, 2} | {x: y for x, y in z} | {x for x in y} | set(x for x in y)
b = 1 < 2 <= 3 != 4 is None not in ()
c = (d := 5) if 1j else ...
match a:
    case 1 | "x" | None: pass
    case [b, *c, _]: pass
    case {"k": v, **rest} if w: pass
    case P(1, q=r) as s: pass
    case t.u: pass
'''
NEWER = {
    (3, 11): "try: a\nexcept* E as f: b\n",
    (3, 12): "type X[T: int, *U, **V] = T\ndef f[T](a: T): ...\nclass G[T]: ...\n",
    (3, 13): "type X[T = int] = T\n",
    (3, 14): "t'{a!r:>{b}} {c}'\n",
}


def texts() -> list[str]:
    package = Path(looplint.__file__).parent
    newer = [text for version, text in NEWER.items() if sys.version_info >= version]
    return [EVERYTHING, *newer, *(file.read_text(encoding="utf-8") for file in sorted(package.rglob("*.py"))[::7])]


def plain_walk(tree: ast.Module) -> dict[ast.AST, ast.AST]:
    shared = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)
    pairs = ((child, node) for node in ast.walk(tree) for child in ast.iter_child_nodes(node))
    return {child: node for child, node in pairs if not isinstance(child, shared)}


@pytest.mark.parametrize("text", texts())
def test_every_node_is_found_once_with_its_parent(text: str) -> None:
    tree = ast.parse(text)
    walked = Walked(tree)
    parents = plain_walk(tree)
    for kind in {type(node) for node in parents if hasattr(node, "lineno")}:
        found = walked.nodes(kind)
        assert len(found) == len(set(found))
        assert set(found) == {node for node in parents if type(node) is kind}
    for node, parent in parents.items():
        assert walked.parent(node) is parent
    assert walked.parent(tree) is None


@pytest.mark.parametrize("text", texts())
def test_nodes_are_in_source_order_and_outer_ones_first(text: str) -> None:
    walked = Walked(ast.parse(text))
    for kinds in [(ast.Call,), (ast.Attribute,), (ast.BinOp,), (ast.Call, ast.Attribute, ast.Name), (ast.Tuple,)]:
        found = [
            place(node)
            for node in walked.nodes(*kinds)
            if not any(isinstance(up, ast.JoinedStr) for up in walked.parents(node))  # Python 3.11 misplaces these
        ]
        assert found == sorted(found)


def place(node: ast.AST) -> tuple[int, int, int, int]:
    assert isinstance(node, ast.expr)
    return node.lineno, node.col_offset, -(node.end_lineno or 0), -(node.end_col_offset or 0)


@pytest.mark.parametrize("text", texts())
def test_the_nodes_within_a_def_are_those_below_it(text: str) -> None:
    walked = Walked(ast.parse(text))
    tops: list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef] = [*walked.nodes(ast.FunctionDef)]
    tops += [*walked.nodes(ast.AsyncFunctionDef), *walked.nodes(ast.ClassDef)]
    for top in tops:
        found = walked.within(top, ast.Name, ast.Attribute, ast.Constant)
        assert set(found) == {n for n in below(top) if isinstance(n, (ast.Name, ast.Attribute, ast.Constant))}
        assert walked.within(top, ast.Call) == [node for node in walked.nodes(ast.Call) if top in walked.parents(node)]


@pytest.mark.parametrize("text", texts())
def test_imports_are_found_without_the_walk_as_with_it(text: str) -> None:
    quick, walked = Walked(ast.parse(text)), Walked(ast.parse(text))
    walked.nodes(ast.Call)
    first, second = (
        [ast.dump(n, include_attributes=True) for n in (*a, *b)] for a, b in (quick.imports, walked.imports)
    )
    assert first == second
    assert walked.imports == (walked.nodes(ast.Import), walked.nodes(ast.ImportFrom))
