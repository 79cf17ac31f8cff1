from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from looplint.engine.configuration import Configurations
from looplint.engine.discover import Discovered, discover

pytestmark = pytest.mark.usefixtures("fake_rules")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def make(*names: str, text: str = "") -> None:
    for name in names:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def find(*paths: str, **options: bool) -> Discovered:
    return discover(paths, Configurations(), **options)


def paths(*given: str, **options: bool) -> list[str]:
    return [target.path for target in find(*given, **options).targets]


def test_python_files_in_a_stable_order_as_the_user_spelled_them() -> None:
    make("b.py", "a/z.py", "a/b/c.py", "a-b.py", "a/notes.txt", "a/stub.pyi")
    assert paths(".") == ["a/b/c.py", "a/z.py", "a-b.py", "b.py"]
    assert paths("a") == ["a/b/c.py", "a/z.py"]
    assert paths("./a/../a") == ["a/b/c.py", "a/z.py"]
    assert paths(str(Path("a/b").absolute())) == [str(Path("a/b/c.py").absolute())]


def test_default_excludes_are_pruned() -> None:
    names = "build dist .venv venv node_modules __pycache__ .tox .nox .eggs .git .hg site-packages .mypy_cache"
    make("a.py", *(f"{name}/x.py" for name in names.split()), *(f"sub/{name}/x.py" for name in names.split()))
    assert paths(".") == ["a.py"]
    assert paths("build") == ["build/x.py"]


def test_files_given_by_name_are_checked_unless_exclusion_is_forced() -> None:
    make("build/x.py", "script", "pyproject.toml")
    assert paths("build/x.py", "script", "pyproject.toml") == ["build/x.py", "pyproject.toml", "script"]
    assert paths("build/x.py", "script", force_exclude=True) == ["script"]
    make("looplint.toml", text="force-exclude = true\nextend-exclude = ['scr*']")
    assert paths("build/x.py", "script") == []
    assert paths("build/x.py", "script", force_exclude=False) == ["build/x.py", "script"]


def test_configured_excludes_are_relative_to_their_configuration() -> None:
    make("p/tests/data/x.py", "p/data/y.py", "p/tests/gen_pb2.py", "tests/data/z.py")
    make("p/looplint.toml", text="extend-exclude = ['tests/data', '*_pb2.py']")
    assert paths(".") == ["p/data/y.py", "tests/data/z.py"]


def test_gitignore_at_every_level() -> None:
    make(".git/info/exclude", text="excluded.py\n")
    make(".gitignore", text="ignored/\n*.gen.py\n!keep.gen.py\n# comment\n\n/anchored.py\n")
    make("sub/.gitignore", text="local.py\n!x.gen.py\n")
    make("a.py", "ignored/a.py", "b.gen.py", "keep.gen.py", "anchored.py", "excluded.py", "sub/anchored.py")
    make("sub/local.py", "sub/x.gen.py", "sub/y.gen.py", "other/local.py")
    expected = ["a.py", "keep.gen.py", "other/local.py", "sub/anchored.py", "sub/x.gen.py"]
    assert paths(".") == expected
    assert paths("sub") == ["sub/anchored.py", "sub/x.gen.py"]
    assert paths("ignored", "b.gen.py") == ["b.gen.py", "ignored/a.py"]
    assert "b.gen.py" in paths(".", respect_gitignore=False)
    make("looplint.toml", text="respect-gitignore = false")
    assert "b.gen.py" in paths(".")


def test_gitignore_agrees_with_git() -> None:
    subprocess.run(["git", "init", "-q"], check=True)
    make(".gitignore", text="*.py\n!a/**/*.py\na/b/*\n!a/b/keep.py\n\\!odd.py\ntrail.py  \nfo[o.py\n")
    make("x.py", "a/x.py", "a/b/drop.py", "a/b/keep.py", "a/c/d/e.py", "!odd.py")
    listed = subprocess.run(
        ["git", "ls-files", "-o", "--exclude-standard", "*.py"], check=True, capture_output=True, text=True
    )
    assert paths(".") == sorted(listed.stdout.split())


def test_an_inner_repository_starts_afresh() -> None:
    make(".git/config", ".gitignore", text="")
    make(".gitignore", text="*.py\n")
    make("inner/.git/config", "inner/a.py", "b.py")
    assert paths(".") == ["inner/a.py"]


def test_a_directory_named_like_a_file() -> None:
    make("x.py/inner.py")
    assert paths(".") == ["x.py/inner.py"]
    assert paths("x.py") == ["x.py/inner.py"]


def test_each_real_file_once_the_real_spelling_first() -> None:
    make("real/a.py")
    Path("alink").symlink_to("real")
    Path("real/loop").symlink_to("..")
    Path("link.py").symlink_to("real/a.py")
    Path("dangling.py").symlink_to("nowhere.py")
    assert paths(".") == ["real/a.py"]
    assert paths("alink") == ["alink/a.py"]
    assert paths("real/a.py", "./real/a.py", "real/../real/a.py", "link.py", ".") == ["real/a.py"]


def test_directories_linked_from_outside_are_followed(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "o.py").write_text("")
    Path("linked").symlink_to(outside)
    assert paths(".") == ["linked/o.py"]


def test_pipes_and_sockets_are_no_files() -> None:
    os.mkfifo("pipe.py")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.py")
        assert paths(".") == []


def test_a_missing_path_is_one_problem() -> None:
    make("a.py")
    found = find("missing.py", "a.py")
    assert found.problems == ["missing.py: no such file or directory"]
    assert [target.path for target in found.targets] == ["a.py"]


def test_a_directory_that_cannot_be_listed_is_one_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    make("a/x.py", "b/y.py")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("/a"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = find(".")
    assert found.problems == ["a: cannot be listed: permission denied"]
    assert [target.path for target in found.targets] == ["b/y.py"]


def test_names_that_are_no_text() -> None:
    Path(os.fsdecode(b"caf\xe9.py")).touch()
    assert paths(".") == [os.fsdecode(b"caf\xe9.py")]
