from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.edited import check, dump_of, edited, expression, parse

from looplint.model.edits import (
    IMPOSSIBLE,
    add_decorator,
    drop_decorator,
    raise_decorator,
    remove_argument,
    remove_keyword,
    set_keyword,
    set_keywords,
)

if TYPE_CHECKING:
    from looplint.model.definitions import Class, Function
    from looplint.model.finding import Edit
    from looplint.model.module import Module

ADDED = [
    ("f()", "f(k=1)"),
    ("f( )", "f(k=1 )"),
    ("f(  # c\n)", "f(k=1  # c\n)"),
    ("f(a)", "f(a, k=1)"),
    ("'é'; f(a)", "'é'; f(a, k=1)"),
    ("f((a))", "f((a), k=1)"),
    ("(f)(a)", "(f)(a, k=1)"),
    ("(f  # (\n)(a)", "(f  # (\n)(a, k=1)"),
    ("f(a,)", "f(a, k=1,)"),
    ("f(a, *b)", "f(a, *b, k=1)"),
    ("f(b=(2))", "f(b=(2), k=1)"),
    ("f(x for x in y)", "f((x for x in y), k=1)"),
    ("f((x for x in y))", "f((x for x in y), k=1)"),
    ("f(\n    a,\n    b,\n)", "f(\n    a,\n    b,\n    k=1,\n)"),
    ("f(\n    a,\n    b\n)", "f(\n    a,\n    b,\n    k=1\n)"),
    ("f(\n    a,\n    b)", "f(\n    a,\n    b,\n    k=1)"),
    ("f(\n    a,\n    b  # ,\n)", "f(\n    a,\n    b,  # ,\n    k=1\n)"),
    ("f(\n    a,  # a\n    b,  # b\n)", "f(\n    a,  # a\n    b,  # b\n    k=1,\n)"),
    ("f(\n    a, b\n)", "f(\n    a, b, k=1\n)"),
    ("f(a,\n  b)", "f(a,\n  b,\n  k=1)"),
    ("f(a\n  , b)", "f(a\n  , b, k=1)"),
    ("f({\n    1: 2,\n})", "f({\n    1: 2,\n}, k=1)"),
    ("f.g(a).h(\n    b\n)", "f.g(a).h(\n    b,\n    k=1\n)"),
    ("f(k=2)", "f(k=1)"),
    ("f(k=(2), b=3)", "f(k=(1), b=3)"),
    ("f(k = 1)", "f(k = 1)"),
]


def first_call(module: Module) -> ast.Call:
    return min(module.facts.calls, key=lambda call: (module.span(call)[0], -module.span(call)[1]))


@pytest.mark.parametrize(("before", "after"), ADDED)
def test_a_keyword_is_set(before: str, after: str) -> None:
    check(f"{before}\n", f"{after}\n", lambda module: set_keyword(module, first_call(module), "k", "1"))
    check(f"{after}\n", f"{after}\n", lambda module: set_keyword(module, first_call(module), "k", "1"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("@a\n", "@a(k=1)\n"),
        ("@a.b  # c\n", "@a.b(k=1)  # c\n"),
        ("@(a.b)\n", "@(a.b(k=1))\n"),
        ("@a[0]\n", "@a[0](k=1)\n"),
        ("@a()\n", "@a(k=1)\n"),
        ("@é.b(\n    2\n)\n", "@é.b(\n    2,\n    k=1\n)\n"),
    ],
)
def test_a_decorator_gets_a_keyword(before: str, after: str) -> None:
    end = "def f(): ...\n"
    check(
        before + end,
        after + end,
        lambda module: set_keyword(module, module.facts.functions[0].decorators[0].node, "k", "1"),
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f()", "f(j='é', k=1)"),
        ("f(a, k=2)", "f(a, k=1, j='é')"),
        ("f(k=(2), j=3)", "f(k=(1), j='é')"),
        ("f(x for x in y)", "f((x for x in y), j='é', k=1)"),
        ("f(\n    a,\n    b,\n)", "f(\n    a,\n    b,\n    j='é',\n    k=1,\n)"),
        ("f(\n    a  # a\n)", "f(\n    a,  # a\n    j='é',\n    k=1\n)"),
    ],
)
def test_several_keywords_are_set(before: str, after: str) -> None:
    values = {"j": "'é'", "k": "1"}
    check(f"{before}\n", f"{after}\n", lambda module: set_keywords(module, first_call(module), values))
    check(f"{after}\n", f"{after}\n", lambda module: set_keywords(module, first_call(module), values))


def test_a_decorator_gets_several_keywords() -> None:
    check(
        "@a\ndef f(): ...\n",
        "@a(j=2, k=1)\ndef f(): ...\n",
        lambda module: set_keywords(module, module.facts.functions[0].decorators[0].node, {"j": "2", "k": "1"}),
    )


def test_a_keyword_that_may_be_there_is_not_set() -> None:
    module = parse("f(**k)\n@(lambda f: f)\ndef g(): ...\n")
    assert set_keyword(module, first_call(module), "k", "1") == IMPOSSIBLE
    assert set_keyword(module, module.facts.functions[0].node.decorator_list[0], "k", "1") == IMPOSSIBLE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(k=1)", "f()"),
        ("f( k=1, )", "f()"),
        ("f(k=1  # c\n)", "f(  # c\n)"),
        ("f(a, k=1)", "f(a)"),
        ("f(a, k=(1), b=2)", "f(a, b=2)"),
        ("f(k=1, b=2)", "f(b=2)"),
        ("f(a, k=1,)", "f(a,)"),
        ("f((a), k=1)", "f((a))"),
        ("'é'; f(a,k=1,b=2)", "'é'; f(a,b=2)"),
        ("f(\n    a,  # a\n    k=1,  # k\n    b=2,  # b\n)", "f(\n    a,  # a\n    b=2,  # b\n)"),
        ("f(\n    a,\n    # about k\n    k=1\n)", "f(\n    a,\n    # about k\n)"),
        ("f(\n    k=g(\n        1\n    ),\n)", "f()"),
        ("f(\n    # c\n    k=1,\n)", "f(\n    # c\n    \n)"),
        ("f(a,\n  k=1)", "f(a)"),
        ("f(a,  # a\n  k=1)", "f(a,  # a\n  )"),
        ("f(k=1,\n  b=2)", "f(b=2)"),
        ("f(k=1,  # k\n  b=2)", "f(  # k\n  b=2)"),
        ("f(a, k=1,  # ak\n  b=2)", "f(a,  # ak\n  b=2)"),
        ("f(a\n  , k=1\n  , b=2)", "f(a\n  , b=2)"),
        ("f(a)", "f(a)"),
    ],
)
def test_a_keyword_is_removed(before: str, after: str) -> None:
    check(f"{before}\n", f"{after}\n", lambda module: remove_keyword(module, first_call(module), "k"))


separators = st.sampled_from([", ", ",", ",\n    ", ",  # c,(\n    ", "\n    , ", " ,\\\n"])
arguments = st.sampled_from(
    ["a", "(b)", "*c", "d=1", "e=(2)", "g(x, y)", "'é'", "(\n1)", "((h))", "{\n  1: 2}", "[(i)]"]
)
calls = st.builds(
    lambda opening, items, seps, end: opening + "".join(map("".join, zip(items, seps, strict=False))) + end,
    st.sampled_from(["f(", "f (", "f(\n    ", "(f)(  # c\n    "]),
    st.lists(arguments, min_size=1, max_size=4, unique=True),
    st.lists(separators, min_size=4, max_size=4),
    st.sampled_from([")", "\n)", "z\n)", "z)", "y=3)"]),
)


@given(calls, st.sampled_from(["\n", "\r\n"]))
def test_setting_and_removing_change_one_keyword(text: str, newline: str) -> None:
    text = (text + "\n").replace("\n", newline)
    try:
        ast.parse(text)
    except SyntaxError:
        return
    module = parse(text)
    raw = edited(module, set_keyword(module, first_call(module), "k", "1"))
    after = parse(raw)
    call = first_call(after)
    assert [k.arg for k in call.keywords] == [*[k.arg for k in first_call(module).keywords], "k"]
    assert set_keyword(after, call, "k", "1") == ()
    assert dump_of(edited(after, remove_keyword(after, call, "k"))) == ast.dump(module.facts.tree)
    for keyword in first_call(module).keywords:
        assert keyword.arg is not None
        shorter = parse(edited(module, remove_keyword(module, first_call(module), keyword.arg)))
        kept = [ast.dump(k) for k in first_call(module).keywords if k is not keyword]
        assert [ast.dump(k) for k in first_call(shorter).keywords] == kept
        assert len(first_call(shorter).args) == len(first_call(module).args)


DECORATED = [
    ("@a\ndef f(): ...\n", "def f(): ...\n"),
    ("@b\n@a  # c\ndef f(): ...\n", "@b\ndef f(): ...\n"),
    ("# c\n@a()\n# d\nasync def f(): ...\n", "# c\n# d\nasync def f(): ...\n"),
    ("class A:\n    @a(\n        1,  # )\n    )\n    @b\n    def f(): ...\n", "class A:\n    @b\n    def f(): ...\n"),
    ("@(\n    # @\n    (a)  # b\n)  # c\ndef f(): ...\n", "def f(): ...\n"),
    ("x = 1\n@ \\\n    a\nclass A: ...\n", "x = 1\nclass A: ...\n"),
    ("@a(\n    1) \\\n\n@b\ndef f(): ...\n", "@b\ndef f(): ...\n"),
]


@pytest.mark.parametrize(("before", "after"), DECORATED)
def test_a_decorator_is_dropped(before: str, after: str) -> None:
    def drop(module: Module) -> tuple[Edit, ...]:
        definitions: list[Function | Class] = [*module.facts.functions, *module.facts.classes]
        found = [d.node for definition in definitions for d in definition.decorators]
        return drop_decorator(module, next(node for node in found if module.text_of(node).startswith("a")))

    check(before, after, drop)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f(): ...\n", "@m\ndef f(): ...\n"),
        ("@a\nasync def f(): ...\n", "@a\n@m\nasync def f(): ...\n"),
        ("class A:\n    # c\n    def f(self): ...\n", "class A:\n    # c\n    @m\n    def f(self): ...\n"),
    ],
)
def test_a_decorator_is_added(before: str, after: str) -> None:
    check(before, after, lambda module: add_decorator(module, module.facts.functions[0], "@m"))
    check(after, before, lambda module: drop_decorator(module, module.facts.functions[0].decorators[-1].node))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("@a\n@b\ndef f(): ...\n", "@b\n@a\ndef f(): ...\n"),
        ("@b\n@a\ndef f(): ...\n", "@b\n@a\ndef f(): ...\n"),
        (
            "# one\n@a(\n    1\n)\n# two\n@b  # c\n@c\ndef f(): ...\n",
            "# one\n@b  # c\n@a(\n    1\n)\n# two\n@c\ndef f(): ...\n",
        ),
    ],
)
def test_a_decorator_is_raised(before: str, after: str) -> None:
    def raised(module: Module) -> tuple[Edit, ...]:
        (function,) = module.facts.functions
        return raise_decorator(module, next(d.node for d in function.decorators if module.text_of(d.node) == "b"))

    check(before, after, raised)


def test_a_class_is_decorated() -> None:
    check("class A: ...\n", "@m\nclass A: ...\n", lambda module: add_decorator(module, module.facts.classes[0], "@m"))
    check(
        "class A: ...\n", "@m\nclass A: ...\n", lambda module: add_decorator(module, module.facts.classes[0].node, "@m")
    )
    assert expression(parse("@m\nclass A: ...\n"), "m")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f(a)", "f()"),
        ("f(a, b)", "f(b)"),
        ("f(b, a)", "f(b)"),
        ("f(b, a, k=1)", "f(b, k=1)"),
        ("f(\n    b,\n    a,\n)", "f(\n    b,\n)"),
    ],
)
def test_remove_argument(text: str, expected: str) -> None:
    module = parse(text)
    call = module.facts.calls[0]
    argument = next(node for node in call.args if module.text_of(node) == "a")
    assert edited(module, remove_argument(module, call, argument)).decode() == expected
