from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project import Project
from looplint.project.code.replaced_names import replaced_names
from looplint.project.code.unawaited import unawaited

if TYPE_CHECKING:
    from pathlib import Path

APP = """
class UserService:
    async def load_user(self): ...
    async def get(self): ...
    def also(self): return self.load_user()
"""
HEAD = """
import inspect, pytest
from typing import TYPE_CHECKING
from unittest.mock import patch
from app import UserService
"""


def calls(root: Path, rows: str, conftest: str = "") -> list[tuple[bool, bool]]:
    """For each finding: known by name only, cannot have worked."""
    project = tree(root, {"app.py": APP, "conftest.py": conftest})
    body = "\n".join(f"    {row}" for row in rows.splitlines())
    (root / "test_x.py").write_text(f"{HEAD}\nasync def test_x(box):\n{body}\n")
    return [(one.coloured.by_name, one.cannot_work) for one in unawaited(project, facts(project, "test_x.py"))]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("UserService().load_user()", [(False, False)]),
        ("assert UserService().load_user() == 1", [(False, True)]),
        ("UserService().also()", [(False, False)]),
        ("with pytest.raises(ValueError):\n    UserService().load_user()", [(False, True)]),
        ("with pytest.raises(ValueError):\n    assert UserService().load_user() == 1", [(False, False)]),
        ("user_service = box['a']\nuser_service.load_user()", [(True, False)]),
        ("service = box['a']\nservice.load_user()", [(True, False)]),
        ("main_user_service = box['a']\nmain_user_service.load_user()", [(True, False)]),
        ("service = box['a']\nservice.get()", []),
        ("service = box['a']\nassert service.load_user()", []),
        ("other = box['a']\nother.load_user()", []),
        ("mock_service = box['a']\nmock_service.load_user()", []),
        ("with pytest.raises(TypeError):\n    UserService().load_user(1)", []),
        ("with pytest.warns(RuntimeWarning):\n    UserService().load_user()", []),
        ("UserService().load_user()  # type: ignore[unused-coroutine]", []),
        ("if not is_async:\n    UserService().load_user()", []),
        ("if TYPE_CHECKING:\n    UserService().load_user()", []),
        ("x = UserService().load_user()\nif inspect.isawaitable(x):\n    x = await x", []),
        ("with patch('app.UserService.load_user'):\n    UserService().load_user()", []),
        ("await UserService().load_user().name", []),
    ],
)
def test_unawaited(tmp_path: Path, rows: str, expected: list[tuple[bool, bool]]) -> None:
    assert calls(tmp_path, rows) == expected


def test_what_a_conftest_replaces(tmp_path: Path) -> None:
    conftest = "def pytest_configure(config, monkeypatch):\n    monkeypatch.setattr('app.UserService.load_user', 1)\n"
    assert calls(tmp_path, "UserService().load_user()", conftest) == []
    project = tree(tmp_path, {})
    assert "load_user" in replaced_names(facts(project, "test_x.py"), project)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("assert UserService().load_user() == 1", 1),
        ("UserService().load_user().name", 1),
        ("UserService().other()", 0),
        ("user_service = box['a']\nuser_service.load_user()", 0),
    ],
)
def test_file_without_a_word_of_coroutines(tmp_path: Path, rows: str, expected: int) -> None:
    project = tree(tmp_path, {"app.py": APP + "    def other(self): return 1\n"})
    body = "\n".join(f"    {row}" for row in rows.splitlines())
    (tmp_path / "test_x.py").write_text(f"from app import UserService\n\ndef test_x(box):\n{body}\n")
    assert len(list(unawaited(project, facts(project, "test_x.py")))) == expected


OTHER_TESTS = """
from unittest.mock import patch
from app import UserService

def test_other():
    with patch.object(UserService, "load_user"): ...

{decorator}
async def {name}():
    UserService().load_user()
"""


@pytest.mark.parametrize(
    ("decorator", "name", "expected"),
    [("", "test_x", 1), ("@patch('app.UserService.load_user')", "test_x", 0)],
)
def test_what_another_test_patches_is_put_back(tmp_path: Path, decorator: str, name: str, expected: int) -> None:
    text = OTHER_TESTS.format(decorator=decorator, name=name)
    project = tree(tmp_path, {"app.py": APP, "test_x.py": text})
    assert len(list(unawaited(project, facts(project, "test_x.py")))) == expected


def test_tests_with_a_configuration_of_their_own(tmp_path: Path) -> None:
    """The code under test lies above the directory that pytest takes as its root."""
    test = "from app import UserService\n\ndef test_x():\n    assert UserService().load_user() == 1\n"
    tree(tmp_path, {"app.py": APP, "setup.py": "", "tests/pytest.ini": "[pytest]\n", "tests/test_x.py": test})
    (tmp_path / "tests" / "__init__.py").touch()
    path = tmp_path / "tests" / "test_x.py"
    project = Project.for_path(path)
    found = project.facts_at(path)
    assert found is not None
    assert len(list(unawaited(project, found))) == 1
