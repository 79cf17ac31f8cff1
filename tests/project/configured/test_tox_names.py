from __future__ import annotations

import pytest

from looplint.project.configured.tox_names import MOST, divided_condition, expanded, holds, listed_names, python_of


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("py312, lint", ["py312", "lint"]),
        ("py312\nlint", ["py312", "lint"]),
        ("py{311,312}-{unit,e2e}", ["py311-unit", "py311-e2e", "py312-unit", "py312-e2e"]),
        ("py{311, 312}", ["py311", "py312"]),
        ("py3{10-12},py312", ["py310", "py311", "py312"]),
        ("{py312,}-x", ["py312-x", "-x"]),
        ("", []),
        ("{a", ["a"]),
    ],
)
def test_the_names_in_a_list(text: str, names: list[str]) -> None:
    assert listed_names(text) == names


def test_a_matrix_without_end_is_cut() -> None:
    assert len(expanded("{1-400}-{1-400}-{1-400}")) == MOST
    assert len(listed_names("{0-9}{0-9}{0-9}{0-9}{0-9}{0-9}{0-9}{0-9}")) == MOST
    assert expanded("{1-999999999}") == ("1-999999999",)


@pytest.mark.parametrize(
    ("line", "condition", "rest"),
    [
        ("py312: pytest", "py312", "pytest"),
        ("py{311,312},!lint:  pytest", "py{311,312},!lint", "pytest"),
        ("py312-e2e : pytest", "py312-e2e", "pytest"),
        ("pytest", "", "pytest"),
        ("git+https://host/x", "", "git+https://host/x"),
        ("{[base]deps}", "", "{[base]deps}"),
        ("x @ https://host/a", "", "x @ https://host/a"),
        ("C:\\x", "", "C:\\x"),
    ],
)
def test_the_condition_on_a_line(line: str, condition: str, rest: str) -> None:
    found, begin = divided_condition(line)
    assert (found, line[begin:]) == (condition, rest)


@pytest.mark.parametrize(
    ("condition", "name", "held"),
    [
        ("", "x", True),
        ("py312", "py312-unit", True),
        ("py31", "py312", False),
        ("py312-unit", "unit-x-py312", True),
        ("py312-unit", "py312", False),
        ("a,b", "b", True),
        ("!a", "b", True),
        ("!a", "a-b", False),
        ("b-!a", "a-b", False),
        ("py{311,312}", "py312", True),
    ],
)
def test_conditions_hold_by_factors(condition: str, name: str, *, held: bool) -> None:
    assert holds(condition, name) is held


@pytest.mark.parametrize(
    ("name", "python"),
    [
        ("py312", "3.12"),
        ("py3.12-unit", "3.12"),
        ("3.13", "3.13"),
        ("3.13t", "3.13"),
        ("python3.9", "3.9"),
        ("unit-py39", "3.9"),
        ("py3", None),
        ("py", None),
        ("lint", None),
        ("pypy3", None),
        ("py27", None),
    ],
)
def test_the_python_of_a_name(name: str, python: str | None) -> None:
    assert python_of(name) == python
