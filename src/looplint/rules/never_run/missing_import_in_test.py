"""Test file that imports a name or module that its project does not have.

## What it does
Reports imports at the top of a test file or conftest.py that name a module of the project that is not there, or a name that the module
does not define.

## Why it is bad
The file cannot be imported, so that none of its tests is collected. That is one error among many, in a run that stops at the first or
in a report that counts tests; after a module was moved or renamed whole files stay out for months.

## What really happens
On every version of pytest: `ImportError while importing test module`, `ImportError: cannot import name 'X' from 'app.y'` or
`ModuleNotFoundError: No module named 'app.z'`, one error of collection instead of the tests of the file. In a conftest.py pytest stops
before the first test.

## Fix
None is applied. Where exactly one module of the package defines the name, the import from there is shown; else the nearest name of the
module.

## Exceptions
Only what is sure is reported: the package has an `__init__.py`, lies in one place of the project and has the name of no dependency. Silent are
modules that make names at run time (`__getattr__`, `globals()`, star imports that cannot be followed …), have an extension's or stub's file, or may
be made by a build (`_version`, `x_pb2`, whatever `.gitignore` or a build file names); imports under `if` and `try` or in functions; files and
conftest.py that fill `sys.modules`, skip themselves, or are passed by; imports whose row switches off the same check of pylint or mypy.

## References
* <https://docs.python.org/3/reference/import.html>
* <https://docs.pytest.org/en/stable/explanation/pythonpath.html>
* <https://pylint.readthedocs.io/en/stable/user_guide/messages/error/no-name-in-module.html>
"""

from __future__ import annotations

import ast
import os
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING

from looplint.model.edits import Edit
from looplint.project.running.definers import definers
from looplint.project.running.missing_imports import missing_imports
from looplint.project.running.usage import is_collected
from looplint.rules.rule import Applicability, Finding, Fix, Related, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.running.definers import Definer
    from looplint.project.running.missing_imports import MissingImport


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Imports that fail when pytest imports the file."""
    facts = module.facts
    if facts.file is None or not project.is_test_file(facts.file):
        return
    is_conftest = facts.file.name == "conftest.py"
    found = list(missing_imports(project, facts))
    if not found or not (is_conftest or any(is_collected(project, function) for function in facts.functions)):
        return
    outcome = "pytest stops when it loads this file" if is_conftest else "no test of this file is collected"
    for missing in found:
        place = _definer(project, missing)
        yield RULE.finding(
            module,
            missing.node,
            f"{_problem(project, missing)}: {outcome}",
            related=[_related(place, _wanted(missing))] if place is not None else (),
            fix=partial(_repair, module, project, missing, place),
        )


def _problem(project: Project, missing: MissingImport) -> str:
    if missing.file is None:
        where = "beside this file" if missing.module.startswith(".") else "in this project"
        return f"there is no module `{missing.module}` {where}"
    return f"`{missing.name}` is not defined in `{missing.module}` ({_shown(project, missing.file)})"


def _shown(project: Project, path: Path) -> str:
    try:
        return path.relative_to(project.root).as_posix()
    except ValueError:
        return path.name


def _wanted(missing: MissingImport) -> str:
    """The name that the import is about: of `from gone import name` the first name, of `import gone.part` none."""
    if missing.name:
        return missing.name
    names = missing.node.names if isinstance(missing.node, ast.ImportFrom) else []
    return names[0].name if names else ""


def _definer(project: Project, missing: MissingImport) -> Definer | None:
    """The one module that defines what is missed; None where there are none or several."""
    wanted = _wanted(missing)
    found = definers(project, wanted, missing.below) if wanted and wanted != "*" else []
    return found[0] if len(found) == 1 else None


def _related(place: Definer, name: str) -> Related:
    return Related(path=os.path.relpath(place.path), row=place.row, column=1, message=f"`{name}` is defined here")


def _repair(module: Module, project: Project, missing: MissingImport, place: Definer | None) -> Fix | None:
    if place is not None:
        message = f"import `{_wanted(missing)}` from `{place.module}`"
        return Fix(message=message, applicability=Applicability.DISPLAY, edits=_from_there(module, missing, place))
    near = get_close_matches(missing.name or missing.module.rpartition(".")[2], _names_there(project, missing), 1, 0.75)
    if not near:
        return None
    return Fix(message=f"the nearest name there is `{near[0]}`", applicability=Applicability.DISPLAY)


def _names_there(project: Project, missing: MissingImport) -> list[str]:
    """What could be imported: the names of the module, or the modules of the package."""
    if missing.directory is not None:
        names = (entry.partition(".")[0] for entry in project.finder.names_in(missing.directory))
        return sorted({name for name in names if name.isidentifier() and not name.startswith("__")})
    facts = project.facts_at(missing.file) if missing.file is not None else None
    return list(facts.scope(facts.tree).names) if facts is not None else []


def _from_there(module: Module, missing: MissingImport, place: Definer) -> tuple[Edit, ...]:
    """`from app.gone import name` -> `from app.here import name`, where the statement imports nothing else."""
    statement = missing.node if isinstance(missing.node, ast.ImportFrom) else module.facts.parent(missing.node)
    if not isinstance(statement, ast.ImportFrom) or statement.level or len(statement.names) > 1 or not statement.module:
        return ()
    start, _ = module.span(statement)
    at = module.text.find(statement.module, start + len("from"))
    return (Edit(at, at + len(statement.module), place.module),) if at >= 0 else ()


RULE = Rule(
    code="LPL314",
    name="missing-import-in-test",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.DISPLAY,
    words=(b"import",),
    overlaps=("E0611", "E0401", "attr-defined", "import-not-found"),
    tests_only=True,
    check=check,
)
