"""Import paths: file to dotted name, dotted name to file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from support.trees import write

from looplint.project.code.modules import ModuleFinder

if TYPE_CHECKING:
    from pathlib import Path


def finder(root: Path, *names: str, pythonpath: tuple[str, ...] = ()) -> ModuleFinder:
    return ModuleFinder(write(root, dict.fromkeys(names, "")), pythonpath)


def located(found: ModuleFinder, dotted: str, near: str | None = None) -> tuple[str, str] | None:
    """The file, relative to the root, and the names left over."""
    result = found.locate(dotted, found.root / near if near else None)
    return None if result is None else (result.path.relative_to(found.root).as_posix(), ".".join(result.rest))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("app.py", ("app", False)),
        ("tests/unit/test_x.py", ("tests.unit.test_x", False)),
        ("tests/__init__.py", ("tests", True)),
        ("src/app/repo.py", ("app.repo", False)),
        ("src/app/__init__.py", ("app", True)),
        ("code/lib/thing.py", ("lib.thing", False)),
        ("stubs/app.pyi", ("stubs.app", False)),
        ("my-tests/test_x.py", ("test_x", False)),
        ("my-tests/pkg/sub/test_x.py", ("pkg.sub.test_x", False)),
        ("my-tests/pkg/__init__.py", ("pkg", True)),
        ("my-tests/not-a-name.py", ("", False)),
        ("pkg-with-dash/__init__.py", ("", True)),
    ],
)
def test_name_of_a_file(tmp_path: Path, path: str, expected: tuple[str, bool]) -> None:
    names = ("src/app/__init__.py", "my-tests/pkg/__init__.py", "my-tests/pkg/sub/__init__.py")
    found = finder(tmp_path, *names, "code/lib/thing.py", "pkg-with-dash/__init__.py", pythonpath=("code",))
    assert found.name_of(tmp_path / path) == expected


def test_a_file_outside_all_roots_has_no_name(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    assert finder(tmp_path / "inner").name_of(tmp_path / "other" / "x.py") == ("", False)


@pytest.mark.parametrize(
    ("dotted", "expected"),
    [
        ("app", ("src/app/__init__.py", "")),
        ("app.repo", ("src/app/repo.py", "")),
        ("app.repo.Repo.get", ("src/app/repo.py", "Repo.get")),
        ("app.missing", ("src/app/__init__.py", "missing")),
        ("app.inner.deep.f", ("src/app/inner/deep.py", "f")),
        ("app.inner.nothing", ("src/app/__init__.py", "inner.nothing")),
        ("flat.f", ("flat.py", "f")),
        ("space.one.f", ("space/one.py", "f")),
        ("space", None),
        ("space.missing", None),
        ("compiled.fast.f", ("compiled/fast.pyi", "f")),
        ("missing", None),
        ("", None),
        (".relative", None),
        ("app..repo", ("src/app/__init__.py", ".repo")),
    ],
)
def test_locate(tmp_path: Path, dotted: str, expected: tuple[str, str] | None) -> None:
    names = ("src/app/__init__.py", "src/app/repo.py", "src/app/inner/deep.py", "flat.py", "space/one.py")
    found = finder(tmp_path, *names, "compiled/__init__.py", "compiled/fast.pyi")
    assert located(found, dotted) == expected


def test_what_python_prefers(tmp_path: Path) -> None:
    """A regular package comes before a module, a module before a namespace package, in each directory of the path."""
    found = finder(tmp_path, "both/__init__.py", "both.py", "other/part.py", "other.py", "src/space/x.py", "space/y.py")
    assert located(found, "both") == ("both/__init__.py", "")
    assert located(found, "other.part") == ("other.py", "part")
    assert located(found, "space.x") == ("src/space/x.py", "")
    assert located(found, "space.y") == ("space/y.py", "")


def test_order_of_the_roots(tmp_path: Path) -> None:
    names = ("given/a.py", "src/a.py", "src/b.py", "lib/b.py", "lib/c.py", "c.py")
    found = finder(tmp_path, *names, pythonpath=("given",))
    assert located(found, "a") == ("given/a.py", "")
    assert located(found, "b") == ("src/b.py", "")
    assert located(found, "c") == ("lib/c.py", "")


def test_pythonpath_that_leaves_and_comes_back_or_is_missing(tmp_path: Path) -> None:
    found = finder(tmp_path, "code/app.py", pythonpath=("missing", "code/../code", ".", str(tmp_path / "code")))
    assert found.roots == (tmp_path / "code", tmp_path)
    assert found.name_of(tmp_path / "code" / "app.py") == ("app", False)


def test_a_test_directory_without_init_is_on_the_path(tmp_path: Path) -> None:
    names = ("tests/unit/helpers.py", "tests/unit/test_x.py", "tests/pkg/__init__.py", "tests/pkg/test_y.py")
    found = finder(tmp_path, *names, "tests/side.py", "tests/unit/data/x.json", "helpers.py")
    assert located(found, "helpers", "tests/unit/test_x.py") == ("tests/unit/helpers.py", "")
    assert located(found, "helpers", "tests/pkg/test_y.py") == ("helpers.py", "")
    assert located(found, "side", "tests/pkg/test_y.py") == ("tests/side.py", "")
    assert located(found, "side", "tests/unit/test_x.py") is None
    assert located(found, "data", "tests/unit/test_x.py") is None


def test_a_namespace_beside_a_test_hides_no_package(tmp_path: Path) -> None:
    found = finder(tmp_path, "tests/app/test_x.py", "tests/test_y.py", "src/app/__init__.py", "src/app/x.py")
    assert located(found, "app.x.f", "tests/test_y.py") == ("src/app/x.py", "f")


def test_stdlib_names_are_never_found(tmp_path: Path) -> None:
    found = finder(tmp_path, *(f"{name}.py" for name in sys.stdlib_module_names))
    assert all(found.locate(f"{name}.x") is None for name in sys.stdlib_module_names)


def test_files_that_hide_the_standard_library_are_not_found(tmp_path: Path) -> None:
    names = ("asyncio/__init__.py", "logging.py", "tests/types.py", "tests/test_x.py", "test/helpers.py")
    found = finder(tmp_path, *names)
    assert located(found, "asyncio.run") is None
    assert located(found, "logging.getLogger") is None
    assert located(found, "types", "tests/test_x.py") is None
    assert located(found, "test.helpers.f") == ("test/helpers.py", "f"), "`test` is no part of the standard library"


def test_what_is_not_there_does_not_raise(tmp_path: Path) -> None:
    found = ModuleFinder(tmp_path / "missing", ("x",))
    assert found.roots == ()
    assert found.locate("app.x", tmp_path / "missing" / "test_x.py") is None
    assert not found.has(tmp_path / "missing", "conftest.py")
    assert not found.has(tmp_path, "conftest.py")


def test_a_directory_named_like_a_module(tmp_path: Path) -> None:
    found = finder(tmp_path, "app.py/inner.txt", "pkg/__init__.py/inner.txt")
    located(found, "app.x")
    located(found, "pkg.x")
