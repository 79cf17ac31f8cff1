"""One syntax tree for all projects that see a file."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from looplint.model.source import Source, SourceError
from looplint.project.parsed import Parsed

FILE = Path("/a/b.py")


def source(text: str, shown: str = "b.py") -> Source:
    return Source.from_bytes(text.encode(), shown)


def test_another_project_has_facts_of_its_own_over_the_same_tree() -> None:
    parsed = Parsed()
    first = parsed.facts(source("def f(): f()"), "a.b", FILE, is_package=False)
    assert [call.lineno for call in first.calls] == [1]
    second = parsed.facts(source("def f(): f()", "shown"), "b", FILE, is_package=True)
    assert second.tree is first.tree
    assert second.calls is first.calls
    assert (second.source.path, second.module_name, second.is_package, second.file) == ("shown", "b", True, FILE)
    assert [f.dotted for f in (*first.functions, *second.functions)] == ["a.b.f", "b.f"]
    assert [facts.resolve(facts.calls[0].func) for facts in (first, second)] == ["a.b.f", "b.f"]
    parsed.give_up(first)
    assert [f.dotted for f in second.functions] == ["b.f"]
    assert second.parent(second.calls[0].func) is second.calls[0]


def test_another_text_is_parsed() -> None:
    parsed = Parsed()
    first = parsed.facts(source("x = 1"), "b", FILE, is_package=False)
    second = parsed.facts(source("x = 2"), "b", FILE, is_package=False)
    assert ast.unparse(second.tree) == "x = 2"
    assert second.tree is not first.tree
    assert parsed.holds(source("x = 2"), FILE)
    assert not parsed.holds(source("x = 1"), FILE)
    assert not parsed.holds(source("x = 2"), Path("/a/c.py"))
    with pytest.raises(SourceError):
        parsed.facts(source("x ="), "b", FILE, is_package=False)


def test_each_tree_counts_once_until_nobody_needs_it() -> None:
    parsed = Parsed()
    first = parsed.facts(source("x = 1"), "b", FILE, is_package=False)
    second = parsed.facts(source("x = 1"), "a.b", FILE, is_package=False)
    other = parsed.facts(source("y"), "c", Path("/a/c.py"), is_package=False)
    assert parsed.size == 6
    parsed.give_up(first)
    assert parsed.size == 6
    assert parsed.holds(source("x = 1"), FILE)
    parsed.give_up(second)
    assert not parsed.holds(source("x = 1"), FILE)
    parsed.drop(other)
    assert parsed.size == 0
    assert vars(other)


def test_a_text_without_a_file_is_nobody_elses() -> None:
    parsed = Parsed()
    nameless = parsed.facts(source("x = 1"), "", None, is_package=False)
    parsed.give_up(nameless)
    assert (parsed.size, vars(nameless)) == (0, {})
