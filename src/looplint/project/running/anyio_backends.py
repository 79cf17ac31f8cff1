"""On which backends anyio would run a test: `parametrize`, the fixture `anyio_backend`, or what is installed.

anyio's own `anyio_backend` has asyncio and trio as parameters, from 4.12 on only those that are installed (read in the
releases 3.7.1 to 4.16).
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import constant
from looplint.project.running.fixtures import requested
from looplint.project.running.marks import marks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from looplint.model.definitions import Decorator, Fixture, Function
    from looplint.project.questions import Project

_FIXTURE = "anyio_backend"
_REQUESTED = frozenset({_FIXTURE, "anyio_backend_name", "anyio_backend_options"})
_ALWAYS_BOTH = ("anyio", "<4.12")


def anyio_mark(project: Project, test: Function) -> Decorator | None:
    """The anyio mark of a test: its own, its class's, or one of the module."""
    return next((decorator for decorator, mark in marks_of(project, test) if mark == "anyio"), None)


def is_meant_for_anyio(project: Project, test: Function) -> bool:
    """Does the test carry the mark, or ask for the backend itself?"""
    return anyio_mark(project, test) is not None or not _REQUESTED.isdisjoint(requested(project, test))


def asks_for_trio(project: Project, test: Function) -> str | None:
    """Where it says that the test is to run on trio too, for messages; None where it does not, or may not."""
    for decorator, mark in marks_of(project, test):
        if mark == "parametrize" and decorator.call is not None and decorator.call.args:
            names = constant(decorator.call.args[0])
            if isinstance(names, str) and _FIXTURE in names.replace(" ", "").split(","):
                values = decorator.call.args[1:2] or [k.value for k in decorator.call.keywords if k.arg == "argvalues"]
                return "its `parametrize`" if "trio" in _backends(values) else None
    fixture = project.fixture(_FIXTURE, test, test.facts)
    if fixture is not None:
        place = f"{fixture.function.facts.source.path}:{fixture.function.node.lineno}"
        return f"`{_FIXTURE}` in {place}" if "trio" in _backends(_values(fixture)) else None
    return _installed(project)


def _values(fixture: Fixture) -> Iterator[ast.expr]:
    parameters = fixture.decorator.keyword("params")
    if parameters is not None:
        yield parameters
        return
    for node in fixture.function.walk():
        if isinstance(node, (ast.Return, ast.Yield)) and node.value is not None:
            yield node.value


def _backends(nodes: Iterable[ast.expr]) -> set[str]:
    """The literal backends in `["asyncio", ("trio", {...}), pytest.param("trio", id="x")]`."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.List):
            found |= _backends(node.elts)
        elif isinstance(node, ast.Tuple):
            named = len(node.elts) == 2 and isinstance(node.elts[1], (ast.Dict, ast.Call))
            found |= _backends(node.elts[:1] if named else node.elts)
        elif isinstance(node, ast.Call):
            found |= _backends(node.args[:1])
        elif isinstance(text := constant(node), str):
            found.add(text)
    return found


def _installed(project: Project) -> str | None:
    """Why anyio's own fixture has trio, as the requirements tell; a lock file may hold trio for an extra only."""
    extras = [place for place in project.versions.declared("anyio") if "trio" in place.text]
    for place in (*project.versions.declared("trio"), *extras):
        return f"trio, which {project.versions.place(place.path, place.row)} asks for"
    if project.versions.locked("anyio") and project.must_be(*_ALWAYS_BOTH):
        return str(project.versions.in_force("anyio"))
    return None
