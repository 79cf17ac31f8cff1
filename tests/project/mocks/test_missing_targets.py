"""Targets of patches that are not there, and everything that may bring them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.mocks.missing_in_specs import missing_in_specs
from looplint.project.mocks.missing_targets import missing_targets, names_of

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "pytest.ini": "[pytest]\n",
    "app/__init__.py": "from app.main import app\n",
    "app/main.py": "def app(): ...\n",
    "app/repo.py": "class Repo:\n    def __init__(self):\n        self.session = 1\n    def get(self): ...\n",
    "app/service.py": "import json\nfrom app import repo\nfrom app.repo import Repo\none = Repo()\nMANY = [1]\n",
    "app/built_pb2.py": "",
}
HEAD = "from unittest.mock import MagicMock, patch\nimport pytest\nfrom app import service\nfrom app.repo import Repo\n"


def missed(root: Path, body: str, head: str = HEAD, **files: str) -> list[tuple[str, str]]:
    root.mkdir(exist_ok=True)
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    text = f"{head}def test_it(monkeypatch, mocker):\n{lines}"
    project = tree(root, {**FILES, **files, "tests/test_it.py": text})
    found = facts(project, "tests/test_it.py")
    targets = (*missing_targets(project, found), *missing_in_specs(project, found))
    return [(target.absent.owner, target.absent.name) for target in targets]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("patch('app.service.gone')", ("app.service", "gone")),
        ("patch('app.gone')", ("app", "gone")),
        ("patch('app.gone.name')", ("app", "gone")),
        ("patch('app.service.gone.name')", ("app.service", "gone")),
        ("patch('app.service.repo.gone')", ("app.repo", "gone")),
        ("patch('app.service.Repo.gone')", ("Repo", "gone")),
        ("patch('app.service.Repo.session')", ("Repo", "session")),
        ("patch('app.service.one.gone')", ("Repo", "gone")),
        ("patch.object(service, 'gone')", ("app.service", "gone")),
        ("patch.object(service.repo, 'gone')", ("app.repo", "gone")),
        ("patch.object(Repo, 'session')", ("Repo", "session")),
        ("patch.object(Repo(), 'gone')", ("Repo", "gone")),
        ("monkeypatch.setattr(service, 'open', 1)", ("app.service", "open")),
        ("mocker.spy(service, 'gone')", ("app.service", "gone")),
        ("m = MagicMock(spec=Repo)\nm.gone()", ("Repo", "gone")),
        ("m = MagicMock(spec=Repo)\nm.gone.return_value = 1\nservice.fill(m)", ("Repo", "gone")),
        ("m = MagicMock(Repo)\nm.session.get.return_value = 1", ("Repo", "session")),
    ],
)
def test_missing(tmp_path: Path, body: str, expected: tuple[str, str]) -> None:
    assert missed(tmp_path, body) == [expected]


@pytest.mark.parametrize(
    "body",
    [
        "patch('app.service.json.gone')",
        "patch('app.service.MANY.gone')",
        "patch('app.service')",
        "patch('app.main.app')",
        "patch('app.app.gone')",
        "patch('app.service.open')",
        "patch('app.built_pb2.name')",
        "patch('app.x_pb2.name')",
        "patch('json.gone')",
        "patch('other.gone')",
        "patch('app.service.one.session')",
        "patch.object(Repo(), 'session')",
        "patch.object(unknown, 'gone')",
        "patch('app.service.gone', create=True)",
        "patch('app.service.gone', create=True)\npatch('app.service.gone')",
        "service.gone = 1\npatch('app.service.gone')",
        "setattr(service, 'gone', 1)\npatch('app.service.gone')",
        "with pytest.raises(AttributeError):\n    patch('app.service.gone')",
        "if x:\n    patch('app.service.gone')",
        "try:\n    patch('app.service.gone')\nfinally: ...",
        "pytest.skip('later')\npatch('app.service.gone')",
        "x = lambda: patch('app.service.gone')",
        "m = MagicMock(spec=Repo)\nm.gone = 1\nm.gone()",
        "m = MagicMock(spec=Repo)\nm.get.assert_called_once()\nm.return_value\nm.method_calls",
        "m = MagicMock(spec=Repo, gone=1)\nm.gone",
        "m = MagicMock(wraps=Repo)\nm.gone",
        "m = MagicMock(spec=Repo)\nservice.fill(m)\nm.gone",
        "m = MagicMock(spec=Repo)\nother.return_value = m\nm.gone",
        "m = MagicMock(spec=['gone'])\nm.gone",
    ],
)
def test_not_sure(tmp_path: Path, body: str) -> None:
    assert missed(tmp_path, body) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tests/conftest.py", "from app import service\nservice.gone = 1\n"),
        ("tests/conftest.py", "import sys\nsys.modules['app.service'] = 1\n"),
        ("other/app/__init__.py", ""),
        ("app/service.pyx", ""),
        ("requirements.txt", "app==1.0\n"),
    ],
)
def test_what_else_may_bring_it(tmp_path: Path, path: str, text: str) -> None:
    assert missed(tmp_path / "a", "patch('app.service.gone')")
    assert not missed(tmp_path / "b", "patch('app.service.gone')", **{path: text})


def test_marks(tmp_path: Path) -> None:
    assert not missed(tmp_path / "a", "patch('app.service.gone')", f"{HEAD}@pytest.mark.skip\n")
    assert not missed(tmp_path / "b", "patch('app.service.gone')", f"{HEAD}pytestmark = pytest.mark.skipif(True)\n")
    assert not missed(tmp_path / "c", "pass", f"{HEAD}@pytest.mark.xfail\n@patch('app.service.gone')\n")
    assert missed(tmp_path / "d", "pass", f"{HEAD}@patch('app.service.gone')\n")


def test_names_that_are_there(tmp_path: Path) -> None:
    files = {**FILES, "tests/test_it.py": f"{HEAD}patch('app.service.gone')\npatch('app.gone.x')\n"}
    project = tree(tmp_path, files)
    first, second = missing_targets(project, facts(project, "tests/test_it.py"))
    assert names_of(project, first.absent) == ["MANY", "Repo", "json", "one", "repo"]
    assert {"main", "repo", "service", "app"} <= set(names_of(project, second.absent))
