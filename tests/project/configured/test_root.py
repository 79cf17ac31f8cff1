from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.project.configured.root import find_root, forget_roots, governing_directories, root_files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _forget() -> None:
    forget_roots()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pytest.ini", ""),
        (".pytest.ini", ""),
        ("pytest.toml", ""),
        ("pyproject.toml", "[tool.pytest.ini_options]\n"),
        ("pyproject.toml", "[tool.pytest]\n"),
        ("pyproject.toml", "[project]\n"),
        ("pyproject.toml", "[[project.authors]]\n"),
        ("pyproject.toml", "[ tool . poetry ]\n"),
        ("pyproject.toml", "[dependency-groups]\n[broken"),
        ("tox.ini", "[pytest]\n"),
        ("setup.cfg", "[tool:pytest]\n"),
        ("setup.cfg", "[options]\n"),
        ("setup.py", ""),
    ],
)
def test_the_nearest_directory_with_configuration_governs(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / ".git").mkdir()
    inner = tmp_path / "packages" / "a"
    tests = inner / "tests"
    tests.mkdir(parents=True)
    (inner / name).write_text(text, encoding="utf-8")
    assert find_root(tests / "test_a.py") == inner
    assert find_root(inner) == inner
    assert find_root(tmp_path / "other" / "test_b.py") == tmp_path


@pytest.mark.parametrize(
    ("name", "text"),
    [("pyproject.toml", "[tool.ruff]\n"), ("tox.ini", "[testenv]\n"), ("setup.cfg", "[flake8]\n"), ("notes.md", "")],
)
def test_configuration_of_other_tools_does_not_govern_tests(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / ".git").mkdir()
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / name).write_text(text, encoding="utf-8")
    assert find_root(tests / "test_a.py") == tmp_path


def test_requirements_make_a_root_only_where_nothing_better_does(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: elsewhere", encoding="utf-8")
    backend = tmp_path / "backend"
    (backend / "tests").mkdir(parents=True)
    (backend / "requirements.txt").write_text("", encoding="utf-8")
    (backend / "tests" / "requirements.txt").write_text("", encoding="utf-8")
    assert find_root(backend / "tests" / "test_a.py") == backend
    forget_roots()
    (tmp_path / "pytest.ini").write_text("", encoding="utf-8")
    assert find_root(backend / "tests" / "test_a.py") == tmp_path


def test_a_root_is_never_looked_for_beyond_the_repository(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("", encoding="utf-8")
    repository = tmp_path / "repository"
    (repository / ".git").mkdir(parents=True)
    assert find_root(repository / "a.py") == repository
    assert governing_directories(repository / "sub") == (repository / "sub", repository)


def test_outside_of_repositories_a_root_stands_alone(tmp_path: Path) -> None:
    assert governing_directories(tmp_path) == (tmp_path,)


def test_a_directory_in_place_of_a_file_is_no_file(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "a" / "pyproject.toml").mkdir(parents=True)
    assert find_root(tmp_path / "a" / "b") in (tmp_path, tmp_path / "a")


def test_the_files_that_make_a_root(tmp_path: Path) -> None:
    assert root_files(tmp_path) == ()
    (tmp_path / "requirements.txt").write_text("pytest\n")
    forget_roots()
    assert root_files(tmp_path) == ("requirements.txt",)
    (tmp_path / "pytest.ini").write_text("")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "tox.ini").write_text("[tox]\n")
    forget_roots()
    assert root_files(tmp_path) == ("pyproject.toml", "pytest.ini")


def test_without_any_mark_the_outermost_package_is_the_root(tmp_path: Path) -> None:
    package = tmp_path / "lib" / "app"
    inner = package / "tests"
    inner.mkdir(parents=True)
    for directory in (package, inner):
        (directory / "__init__.py").touch()
    assert find_root(inner / "test_a.py") == package
    assert find_root(package / "main.py") == package
    assert find_root(tmp_path / "lib" / "script.py") == tmp_path / "lib"
    (inner / "pytest.ini").touch()
    forget_roots()
    assert find_root(inner / "test_a.py") == inner
