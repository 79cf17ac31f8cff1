"""Tests and steps that are themselves the place of a conflict of `knowledge.conflicts`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import constant, keyword
from looplint.project.running.fixtures import find_fixture
from looplint.project.running.marks import marks_of
from looplint.project.running.usage import is_collected, is_meant_for_pytest
from looplint.project.running.who import Who

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from looplint.model.definitions import Decorator, Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_HTTP_MOCKS = frozenset({"httpx_mock", "respx_mock"})
_TRANSACTIONAL = frozenset({"transactional_db", "live_server", "django_db_reset_sequences"})
_STEPS = frozenset(
    f"pytest_bdd.{module}{name}" for module in ("", "steps.") for name in ("given", "when", "then", "step")
)
_WRITES = frozenset(
    {"acreate", "asave", "adelete", "aupdate", "abulk_create", "abulk_update", "aget_or_create", "aupdate_or_create"}
)
"""The writing methods of Django's async ORM (https://docs.djangoproject.com/en/stable/topics/async/)."""


def two_http_mocks(project: Project, facts: Facts) -> Iterator[Function]:
    """Tests that get both the fixture of pytest-httpx and the one of respx."""
    for function in facts.functions:
        if not _HTTP_MOCKS.issubset(function.parameters) or not is_collected(project, function):
            continue
        if all(find_fixture(project, name, function, facts) is None for name in _HTTP_MOCKS):
            yield function


def async_steps(project: Project, facts: Facts) -> Iterator[Function]:
    """Coroutine functions that pytest-bdd gets as steps: nothing stands between the step and the def."""
    if not (project.versions.declared("pytest-bdd") or project.versions.locked("pytest-bdd")):
        return
    for function in facts.functions:
        steps = bool(function.decorators) and all(d.name in _STEPS for d in function.decorators)
        if steps and function.is_async and not function.is_generator:
            yield function


def unrolled_back(project: Project, facts: Facts) -> Iterator[Function]:
    """Async tests with `django_db`, but without transactions, that write through the async ORM themselves."""
    for function in facts.functions:
        if not function.is_async or not _TRANSACTIONAL.isdisjoint(function.parameters) or not _writes(function):
            continue
        mark = django_mark(project, function)
        if mark is None or _has_transaction(mark) or not is_collected(project, function):
            continue
        if is_meant_for_pytest(project, function) and project.runner(function).who is Who.PYTEST_ASYNCIO:
            yield function


def django_mark(project: Project, function: Function) -> Decorator | None:
    """The mark `django_db` that counts for a test."""
    return next((decorator for decorator, mark in marks_of(project, function) if mark == "django_db"), None)


def _has_transaction(mark: Decorator) -> bool:
    if mark.call is None:
        return False
    if mark.call.args or any(k.arg is None for k in mark.call.keywords):
        return True
    given = keyword(mark.call, "transaction")
    serves = keyword(mark.call, "reset_sequences") or keyword(mark.call, "databases")
    return serves is not None or (given is not None and constant(given) is not False)


def _writes(function: Function) -> bool:
    """Does the test await a writing method of a manager (`X.objects.acreate(...)`)?"""
    calls = (node.value for node in function.walk() if isinstance(node, ast.Await) and isinstance(node.value, ast.Call))
    return any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr in _WRITES
        and ".objects" in ast.unparse(call.func.value)
        for call in calls
    )


CONFLICTING_TESTS: dict[str, tuple[tuple[bytes, ...], Callable[[Project, Facts], Iterator[Function]]]] = {
    "respx-and-httpx-mock": ((b"httpx_mock",), two_http_mocks),
    "bdd-async-steps": ((b"pytest_bdd",), async_steps),
    "django-async-no-rollback": ((b"django_db",), unrolled_back),
}
"""Id of a conflict that is told at a test or step -> words without which no file has one, and those of a file."""
