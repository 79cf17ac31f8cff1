from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.model.source import Source
from looplint.project import Project
from looplint.project.running.missing_imports import missing_imports

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "pytest.ini", "[pytest]\n")
    write(tmp_path, "app/__init__.py", "")
    write(tmp_path, "app/service.py", "class Service: ...\nLIMIT: int = 1\n")
    return tmp_path


def write(root: Path, path: str, text: str = "") -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def missed(root: Path, text: str, file: str = "tests/test_a.py") -> list[tuple[str, str]]:
    write(root, file, text)
    path = root / file
    project = Project(root)
    facts = project.open(Source.read(str(path)), path).facts
    return [(found.module, found.name) for found in missing_imports(project, facts)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from app.service import Service, LIMIT", []),
        ("from app.service import Service, Gone", [("app.service", "Gone")]),
        ("from app.service import *", []),
        ("from app.service import __version__", []),
        ("from app import service", []),
        ("from app import gone", [("app", "gone")]),
        ("import app.service", []),
        ("import app.gone", [("app.gone", "")]),
        ("import app.gone.deep", [("app.gone", "")]),
        ("from app.gone import name", [("app.gone", "")]),
        ("from app.service.part import name", []),
        ("import other.gone", []),
        ("import json.gone", []),
        ("from conftest import gone", []),
        ("try:\n    from app.service import Gone\nexcept ImportError: ...", []),
        ("if True:\n    from app.service import Gone", []),
        ("def test():\n    from app.service import Gone", []),
        ("from app.service import Gone  # pylint: disable=no-name-in-module", []),
        ("from app.service import (\n    Gone,  # type: ignore[attr-defined]\n)", []),
        ("import pytest\npytest.importorskip('app.gone')\nfrom app.service import Gone", []),
        ("import sys\nsys.modules['app.gone'] = sys\nimport app.gone", []),
        ("import pytest\nif x:\n    pytest.skip(allow_module_level=True)\nfrom app.service import Gone", []),
        ("from app._fast import run", []),
        ("from app.schema_pb2 import Message", []),
        ("from app import _fast", []),
    ],
)
def test_what_is_missed(root: Path, text: str, expected: list[tuple[str, str]]) -> None:
    assert missed(root, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "def __getattr__(name): ...",
        "globals()['Gone'] = 1",
        "for name in names: setattr(module, name, 1)",
        "__all__ = ['Gone']",
        "from unknown import *",
        "def fill():\n    global Gone\n    Gone = 1",
        "if x:\n    class Gone: ...",
        "from other import (\n    A, B, Gone,\n)",
        "import a.b as Gone",
        "Gone: int",
        "from app.deep import *",
        "this is no Python",
        "for Gone in (): ...",
        "with x as (a, Gone): ...",
        "a = [b := (Gone := 1)]",
    ],
)
def test_modules_that_have_or_may_make_the_name(root: Path, text: str) -> None:
    write(root, "app/service.py", f"{text}\n")
    write(root, "app/deep.py", "from app.deeper import *\n")
    write(root, "app/deeper.py", "Gone = 1\n")
    assert missed(root, "from app.service import Gone") == []


@pytest.mark.parametrize(
    "text", ["def f():\n    return Gone", "x.Gone", "from app.deep import *", "# Gone\nX = 'Gone it is'"]
)
def test_modules_that_only_mention_the_name(root: Path, text: str) -> None:
    write(root, "app/service.py", f"{text}\n")
    write(root, "app/deep.py", "X = 1\n")
    assert missed(root, "from app.service import Gone") == [("app.service", "Gone")]


@pytest.mark.parametrize(
    "file", ["fast.pyx", "fast.cpython-311-x86_64-linux-gnu.so", "fast.pyi", "fast.py.in", "fast/x.txt"]
)
def test_modules_that_are_not_written_in_python(root: Path, file: str) -> None:
    write(root, f"app/{file}")
    assert missed(root, "from app import fast\nimport app.fast\nfrom app.fast import run") == []


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (".gitignore", "/app/tables.py\n"),
        ("setup.py", "build('app/tables.py')\n"),
        ("app/__init__.py", "__path__ = []\n"),
        ("tests/conftest.py", "import sys\nsys.modules['x'] = 1\n"),
        ("tests/conftest.py", "def broken(:\n"),
        ("other/app/tables.py", ""),
        ("other/app.py", ""),
        ("requirements.txt", "app\n"),
    ],
)
def test_what_else_may_bring_a_module(root: Path, file: str, text: str) -> None:
    write(root, file, text)
    assert missed(root, "import app.tables") == []


def test_the_own_name_among_the_requirements(root: Path) -> None:
    write(root, "pyproject.toml", '[project]\nname = "App"\n[project.optional-dependencies]\ndev = ["app[test]"]\n')
    assert missed(root, "import app.tables") == [("app.tables", "")]


def test_a_package_within_a_package_has_another_name(root: Path) -> None:
    write(root, "big/__init__.py")
    write(root, "big/app/tables.py")
    assert missed(root, "import app.tables") == [("app.tables", "")]
    assert missed(root, "import sys\nsys.path.insert(0, 'big')\nimport app.tables") == []


def test_relative_imports(root: Path) -> None:
    text = "from .helpers import make, gone\nfrom . import helpers, other\nfrom ..app import Service\nfrom .x import y"
    write(root, "tests/helpers.py", "def make(): ...\n")
    assert missed(root, text) == []
    write(root, "tests/__init__.py")
    assert missed(root, text) == [(".helpers", "gone"), (".", "other"), (".x", "")]


def test_namespace_directories_are_not_known_whole(root: Path) -> None:
    write(root, "app/plain/deep.py")
    write(root, "space/deep.py")
    assert missed(root, "import app.plain.gone\nimport space.gone\nfrom space import gone") == []


@pytest.mark.parametrize("file", ["tests/data/test_a.py", "templates/test_a.py", "tests/{{ name }}/test_a.py"])
def test_files_that_tests_read(root: Path, file: str) -> None:
    assert missed(root, "import app.gone", file) == []
