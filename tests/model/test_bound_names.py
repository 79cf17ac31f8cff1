"""Names that may stand for dotted names, and names that only the module binds."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from model.test_names import parse

if TYPE_CHECKING:
    from looplint.model.facts import Facts


def resolved(facts: Facts, text: str) -> list[str | None]:
    nodes = [node for node in facts.nodes(ast.Name, ast.Attribute) if ast.unparse(node) == text]
    return [facts.resolve(node) for node in nodes if isinstance(node, ast.expr)]


def test_local_variables_stand_for_nothing() -> None:
    facts = parse("def f(p):\n    x = g()\n    x.a()\n    p.a()\n")
    assert resolved(facts, "x.a") == [None]
    assert resolved(facts, "p.a") == [None]


def test_imports_of_the_module_wherever_they_are_read() -> None:
    facts = parse("import os.path as p\ndef f():\n    def g():\n        return [p.x for _ in p.x]\n    p.x\n")
    assert set(resolved(facts, "p.x")) == {"os.path.x"}


@pytest.mark.parametrize(
    "body",
    [
        "def f(os):\n    os.x\n",
        "def f():\n    os = g()\n    os.x\n",
        "def f():\n    for os in g():\n        os.x\n",
        "def f():\n    with g() as os:\n        os.x\n",
        "def f():\n    [os.x for os in g()]\n",
        "def f():\n    lambda os: os.x\n",
        "def f():\n    try:\n        g()\n    except E as os:\n        os.x\n",
        "def f(v):\n    match v:\n        case [*os]:\n            os.x\n",
        "def f(v):\n    match v:\n        case {**os}:\n            os.x\n",
        "def f(v):\n    match v:\n        case int() as os:\n            os.x\n",
        "def f():\n    def os(): ...\n    os.x\n    del os\n",
    ],
)
def test_a_name_bound_again_hides_the_import_of_the_module(body: str) -> None:
    assert resolved(parse(f"import os\n{body}"), "os.x") != ["os.x"]


def test_other_imports_hide_those_of_the_module() -> None:
    facts = parse("import a as x\ndef f():\n    import b as x\n    x.c\nx.c\n")
    assert resolved(facts, "x.c") == ["b.c", "a.c"]


def test_methods_are_no_names_of_the_module() -> None:
    facts = parse("from a import get\nclass K:\n    def get(self):\n        get()\n    other = get()\n")
    assert resolved(facts, "get") == ["a.get", "tests.unit.test_x.K.get"]


def test_aliases_in_functions() -> None:
    facts = parse(
        "import a\ndef f():\n    x = a.b\n    x.c\n    if (y := a.d):\n        y.e\n    z: object = a.g\n    z.h\n"
    )
    assert resolved(facts, "x.c") == ["a.b.c"]
    assert resolved(facts, "y.e") == ["a.d.e"]
    assert resolved(facts, "z.h") == ["a.g.h"]


def test_builtins() -> None:
    assert resolved(parse("def f():\n    print\n"), "print") == ["builtins.print"]
    assert resolved(parse("from a import *\nprint\n"), "print") == [None]
    assert resolved(parse("def f(print):\n    print.x\n"), "print.x") == [None]
