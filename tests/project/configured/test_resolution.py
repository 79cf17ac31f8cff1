from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import tree

from looplint.project.configured.resolution import pairs_in_force, refused, working_release

if TYPE_CHECKING:
    from pathlib import Path

HEAD = '[project]\nname = "shop"\nrequires-python = ">=3.12"\n'
LOCK = '[[package]]\nname = "{}"\nversion = "{}"\n'


def got(root: Path, files: dict[str, str]) -> list[tuple[str, str, bool]]:
    return [(p.pytest, p.plugin.version, p.only) for p in pairs_in_force(tree(root, files).versions)]


@pytest.mark.parametrize(
    ("requirements", "pair"),
    [
        ("pytest>=9\npytest-asyncio<1.3", ("9.2.0", "0.23.3", False)),
        ("pytest>=8\npytest-asyncio<1.3", ("8.4.2", "1.2.0", False)),
        ("pytest>=9.2\npytest-asyncio>=0.18,<1.3", ("9.2.0", "0.23.3", True)),
        ("pytest\npytest-asyncio==0.21.1", ("9.2.0", "0.21.1", False)),
        ("pytest==8.4.2\npytest-asyncio==0.21.1", ("8.4.2", "0.21.1", True)),
        ("pytest-asyncio<0.24", ("8.4.2", "0.23.8", False)),
        ("pytest-asyncio==0.22.0", ("9.2.0", "0.22.0", False)),
        ("pytest-asyncio", ("9.2.0", "1.5.0", False)),
    ],
)
def test_what_pip_and_uv_make_of_a_list(tmp_path: Path, requirements: str, pair: tuple[str, str, bool]) -> None:
    assert got(tmp_path, {"requirements.txt": requirements}) == [pair]


def test_markers_and_older_pythons_count(tmp_path: Path) -> None:
    wanted = '["pytest", "pytest-asyncio; python_version<\'3.10\'"]'
    text = f'[project]\nname = "x"\nrequires-python = ">=3.8"\ndependencies = {wanted}'
    assert got(tmp_path, {"pyproject.toml": text}) == [("8.4.2", "1.2.0", False), ("8.3.5", "0.24.0", False)]


def test_an_extra_meets_the_default_groups_of_uv(tmp_path: Path) -> None:
    text = (
        f'{HEAD}[project.optional-dependencies]\ntest = ["pytest-asyncio<1.3"]\n'
        '[dependency-groups]\ndev = ["pytest>=9"]\n[tool.uv]\n'
    )
    assert ("9.2.0", "0.23.3", False) in got(tmp_path, {"pyproject.toml": text})


def test_a_lock_goes_before_ranges_unless_it_is_stale(tmp_path: Path) -> None:
    lock = LOCK.format("pytest", "8.4.2") + LOCK.format("pytest-asyncio", "0.26.0")
    files = {"pyproject.toml": f'{HEAD}dependencies = ["pytest", "pytest-asyncio"]', "uv.lock": lock}
    assert got(tmp_path, files) == [("8.4.2", "0.26.0", False)]
    files["pyproject.toml"] = f'{HEAD}dependencies = ["pytest", "pytest-asyncio>=1.3"]'
    assert got(tmp_path, files) == [("9.2.0", "1.5.0", False)]


def test_a_fork_of_a_lock_that_works_speaks_for_the_others(tmp_path: Path) -> None:
    lock = "".join(LOCK.format("pytest", v) for v in ("8.4.2", "9.2.0")) + LOCK.format("pytest-asyncio", "1.0.0")
    files = {"pyproject.toml": f'{HEAD}dependencies = ["pytest", "pytest-asyncio"]', "uv.lock": lock}
    assert got(tmp_path, files) == [("8.4.2", "1.0.0", False)]


@pytest.mark.parametrize(
    ("requirements", "number"),
    [
        ("pytest==7.4.4\npytest-asyncio==0.24.0", 1),
        ("pytest<8\npytest-asyncio>=1", 1),
        ("pytest~=3.0\npytest-asyncio>=0.8", 0),
        ("pytest==99\npytest-asyncio", 0),
        ("pytest\npytest-asyncio>=2", 0),
        ("pytest-asyncio", 0),
    ],
)
def test_what_installers_refuse(tmp_path: Path, requirements: str, number: int) -> None:
    assert len(refused(tree(tmp_path, {"requirements.txt": requirements}).versions)) == number


@pytest.mark.parametrize(
    ("requirements", "found"),
    [
        ("pytest>=9\npytest-asyncio<1.3", ("1.3.0", False)),
        ("pytest==8.4.2\npytest-asyncio==0.21.1", ("0.21.2", False)),
        ("pytest>=8.2,<9\npytest-asyncio>=0.20,<0.21.2", ("0.21.2", False)),
        ("pytest==9.2.0\npytest-asyncio==1.5.0", None),
    ],
)
def test_the_oldest_release_that_works(tmp_path: Path, requirements: str, found: tuple[str, bool] | None) -> None:
    versions = tree(tmp_path, {"requirements.txt": requirements}).versions
    (pair,) = pairs_in_force(versions)
    assert pair.installation is not None
    assert working_release(versions, pair.installation.of("pytest-asyncio")[0], pair) == found


@pytest.mark.parametrize(
    ("name", "text", "pairs"),
    [
        (
            "tox.ini",
            "[testenv:py312]\ndeps =\n  pytest==8.4.2\n  pytest-asyncio==0.21.1\n",
            [("8.4.2", "0.21.1", True)],
        ),
        ("tox.ini", "[testenv:py35]\ndeps =\n  pytest\n  pytest-asyncio\n", []),
        ("tox.ini", "[testenv]\ndeps =\n  pytest-asyncio<0.22\n  pytest=={env:X}\n", []),
        (
            "noxfile.py",
            "def a(s): pass\n@nox.session\ndef b(s):\n  s.install('pytest>=9', 'pytest-asyncio<1.3')\n",
            [("9.2.0", "0.23.3", False)],
        ),
        ("noxfile.py", "@nox.session\ndef b(s):\n  s.install('pytest>=9', 'pytest-asyncio<1.3', *more)\n", []),
        ("environment.yml", "dependencies: [pytest=8.2, pytest-asyncio=0.21.1]\n", [("8.2.2", "0.21.1", True)]),
        ("environment.yml", "dependencies: [pytest, pytest-asyncio=0.21.1]\n", []),
        ("environment.yml", "dependencies: [pytest=9, {pip: [pytest-asyncio<1]}]\n", []),
        (
            "environment.yml",
            "dependencies: [pip, {pip: [pytest==8.4.2, pytest-asyncio==0.21.1]}]\n",
            [("8.4.2", "0.21.1", True)],
        ),
    ],
)
def test_what_environments_get(tmp_path: Path, name: str, text: str, pairs: list[tuple[str, str, bool]]) -> None:
    assert got(tmp_path, {name: text}) == pairs


def test_environments_go_by_their_own_lists_beside_a_lock(tmp_path: Path) -> None:
    lock = LOCK.format("pytest", "8.4.2") + LOCK.format("pytest-asyncio", "0.26.0")
    tox = "[testenv]\ndeps =\n  pytest==8.4.2\n  pytest-asyncio==0.21.1\n"
    files = {"pyproject.toml": f'{HEAD}dependencies = ["pytest", "pytest-asyncio"]', "uv.lock": lock, "tox.ini": tox}
    assert got(tmp_path, files) == [("8.4.2", "0.26.0", False)]
    files["tox.ini"] = tox.replace("deps", "skip_install = true\ndeps")
    assert got(tmp_path, files) == [("8.4.2", "0.26.0", False), ("8.4.2", "0.21.1", True)]


def test_a_repair_keeps_what_other_environments_have(tmp_path: Path) -> None:
    tox = """
        [testenv]
        deps =
            pytest-asyncio==0.21.1
            new: pytest==8.4.2
            old: pytest==7.0.1
        [testenv:new]
        base_python = py310
        [testenv:old]
        base_python = py38
    """
    versions = tree(tmp_path, {"tox.ini": tox}).versions
    failing = next(pair for pair in pairs_in_force(versions) if pair.pytest == "8.4.2")
    (place,) = versions.declared("pytest-asyncio")
    assert working_release(versions, place, failing) == ("0.21.2", False)
    pyproject = '[project]\nname = "x"\ndependencies = ["pytest-asyncio==0.21.1"]\n'
    files = {
        "tox.ini": "[testenv:a]\ndeps = pytest==9.2.0\n[testenv:b]\ndeps = pytest==7.4.4\n",
        "pyproject.toml": pyproject,
    }
    versions = tree(tmp_path, files).versions
    failing = next(pair for pair in pairs_in_force(versions) if pair.pytest == "9.2.0")
    assert working_release(versions, versions.declared("pytest-asyncio")[0], failing) is None
