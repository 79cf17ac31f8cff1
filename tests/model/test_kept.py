from __future__ import annotations

from typing import TYPE_CHECKING

from model.test_names import parse

from looplint.model.kept import kept_by_file, kept_by_part

if TYPE_CHECKING:
    from looplint.model.definitions import Function
    from looplint.model.facts import Facts

asked: list[str] = []


@kept_by_file
def first_class(facts: Facts) -> str | None:
    """The first class."""
    asked.append("file")
    return next((cls.name for cls in facts.classes), None)


@kept_by_part
def first_parameter(function: Function) -> str | None:
    """The first parameter."""
    asked.append(function.name)
    return next(iter(function.parameters), None)


def test_computed_once_for_each_file() -> None:
    one, other = parse("class A: ..."), parse("x = 1")
    asked.clear()
    assert [first_class(one), first_class(one)] == ["A", "A"]
    assert [first_class(other), first_class(other)] == [None, None]
    assert asked == ["file", "file"]


def test_computed_once_for_each_part() -> None:
    f, g = parse("def f(a): ...\ndef g(): ...").functions
    asked.clear()
    assert [first_parameter(part) for part in (f, g, f, g)] == ["a", None, "a", None]
    assert asked == ["f", "g"]


def test_it_looks_like_what_it_keeps() -> None:
    assert first_class.__name__ == "first_class"
    assert first_class.__doc__ == "The first class."
