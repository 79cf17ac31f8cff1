from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from looplint.project.configured.declared import Group
from looplint.project.configured.requirements import VersionInForce, Versions, contains

if TYPE_CHECKING:
    from pathlib import Path


def project(root: Path, files: dict[str, str]) -> Versions:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Versions(root)


PLACES = {
    "pyproject.toml": """\
[project]
dependencies = ["a>=1"]
optional-dependencies.test = ["a>=2", "b"]
[dependency-groups]
dev = [{ include-group = "test" }, "a>=3"]
[tool.uv]
dev-dependencies = ["a>=4"]
constraint-dependencies = ["a<99"]
[tool.pdm.dev-dependencies]
lint = ["a>=5", "-e file:///x#egg=a"]
[tool.hatch.envs.test]
dependencies = ["a>=6"]
extra-dependencies = ["a>=7"]
[tool.poetry.dependencies]
A = "^8"
[tool.poetry.dev-dependencies]
a = { version = "^9" }
[tool.poetry.group.e2e.dependencies]
a = [{ version = "^10", python = "<3.11" }, { version = "^11", python = ">=3.11" }]
""",
    "requirements.txt": "a>=12 ; python_version > '3.8'  # why\n-r more/base.in\nb \\\n  >=1 \\\n  --hash=sha256:x\n",
    "more/base.in": "a>=13\n-r ../requirements.txt\n-c bounds.txt\n-r absent.txt\n-r https://host/x.txt\n",
    "more/bounds.txt": "a<100\n",
    "requirements/dev.txt": "a>=14\n",
    "constraints.txt": "a<98\n",
    "setup.cfg": "[options]\ninstall_requires =\n    a>=15\n    # no\n[options.extras_require]\ntest = a>=16 # x\n",
    "tox.ini": "[testenv:e2e]\ndeps =\n    -r requirements.txt\n    py311: a>=17\n",
    "setup.py": "import setuptools\nDEV = ['a>=18']\nsetuptools.setup(install_requires=['a>=19'] + DEV, "
    "extras_require={'x': DEV}, tests_require=['a>=20'])\n",
    "Pipfile": "[packages]\na = '>=21'\n[dev-packages]\na = '*'\n",
}


def test_every_place_that_declares_is_found_with_its_row(tmp_path: Path) -> None:
    versions = project(tmp_path, PLACES)
    found = [
        (place.text, place.path.relative_to(tmp_path).as_posix(), place.row, place.group)
        for place in versions.declared("A")
    ]
    assert found == [
        ("a>=1", "pyproject.toml", 2, "project.dependencies"),
        ("a>=2", "pyproject.toml", 3, "project.optional-dependencies.test"),
        ("a>=3", "pyproject.toml", 5, "dependency-groups.dev"),
        ("a>=4", "pyproject.toml", 7, "tool.uv.dev-dependencies"),
        ("a>=5", "pyproject.toml", 10, "tool.pdm.dev-dependencies.lint"),
        ("A ^8", "pyproject.toml", 15, "tool.poetry.dependencies"),
        ("a ^9", "pyproject.toml", 17, "tool.poetry.dev-dependencies"),
        ("a ^10", "pyproject.toml", 19, "tool.poetry.group.e2e.dependencies"),
        ("a ^11", "pyproject.toml", 19, "tool.poetry.group.e2e.dependencies"),
        ("a>=6", "pyproject.toml", 12, "tool.hatch.envs.test.dependencies"),
        ("a>=7", "pyproject.toml", 13, "tool.hatch.envs.test.extra-dependencies"),
        ("a>=17", "tox.ini", 4, "testenv:e2e.deps"),
        ("a>=15", "setup.cfg", 3, "options.install_requires"),
        ("a>=16", "setup.cfg", 6, "options.extras_require.test"),
        ("a>=19", "setup.py", 3, "install_requires"),
        ("a>=18", "setup.py", 2, "install_requires"),
        ("a>=18", "setup.py", 2, "extras_require.x"),
        ("a>=20", "setup.py", 3, "tests_require"),
        ("a >=21", "Pipfile", 2, "packages"),
        ("a *", "Pipfile", 4, "dev-packages"),
        ("a>=12 ; python_version > '3.8'", "requirements.txt", 1, "requirements.txt"),
        ("a>=13", "more/base.in", 1, "base.in"),
        ("a>=14", "requirements/dev.txt", 1, "dev.txt"),
    ]
    assert [place.row for place in versions.declared("b")] == [3, 3]


def test_places_have_true_offsets(tmp_path: Path) -> None:
    versions = project(tmp_path, PLACES)
    for place in versions.declared("a"):
        if place.start is not None:
            text = place.path.read_text(encoding="utf-8")[place.start : place.end]
            assert place.text in text or place.key[:2] == ("tool", "poetry") or place.path.name == "Pipfile"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[project\ndependencies = 1"),
        ("pyproject.toml", "project = 1\n[dependency-groups]\ndev = 'x'\n[tool]\nuv = []\nhatch.envs = 1\n"),
        ("pyproject.toml", "[project]\ndependencies = [1, [], {}, 'a b c', '']\n"),
        ("pyproject.toml", "dependencies = " + "[" * 100_000),
        ("setup.cfg", "x\n[options]\ninstall_requires = %(x)s\n"),
        ("setup.py", "setup(install_requires=[x], extras_require={**y})\nsetup("),
        ("setup.py", "from setuptools import setup\nsetup(install_requires=[x], extras_require={**y, z: []})\n"),
        ("setup.py", "(" * 5000 + "setup"),
        ("requirements.txt", "-r\n-r \\\n\\\n=\n-r requirements.txt\n\x00\n"),
        ("uv.lock", '[[package]]\nname = "pytest-asyncio"\nversion = "x y"\n'),
        ("Pipfile", "["),
        ("tox.ini", "[testenv]\ndeps\n"),
    ],
)
def test_broken_files_say_nothing(tmp_path: Path, name: str, text: str) -> None:
    versions = project(tmp_path, {name: text})
    assert versions.declared("pytest-asyncio") == ()
    assert str(versions.in_force("pytest-asyncio").newest) == "1.5.0"


def test_undecodable_files_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_bytes(b"\xff\xfe")
    (tmp_path / "pyproject.toml").mkdir()
    assert Versions(tmp_path).declared("a") == ()


LOCK = '[[package]]\nname = "pytest-asyncio"\nversion = "0.23.8"\n'


def test_locked_wins_over_declared(tmp_path: Path) -> None:
    files = {"requirements.txt": "pytest-asyncio>=0.21\n", "uv.lock": LOCK}
    found = project(tmp_path, files).in_force("pytest_asyncio")
    assert (str(found.newest), found.locked, found.declared) == ("0.23.8", True, True)
    assert found.origin == "locked in uv.lock:2"
    assert str(found) == "pytest-asyncio 0.23.8 (locked in uv.lock:2)"
    assert found.must_be("<1")


def test_a_lock_that_nothing_declared_allows_is_stale(tmp_path: Path) -> None:
    files = {"requirements.txt": "pytest-asyncio>=1.2\n", "uv.lock": LOCK}
    found = project(tmp_path, files).in_force("pytest-asyncio")
    assert (str(found.oldest), str(found.newest), found.locked) == ("1.2.0", "1.5.0", False)
    assert found.origin == "pytest-asyncio>=1.2 (requirements.txt:1)"


def test_declarations_allow_releases(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": "[dependency-groups]\ndev = ['pytest-asyncio>=0.23,<1']\ntest = ['pytest-asyncio==0.21.2']\n"
    }
    versions = project(tmp_path, files)
    found = versions.in_force("pytest-asyncio")
    assert (str(found.oldest), str(found.newest)) == ("0.21.2", "0.26.0")
    assert versions.may_be("pytest-asyncio", "<0.23")
    assert versions.may_be("pytest-asyncio", ">=0.24")
    assert versions.must_be("pytest-asyncio", "<1")
    assert not versions.must_be("pytest-asyncio", ">=0.23")


def test_constraints_bound_but_declare_nothing(tmp_path: Path) -> None:
    versions = project(tmp_path, {"requirements.txt": "pytest>=7\n-c constraints.txt", "constraints.txt": "pytest<8\n"})
    assert str(versions.in_force("pytest").newest) == "7.4.4"
    alone = project(tmp_path / "alone", {"constraints.txt": "pytest<8\n"})
    assert alone.declared("pytest") == ()
    assert str(alone.in_force("pytest").newest) == "7.4.4"


def test_what_nobody_declares_is_the_newest(tmp_path: Path) -> None:
    found = Versions(tmp_path).in_force("pytest")
    assert found.must_be(">=9")
    assert found.origin == "not declared; newest known release"
    unknown = Versions(tmp_path).in_force("nobody-knows")
    assert unknown.may_be("<1")
    assert not unknown.must_be(">=0")


def test_the_workspace_above_counts(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    project(tmp_path, {"uv.lock": LOCK, "pyproject.toml": "[dependency-groups]\ndev = ['pytest-asyncio']\n"})
    found = project(tmp_path / "packages" / "a", {"pyproject.toml": "[project]\n"}).in_force("pytest-asyncio")
    assert found.origin == "locked in ../../uv.lock:2"


def test_the_nearest_requirement_is_in_force(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    project(tmp_path, {"requirements.txt": "pytest-asyncio\n"})
    inner = project(tmp_path / "packages" / "a", {"pyproject.toml": "[project]\ndependencies = ['pytest-asyncio<1']\n"})
    assert inner.must_be("pytest-asyncio", "<1")
    assert len(inner.declared("pytest-asyncio")) == 2


@pytest.mark.parametrize(
    ("declared", "asked", "may", "must"),
    [
        (">=0.4", ">=0.7.2", True, False),
        (">=0.7.2", ">=0.7.2", True, True),
        ("<0.7.2", ">=0.7.2", False, False),
        ("==0.5.*", "<0.6", True, True),
        ("~=0.5", "<1", True, True),
        (">0.5", ">=0.5", True, True),
        ("", "<99", True, False),
        ("!=1.0", "==1.0", False, False),
    ],
)
def test_ranges_without_known_releases_are_compared(declared: str, asked: str, *, may: bool, must: bool) -> None:
    found = VersionInForce(name="x", origin="", ranges=(SpecifierSet(declared),))
    assert (found.may_be(asked), found.must_be(asked)) == (may, must)


NUMBERS = st.lists(st.integers(0, 5), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))
RANGES = st.tuples(st.sampled_from([">=", "<", ">", "<=", "==", "!="]), NUMBERS).map("".join)


@given(RANGES, RANGES, NUMBERS)
def test_no_version_contradicts_an_answer(declared: str, asked: str, version: str) -> None:
    found = VersionInForce(name="x", origin="", ranges=(SpecifierSet(declared),))
    if SpecifierSet(declared).contains(version):
        if SpecifierSet(asked).contains(version):
            assert found.may_be(asked)
        else:
            assert not found.must_be(asked)


def test_kinds_of_places(tmp_path: Path) -> None:
    kinds = [place.kind for place in project(tmp_path, PLACES).declared("a")]
    assert kinds[:3] == [Group.MAIN, Group.EXTRA, Group.GROUP]
    assert Group.CONSTRAINT not in kinds


def test_the_names_of_all_requirements(tmp_path: Path) -> None:
    assert project(tmp_path, PLACES).names >= {"a", "b"}
    assert project(tmp_path / "empty", {"x.txt": "a"}).names == frozenset()


@given(
    st.lists(
        st.sampled_from((">=1", ">=1.4", "<1.4", "<1.4.0", " < 2", ">=0.23", ">1.4", "==1.4.*", "<1.4.0.post1")),
        min_size=1,
    ),
    st.sampled_from(
        ("1.4", "1.4.0", "1.4.0.1", "1.3.9", "2", "0.23.0", "1.4rc1", "1.4.post1", "1.4.dev0", "1!1.4", "1.4+a")
    ),
)
def test_plain_ranges_are_those_of_pep_440(bounds: list[str], version: str) -> None:
    asked = ",".join(bounds)
    assert contains(asked, Version(version)) == SpecifierSet(asked).contains(version, prereleases=True)


def test_constraints_of_one_environment_bound_no_other(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "pytest-asyncio\n",
        "tox.ini": "[testenv]\ndeps =\n  -c low.txt\n",
        "low.txt": "pytest-asyncio<1\n",
    }
    assert str(project(tmp_path, files).in_force("pytest-asyncio").newest) == "1.5.0"


def test_files_that_are_named_only_by_others_are_files_of_the_root(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    files = {
        "requirements.txt": "-r more/base.list\n-c more/bounds.list\n",
        "more/base.list": "-r ../../outside.txt\na\n",
        "more/bounds.list": "a<2\n",
        "package/setup.py": "",
        "tox.ini": "[testenv]\ndeps = -r package/reqs.list\n",
        "package/reqs.list": "a\n",
    }
    versions = project(tmp_path, files)
    assert [file.path.name for file in versions.included] == ["base.list", "bounds.list"]
    assert [place.path.name for place in versions.declared("a")] == ["base.list", "reqs.list"]


def test_the_source_of_compiled_requirements_does_not_widen_what_is_in_force(tmp_path: Path) -> None:
    files = {"requirements/testing.in": "pytest-asyncio\n", "requirements/testing.txt": "pytest-asyncio==0.23.6\n"}
    versions = project(tmp_path, files)
    assert versions.must_be("pytest-asyncio", "<1.0")
    assert len(versions.declared("pytest-asyncio")) == 2


def test_a_source_that_is_not_compiled_counts(tmp_path: Path) -> None:
    files = {"requirements.in": "pytest-asyncio>=1.0\n", "requirements.txt": "-r requirements.in\n"}
    assert project(tmp_path, files).must_be("pytest-asyncio", ">=1.0")
