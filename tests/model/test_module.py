"""The libcst twin of every node: same places, same text, on real and awkward code."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import looplint
from looplint.model.edits import IMPOSSIBLE, import_edits, set_keyword
from looplint.model.facts import Facts
from looplint.model.module import Module
from looplint.model.nodes import NoTwin
from looplint.model.source import Source

OWN = sorted(Path(looplint.__file__).parent.rglob("*.py"))


def module(text: str) -> Module:
    return Module.parse(Source.from_bytes(text.encode(), "x.py"))


@pytest.mark.parametrize("path", OWN, ids=lambda p: p.stem)
def test_calls_and_defs_of_our_own_code_have_a_twin_at_their_place(path: Path) -> None:
    source = Source.read(str(path))
    found = Module(Facts.parse(source))
    assert found.editable
    for call in found.facts.calls:
        assert found.cst_span(found.node(call)) == found.span(call)
    for function in found.facts.functions:
        start, end = found.report_span(function.node)
        assert found.text[start:end] == function.name


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("prefix", ["", "\ufeff", "# é\n", "x = 'é'; "])
@pytest.mark.parametrize("indent", ["    ", "\t"])
def test_places_survive_newlines_marks_and_indents(newline: str, prefix: str, indent: str) -> None:
    text = f"{prefix}a = 1\nasync def ü(x):\n{indent}return await x.y('é', (z)(1))\n".replace("\n", newline)
    found = module(text)
    assert found.editable
    texts = [found.text_of(call) for call in found.facts.calls]
    assert texts == ["x.y('é', (z)(1))", "(z)(1)"]
    for call in found.facts.calls:
        assert found.cst_span(found.node(call)) == found.span(call)
    assert found.text[slice(*found.report_span(found.facts.functions[0].node))] == "ü"


def test_a_file_that_libcst_changes_is_not_editable_but_has_places() -> None:
    found = module("x = 1\n\fdef f(): pass\nclass a: pass\nasync def \\\n  \ufb01(): pass\n")
    assert not found.editable
    spans = [found.report_span(node) for node in found.facts.tree.body[1:]]
    named = [(found.text[start:end], found.text[end]) for start, end in spans]
    assert named == [
        ("f", "("),
        ("a", ":"),
        ("\ufb01", "("),
    ]


REFUSED = ["(x): int = 1", "def g(a, b): return(a if a else b)", "def g(a): return((lambda: a))", "a" + " + a" * 900]


@pytest.mark.parametrize("line", REFUSED, ids=lambda line: line[:40])
def test_a_file_that_libcst_refuses_is_not_editable_but_has_places(line: str) -> None:
    found = module(f"{line}\nasync def f():\n    await h(1)\n")
    assert not found.editable
    assert found.text[slice(*found.report_span(found.facts.functions[-1].node))] == "f"
    assert found.text[slice(*found.report_span(found.facts.awaits[0]))] == "await h(1)"
    with pytest.raises(NoTwin):
        found.node(found.facts.calls[-1])
    assert set_keyword(found, found.facts.calls[-1], "k", "1") == IMPOSSIBLE
    assert import_edits(found, "pytest_asyncio") == ("pytest_asyncio", IMPOSSIBLE)


def test_a_node_without_twin_is_reported_where_ast_has_it() -> None:
    found = module("x = a[b, c]\n")
    pair = next(node for node in ast.walk(found.facts.tree) if isinstance(node, ast.Tuple))
    assert found.editable
    assert found.text[slice(*found.report_span(pair))] == "b, c"


@pytest.mark.parametrize("text", ["x = 1\r", "def f():\r    x()\r\r    y()\r\r", "f(\r    1,\r)\r# c\r"])
def test_carriage_returns_are_newlines(text: str) -> None:
    found = module(text)
    assert found.editable
    for call in found.facts.calls:
        assert found.cst_span(found.node(call)) == found.span(call)


@given(st.lists(st.sampled_from(["", "\f", "\f\f"]), min_size=6, max_size=6))
def test_places_survive_form_feeds_that_libcst_drops(feeds: list[str]) -> None:
    # libcst refuses one in the row that begins a block.
    rows = ("@a()", "def f():\n    '\f'; x(1)", "    if y:\n        z(2)", "    # c", "", "w(3)")
    found = module("".join(f"{feed}{row}\n" for feed, row in zip(feeds, rows, strict=True)))
    for call in found.facts.calls:
        assert found.cst_span(found.node(call)) == found.span(call)
        assert found.text[slice(*found.cst.outer[found.node(call)])] == found.text_of(call)


def test_no_twin_is_a_key_error() -> None:
    found = module("f(1)\n")
    ghost = ast.parse("        f(1)".strip(), mode="eval").body
    ghost.col_offset = 2
    with pytest.raises(KeyError):
        found.node(ghost)


_WORDS = st.sampled_from(["a", "b.c", "f(x)", "(y)", "await_", "[1, 2]", "{'k': g()}", "h(i)(j)", "(lambda: k())"])


@given(st.lists(st.tuples(_WORDS, _WORDS), min_size=1, max_size=6), st.sampled_from([" + ", " if x else ", ", "]))
def test_every_call_has_its_twin(pairs: list[tuple[str, str]], glue: str) -> None:
    lines = [f"v = ({one}{glue if glue != ' if x else ' else ' if x else '}{two})" for one, two in pairs]
    found = module("\n".join(lines) + "\n")
    for call in found.facts.calls:
        assert found.cst_span(found.node(call)) == found.span(call)
