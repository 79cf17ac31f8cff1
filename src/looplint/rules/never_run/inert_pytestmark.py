"""`pytestmark` in a conftest.py or a package, where it marks no test.

## What it does
Reports `pytestmark` in a conftest.py, and in the `__init__.py` of a package of tests.

## Why it is bad
It reads as if every test below were marked. None is: in strict mode async tests stay without the asyncio mark and do not run, and
nothing says why. The documentation of pytest-asyncio itself has recommended the `__init__.py`.

## What really happens
| place | outcome |
|---|---|
| conftest.py | no effect on any version, whatever the mark |
| `__init__.py` | pytest < 8: the tests directly in the package have the mark (that of pytest-asyncio 0.21 fails with a `KeyError`); pytest >= 8: no effect |

## Fix
None. What is meant is `pytestmark` in each module, or `asyncio_mode = auto` (a hook that adds the asyncio mark comes too late for
pytest-asyncio 0.23 and newer in strict mode); for other marks a `pytest_collection_modifyitems` hook in the conftest.py.

## Exceptions
A `pytestmark` that the file reads (in a hook), or that other files import or ask for; files that hold tests themselves.

## References
* <https://docs.pytest.org/en/stable/example/markers.html#marking-whole-classes-or-modules>
* <https://docs.pytest.org/en/stable/changelog.html> (8.0.0: `Package` is no longer a `Module`)
* <https://pytest-asyncio.readthedocs.io/en/stable/how-to-guides/run_package_tests_in_same_loop.html>
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from looplint.project.files import python_files
from looplint.project.running.placed_marks import pytestmarks
from looplint.rules.rule import Finding, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from looplint.model.facts import Facts
    from looplint.model.module import Module
    from looplint.project import Project

_ASKED_FOR = re.compile(
    r"""import\s*\([^)]*\bpytestmark\b | import\b[^\n(]*\bpytestmark\b | \.pytestmark\b | ["']pytestmark["']""",
    re.VERBOSE,
)
_IMPORTED_WHOLE = r"from\s+[\w.]*(?<![\w]){name}\s+import\s+\*|from\s+\.+\s+import\s+\*"


def check(module: Module, project: Project) -> Iterator[Finding]:
    """`pytestmark` in files that are no test modules."""
    facts = module.facts
    file = facts.file
    if file is None or file.name not in ("conftest.py", "__init__.py"):
        return
    statements = [b.node for b in facts.scope(facts.tree).names.get("pytestmark", ()) if isinstance(b.node, ast.stmt)]
    assigned = [s for s in statements if isinstance(s, (ast.Assign, ast.AnnAssign)) and s.value is not None]
    if not assigned or len(assigned) != len(statements) or not _is_inert(project, facts, file):
        return
    marks = list(pytestmarks(project, facts))
    for statement in assigned:
        names = [f"`{mark.name}`" for mark in marks if mark.statement is statement]
        if names:
            yield RULE.finding(module, statement, _message(project, file, " and ".join(names)))


def _message(project: Project, file: Path, names: str) -> str:
    if file.name == "conftest.py":
        return f"`pytestmark` in a conftest.py has no effect: no test is marked {names} by it"
    package = file.parent.name
    if project.must_be("pytest", "<8"):
        return f"`pytestmark` of a package has no effect from pytest 8 on: no test of `{package}` is marked {names} by it then"
    since = "" if project.must_be("pytest", ">=8") else " from pytest 8 on"
    return f"`pytestmark` of a package has no effect{since}: no test of `{package}` is marked {names} by it"


def _is_inert(project: Project, facts: Facts, file: Path) -> bool:
    if "pytestmark" in facts.loaded_names or _holds_tests(facts) or _ASKED_FOR.search(facts.source.text):
        return False
    below = (path for path in python_files(file.parent) if path.name != "conftest.py" and project.is_test_file(path))
    if next(below, None) is None:
        return False
    return not any(_asks_for(project, path, file) for path in python_files(project.root) if path != file)


def _holds_tests(facts: Facts) -> bool:
    """Is the file perhaps collected itself, by a wide `python_files`?"""
    return any(f.name.startswith("test") and f.outer is None and f.fixture is None for f in facts.functions)


def _asks_for(project: Project, path: Path, file: Path) -> bool:
    """Does another file import the name, or all names of the file, or look for it in modules?"""
    mentioned, starred = project.mentions(path, b"pytestmark"), project.mentions(path, b"import *")
    if not mentioned and not starred:
        return False
    text = project.raw(path).decode("utf-8", "replace")
    name = "conftest" if file.name == "conftest.py" else re.escape(file.parent.name)
    return bool((mentioned and _ASKED_FOR.search(text)) or re.search(_IMPORTED_WHOLE.format(name=name), text))


RULE = Rule(
    code="LPL311",
    name="inert-pytestmark",
    severity=Severity.WARNING,
    since="0.1.0",
    doc=__doc__,
    words=(b"pytestmark",),
    check=check,
)
