"""Fixtures asked for by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, function, tree

from looplint.project.running.lazy_fixtures import async_fixtures_for, looked_up, names_in, set_up_before

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project import Project

CONFTEST = """
import pytest

@pytest.fixture
async def client(): ...
@pytest.fixture
def repository(client): ...
@pytest.fixture
def number(): ...
@pytest.fixture
def lazy(request): return request.getfixturevalue("client")
@pytest.fixture
def any_one(request): return request.getfixturevalue(request.param)
@pytest.fixture(scope="module")
async def wide(): ...
@pytest.fixture(scope="module")
async def unused_wide(): ...
"""


def project_with(root: Path, text: str) -> Project:
    files = {
        "pytest.ini": "[pytest]\nasyncio_mode = auto\n",
        "tests/conftest.py": CONFTEST,
        "tests/test_w.py": "async def test_w(wide): ...\n",
        "tests/test_x.py": f"import pytest\n{text}",
    }
    return tree(root, files)


@pytest.mark.parametrize(
    ("decorator", "argument", "expected"),
    [
        ("", "'client'", ["client"]),
        ("@pytest.mark.parametrize('name', ['a', 'b', c])", "name", ["a", "b"]),
        ("@pytest.mark.parametrize('n, name', [(1, 'a'), pytest.param(2, 'b', id='x')])", "name", ["a", "b"]),
        ("@pytest.mark.parametrize(argnames=['name'], argvalues=['a'])", "name", ["a"]),
        ("@pytest.mark.parametrize('name', ['a'], indirect=True)", "name", None),
        ("@pytest.mark.parametrize('name', NAMES)", "name", None),
        ("", "name", None),
        ("", "request.param", None),
    ],
)
def test_names(tmp_path: Path, decorator: str, argument: str, expected: list[str] | None) -> None:
    text = f"{decorator}\ndef test_x(request, name, n): request.getfixturevalue({argument})\n"
    project = project_with(tmp_path, text)
    seen = facts(project, "tests/test_x.py")
    node = looked_up(seen, seen.calls[-1])
    assert node is not None
    assert names_in(function(project, "tests/test_x.py", "test_x"), node) == expected


@pytest.mark.parametrize(
    "body", ["self.request.getfixturevalue('a')", "other.getfixturevalue('a')", "request.get('a')"]
)
def test_other_calls(tmp_path: Path, body: str) -> None:
    seen = facts(project_with(tmp_path, f"def test_x(request): {body}\n"), "tests/test_x.py")
    assert looked_up(seen, seen.calls[0]) is None


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [("", 0), ("number", 1), ("repository", 2), ("lazy", 2), ("lazy, repository, number", 4), ("any_one", None)],
)
def test_what_is_set_up_before(tmp_path: Path, parameters: str, expected: int | None) -> None:
    project = project_with(tmp_path, f"async def test_x({parameters}): ...\n")
    found = set_up_before(project, function(project, "tests/test_x.py", "test_x"))
    assert (None if found is None else len(found)) == expected


@pytest.mark.parametrize(
    ("parameters", "name", "expected"),
    [
        ("", "client", ["client"]),
        ("", "repository", ["client"]),
        ("", "number", []),
        ("", "missing", []),
        ("client", "client", []),
        ("client", "repository", []),
        ("lazy", "client", []),
        ("any_one", "client", []),
        ("", "wide", []),
        ("", "unused_wide", ["unused_wide"]),
    ],
)
def test_what_would_be_set_up(tmp_path: Path, parameters: str, name: str, expected: list[str]) -> None:
    project = project_with(tmp_path, f"async def test_x({parameters}): ...\n")
    test = function(project, "tests/test_x.py", "test_x")
    assert [fixture.name for fixture in async_fixtures_for(project, test, name)] == expected


@pytest.mark.parametrize(("parameters", "expected"), [("outer", ["client"]), ("client, outer", [])])
def test_asked_by_a_fixture(tmp_path: Path, parameters: str, expected: list[str]) -> None:
    text = "@pytest.fixture\nasync def outer(request): return request.getfixturevalue('client')\n"
    project = project_with(tmp_path, f"{text}async def test_x({parameters}): ...\n")
    outer = function(project, "tests/test_x.py", "outer")
    assert [fixture.name for fixture in async_fixtures_for(project, outer, "client")] == expected
