"""Whether pytest certainly looks for a fixture to fill a parameter of a test or fixture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.project.code.parameters import parametrized
from looplint.project.code.patching import injecting_call
from looplint.project.running.marks import marks_of
from looplint.project.running.runner import keeps_what_it_decorates
from looplint.project.running.usage import is_collected
from looplint.project.running.who import Family

if TYPE_CHECKING:
    import ast

    from looplint.model.definitions import Decorator, Function
    from looplint.project.questions import Project

_SKIPS = ("skip", "xfail")


def required_parameter(function: Function, name: str) -> ast.arg | None:
    """The parameter of that name, unless it has a default value: pytest leaves that alone."""
    if name not in function.parameters or function.outer is not None:
        return None
    a = function.node.args
    positional = [*a.posonlyargs, *a.args]
    required = positional[: len(positional) - len(a.defaults)]
    required += [p for p, default in zip(a.kwonlyargs, a.kw_defaults, strict=True) if default is None]
    return next((p for p in required if p.arg == name), None)


def is_filled_by_fixtures(project: Project, function: Function, name: str) -> bool:
    """Does pytest certainly look for a fixture for the parameter of that name of a test or fixture?"""
    if function.cls is not None and project.family(function.cls) is not Family.PYTEST:
        return False
    if not all(_is_harmless(project, function, decorator) for decorator in function.decorators):
        return False
    if function.fixture is not None:
        return function.cls is None or project.leads_to_tests(function.cls)
    if not is_set_up(project, function):
        return False
    return name not in parametrized(function) and injecting_call(function, name) is None


def is_set_up(project: Project, test: Function) -> bool:
    """Is it a test that is set up at all?"""
    return is_collected(project, test) and not any(mark in _SKIPS for _, mark in marks_of(project, test))


def _is_harmless(project: Project, function: Function, decorator: Decorator) -> bool:
    if function.fixture is not None and decorator is function.fixture.decorator:
        return True
    return keeps_what_it_decorates(project, function.facts, decorator)
