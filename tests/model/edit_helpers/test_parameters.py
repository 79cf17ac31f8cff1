from __future__ import annotations

import ast
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.edited import check, edited, parse

from looplint.model.edits import IMPOSSIBLE, add_parameter, drop_parameter

DROPPED = [
    ("loop", ""),
    (" loop, ", ""),
    ("self, loop", "self"),
    ("loop, b", "b"),
    ("a, loop, b", "a, b"),
    ("a, loop: Loop = (None), b=1", "a, b=1"),
    ("a, loop: 'é' = f(1, 2), *, b", "a, *, b"),
    ("a, *, loop", "a"),
    ("a, *, loop, b", "a, *, b"),
    ("*, loop=1", ""),
    ("a, *loop, b", "a, *, b"),
    ("a, *loop: int, b", "a, *, b"),
    ("a, *loop, **b", "a, **b"),
    ("a, **loop", "a"),
    ("loop, /, b", "b"),
    ("a, loop, /", "a, /"),
    ("loop, /", ""),
    ("a, /, loop", "a, /"),
    ("a, /, *, loop", "a, /"),
    ("\n    a,\n    loop,  # l\n    b,\n", "\n    a,\n    b,\n"),
    ("\n    a,\n    # about\n    loop: X = 1\n", "\n    a,\n    # about\n"),
    ("\n    a,\n    *,\n    loop,\n", "\n    a,\n"),
    ("a,\n    loop", "a"),
    ("a,  # a\n    loop", "a,  # a\n    "),
    ("a, loop,", "a,"),
    ("loop  # /\n", "  # /\n"),
]


def framed(parameters: str) -> str:
    return f"class A:\n    @d\n    async def f({parameters}) -> None:\n        loop()\n"


@pytest.mark.parametrize(("before", "after"), DROPPED)
def test_a_parameter_is_dropped(before: str, after: str) -> None:
    check(framed(before), framed(after), lambda module: drop_parameter(module, module.facts.functions[0], "loop"))


def test_there_is_no_such_parameter() -> None:
    module = parse("def f(a): ...\n")
    assert drop_parameter(module, module.facts.functions[0], "loop") == IMPOSSIBLE
    assert drop_parameter(module, module.facts.functions[0].node, "*") == IMPOSSIBLE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "new"),
        ("self", "self, new"),
        ("a, b=1", "a, new, b=1"),
        ("a, *b", "a, new, *b"),
        ("a, *, b", "a, new, *, b"),
        ("**k", "new, **k"),
        ("a, /", "a, /, new"),
        ("a, /, b=1", "a, /, new, b=1"),
        ("\n    a,\n    b,  # b\n", "\n    a,\n    b,  # b\n    new,\n"),
        ("\n    a,\n    *,\n    b\n", "\n    a,\n    new,\n    *,\n    b\n"),
        ("new", "new"),
    ],
)
def test_a_parameter_is_added(before: str, after: str) -> None:
    check(framed(before), framed(after), lambda module: add_parameter(module, module.facts.functions[0], "new"))
    check(framed(after), framed(after), lambda module: add_parameter(module, module.facts.functions[0], "new"))


def test_an_annotated_parameter_is_added() -> None:
    check(framed("a"), framed("a, b: é"), lambda module: add_parameter(module, module.facts.functions[0], "b: é"))


def test_no_parameter_goes_behind_positional_only_defaults() -> None:
    module = parse("def f(a=1, /): ...\n")
    assert add_parameter(module, module.facts.functions[0], "b") == IMPOSSIBLE


WHOLE = [("def  f ( loop ) : ...\n", "def  f (  ) : ...\n"), ("def f(loop=(lambda: 0)): ...\n", "def f(): ...\n")]
if sys.version_info >= (3, 12):
    WHOLE.append(("def f[T: (int, str), *Ts](loop: T, a): ...\n", "def f[T: (int, str), *Ts](a): ...\n"))


@pytest.mark.parametrize(("before", "after"), WHOLE)
def test_the_right_parenthesis_is_found(before: str, after: str) -> None:
    check(before, after.replace("(  )", "()"), lambda module: drop_parameter(module, module.facts.functions[0], "loop"))


parts = st.builds(
    lambda annotation, default: annotation + default,
    st.sampled_from(["", ": int", ": (int)", ": dict[a, b]"]),
    st.sampled_from(["", " = 1", "=(2)", "=f(x, *y)", " = ((3))  # /,*(\n"]),
)
separators = st.sampled_from([", ", ",", ",\n    ", ",  # c,*\n    ", "\n    , "])
signatures = st.builds(
    lambda names, marks, seps, end: (
        "".join(n + m + s for n, m, s in zip(names, marks, seps, strict=False))[: -len(seps[len(names) - 1])] + end
    ),
    st.lists(st.sampled_from(["a", "b", "c", "*args", "**kw", "*", "/"]), min_size=1, max_size=5, unique=True),
    st.lists(parts, min_size=5, max_size=5),
    st.lists(separators, min_size=5, max_size=5),
    st.sampled_from(["", ",", "\n", ",  # end\n"]),
)


@given(signatures, st.data())
def test_the_others_are_left(signature: str, data: st.DataObject) -> None:
    text = f"def f({signature}\n):\n    pass\n"
    try:
        ast.parse(text)
    except SyntaxError:
        return
    module = parse(text)
    function = module.facts.functions[0]
    if not function.parameters:
        return
    name = data.draw(st.sampled_from(function.parameters))
    after = parse(edited(module, drop_parameter(module, function, name))).facts.functions[0]
    assert after.parameters == tuple(p for p in function.parameters if p != name)
    kept, expected = (
        {
            p.arg: (field, ast.dump(p))
            for field in ("posonlyargs", "args", "kwonlyargs")
            for p in getattr(f.node.args, field)
        }
        for f in (after, function)
    )
    expected.pop(name, None)
    assert kept == expected
    assert [ast.dump(d) for d in after.node.args.defaults if d] == [
        ast.dump(d)
        for p, d in reversed(
            list(
                zip(
                    reversed([*function.node.args.posonlyargs, *function.node.args.args]),
                    reversed(function.node.args.defaults),
                    strict=False,
                )
            )
        )
        if p.arg != name
    ]


@given(signatures)
def test_added_is_added_once(signature: str) -> None:
    text = f"def f({signature}\n):\n    pass\n"
    try:
        ast.parse(text)
    except SyntaxError:
        return
    module = parse(text)
    edits = add_parameter(module, module.facts.functions[0], "new")
    if edits == IMPOSSIBLE:
        return
    after = parse(edited(module, edits))
    assert sorted(after.facts.functions[0].parameters) == sorted((*module.facts.functions[0].parameters, "new"))
    assert add_parameter(after, after.facts.functions[0], "new") == ()
    again = drop_parameter(after, after.facts.functions[0], "new")
    assert ast.dump(parse(edited(after, again)).facts.tree) == ast.dump(module.facts.tree)
