"""Asyncio mark on a fixture, which pytest 9 refuses.

## What it does
Reports `@pytest.mark.asyncio` (and the marks of other runners: anyio, trio …) above or below the decorator of a fixture,
whether that is `pytest.fixture` or `pytest_asyncio.fixture`.

## Why it is bad
Marks are for tests. On a fixture they never had an effect: the mark does not make an async fixture run in strict mode.
pytest 9 no longer looks away.

## What really happens
| versions | outcome |
|---|---|
| pytest < 8 | nothing |
| pytest 8 | `PytestRemovedIn9Warning: Marks applied to fixtures have no effect` |
| pytest 9.0 | that warning is an error: none of the file's tests are collected |
| pytest >= 9.1 | `Marks cannot be applied to fixtures`: none of the file's tests are collected |

In a conftest.py the whole run stops.

## Fix
Safe: the mark goes. Where an async fixture is under `pytest.fixture` in strict mode, `plain-async-fixture` and
`plain-async-generator-fixture` report that too, and their fix drops the mark along with it.

## Exceptions
A mark that a decorator between it and the fixture may swallow.

## References
* <https://docs.pytest.org/en/stable/deprecations.html#applying-a-mark-to-a-fixture-function>
* <https://github.com/leshchenko1979/fast_bitrix24/issues/266>
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from looplint.knowledge.releases import MARK_ON_FIXTURE_ERRORS
from looplint.model.edits import settle
from looplint.project.code.mark_expressions import is_mark
from looplint.project.running.placed_marks import decorator_marks
from looplint.project.running.runner import RUNNER_MARKS
from looplint.repairs.marks import drop_mark
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity
from looplint.rules.versions import severity_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Fixture
    from looplint.model.facts import Facts
    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.running.placed_marks import PlacedMark


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Marks of runners among the decorators of fixtures."""
    for function in module.facts.functions:
        fixture = function.fixture
        if fixture is None or len(function.decorators) == 1 or function.outer is not None:
            continue
        for mark in decorator_marks(project, function):
            if mark.name in RUNNER_MARKS and _meets(project, fixture, mark):
                severity, where = severity_on(project, *MARK_ON_FIXTURE_ERRORS)
                yield RULE.finding(
                    module,
                    mark.node,
                    f"`{fixture.function.name}` is a fixture marked {mark.name}, which has no effect: {_outcome(module, fixture, where)}",
                    severity=severity,
                    fix=partial(_drop, module, mark),
                )


def _meets(project: Project, fixture: Fixture, mark: PlacedMark) -> bool:
    """Is there nothing but marks between the mark and the decorator that makes the fixture?"""
    nodes = [decorator.node for decorator in fixture.function.decorators]
    first, last = sorted((nodes.index(mark.node), nodes.index(fixture.decorator.node)))
    return all(is_mark(project, fixture.function.facts, node) for node in nodes[first + 1 : last])


def _outcome(module: Module, fixture: Fixture, where: str) -> str:
    facts = module.facts
    runs_nothing = facts.file is not None and facts.file.name == "conftest.py"
    stops = f"pytest refuses it and {'runs nothing' if runs_nothing else 'collects no test of the file'}"
    if _is_in_a_branch(facts, fixture):
        stops += " where this branch runs"
    return f"{stops}, {where}" if where else stops


def _is_in_a_branch(facts: Facts, fixture: Fixture) -> bool:
    """Is the fixture defined under an `if` or the like, often one that looks at a version?"""
    branches = (ast.If, ast.Match, ast.ExceptHandler)
    child: ast.AST = fixture.function.node
    for up in facts.parents(child):
        if isinstance(up, branches) or (isinstance(up, ast.Try) and child in up.orelse):
            return True
        child = up
    return False


def _drop(module: Module, mark: PlacedMark) -> Fix:
    edits = drop_mark(module, mark)
    return settle(Fix(message=f"drop the {mark.name} mark", applicability=Applicability.SAFE, edits=edits))


RULE = Rule(
    code="LPL305",
    name="asyncio-mark-on-fixture",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    words=(b"fixture",),
    also=(b"mark",),
    overlaps=("PT024",),
    check=check,
)
