"""The libcst twin of every node: same places, same text, on real and awkward code."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import looplint
from looplint.model.facts import Facts
from looplint.model.module import Module
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
    found = module("x = 1\n\fdef f(): pass\n")
    assert not found.editable
    assert found.text[slice(*found.report_span(found.facts.functions[0].node))] == "f"


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
