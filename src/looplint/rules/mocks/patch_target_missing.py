"""Patch of an attribute that the project does not define.

## What it does
Reports `patch("app.service.name")`, `patch.object(Repo, "name")`, `patch.multiple`, pytest-mock's `mocker.patch…` and `mocker.spy`, and
`monkeypatch.setattr` or `delattr`, where the module, class or object of the project has no such attribute; and attributes that a test takes
from a mock whose `spec` is a class of the project without them.

## Why it is bad
The test fails before it comes to the code that it tests. Renamed functions and moved imports leave such targets behind; where many tests
fail for many reasons, or a helper catches the error, nobody looks at the one line that is wrong.

## What really happens
| code | outcome |
|---|---|
| `patch("app.service.gone")` | `AttributeError: <module 'app.service' …> does not have the attribute 'gone'` |
| `patch("app.gone.fetch")` | `AttributeError: module 'app' has no attribute 'gone'`, or `ModuleNotFoundError` |
| `patch.object(Repo, "gone")` | `AttributeError: <class 'app.repo.Repo'> does not have the attribute 'gone'` |
| `patch.object(Repo, "session")`, which `__init__` sets | the same: the class does not have it, only its instances do |
| a name that is imported under `if TYPE_CHECKING` | the same: at run time the module does not have it |
| `monkeypatch.setattr("app.service.open", fake)` | `AttributeError`, though `patch("app.service.open")` works: only `patch` makes builtins |
| `Mock(spec=Repo).gone` | `AttributeError: Mock object has no attribute 'gone'` |

The same on Python 3.10 to 3.13, whatever the version of pytest-asyncio.

## Fix
None is applied. The nearest name that is there is shown, or the module that defines the name, or where the module of that name is.

## Exceptions
`create=True`, `raising=False`, `patch` of builtins in a module. Silent where names may come about in a way that is not followed: `__getattr__`,
`setattr`, `globals()`, star imports from elsewhere, metaclasses, unknown bases and decorators, slots, extensions and generated modules,
packages without `__init__.py` or that lie twice in the project; where the test or a conftest.py makes the attribute; in code that runs under a
condition, is skipped, or expects the error.

## References
* <https://docs.python.org/3/library/unittest.mock.html#where-to-patch>
* <https://docs.pytest.org/en/stable/how-to/monkeypatch.html>
"""

from __future__ import annotations

import os
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING

from looplint.project.mocks.missing_in_specs import missing_in_specs
from looplint.project.mocks.missing_targets import missing_targets, names_of
from looplint.project.running.definers import definers, modules_named
from looplint.repairs.mocks import related_node
from looplint.rules.rule import Applicability, Finding, Fix, Related, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.mocks.missing_targets import Absent, MissingTarget


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Targets of patches that are not there."""
    for missing in (*missing_targets(project, module.facts), *missing_in_specs(project, module.facts)):
        absent = missing.absent
        yield RULE.finding(
            module,
            missing.patched.node,
            _message(missing),
            related=list(_related(absent)),
            fix=partial(_repair, project, absent),
        )


def _message(missing: MissingTarget) -> str:
    absent, by = missing.absent, missing.patched.by
    where = f"`{absent.owner}` ({absent.facts.source.path}{_row(absent)})"
    if absent.is_module:
        return f"there is no `{absent.owner}.{absent.name}`: `{by}` raises AttributeError or ModuleNotFoundError"
    if absent.for_type_checkers is not None:
        return f"{where} has `{absent.name}` for type checkers only: `{by}` raises AttributeError"
    if absent.on_instances is not None:
        return f"only instances of {where} have `{absent.name}`, the class has not: `{by}` raises AttributeError"
    return f"{where} has no `{absent.name}`: `{by}` raises AttributeError"


def _row(absent: Absent) -> str:
    return f":{getattr(absent.node, 'lineno', 1)}" if absent.cls is not None or absent.for_type_checkers else ""


def _related(absent: Absent) -> Iterator[Related]:
    if absent.on_instances is not None:
        yield related_node(*absent.on_instances, f"`{absent.name}` is set here")
    if absent.for_type_checkers is not None:
        yield related_node(absent.facts, absent.for_type_checkers, "imported here, for type checkers")


def _repair(project: Project, absent: Absent) -> Fix | None:
    if absent.on_instances is not None:
        message = f"replace `{absent.name}` on an instance"
    elif absent.for_type_checkers is not None:
        message = f"patch `{absent.name}` where it is defined"
    else:
        message = _elsewhere(project, absent) or ""
    return Fix(message=message, applicability=Applicability.DISPLAY) if message else None


def _elsewhere(project: Project, absent: Absent) -> str | None:
    """Where the name is, or which name is meant."""
    names = names_of(project, absent)
    near = get_close_matches(absent.name, names, 1, 0.7)
    place = absent.below
    if absent.is_module and place is not None and len(moved := modules_named(project, absent.name, place.top)) == 1:
        return f"`{absent.name}` is `{moved[0]}`"
    found = definers(project, absent.name, place.top) if place is not None and not absent.is_module else []
    if len(found) == 1:
        return f"`{absent.name}` is defined in `{found[0].module}` ({os.path.relpath(found[0].path)}:{found[0].row})"
    return f"the nearest name there is `{near[0]}`" if near else None


RULE = Rule(
    code="LPL409",
    name="patch-target-missing",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.DISPLAY,
    words=(b"patch", b"mocker.spy", b"spec"),
    tests_only=True,
    check=check,
)
