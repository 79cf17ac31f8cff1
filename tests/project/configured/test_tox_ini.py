from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import tree

from looplint.project.configured.config_file import ConfigFile, Kind
from looplint.project.configured.tox_ini import tox_ini_environments

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project.configured.virtual_environments import Environment

FILES = {
    "tox.ini": """
        [tox]
        env_list = py{39,312}-{old,new}, lint
        no_package = false

        [base]
        deps =
            a>=1  # why
            old: a>=2

        [testenv]
        deps =
            {[base]deps}
            new-!py39: a>=3
            -r {toxinidir}/more/list.txt
            py39: -cbounds.txt
        extras = Test_x, y
        dependency_groups =
            dev

        [testenv:lint]
        skip_install = true
        base_python = python3.13
        deps = ruff

        [testenv:{one,two}]
        base = lint
        deps =
            {[testenv:lint]deps}
            a=={env:A:4}
            two: {env:OTHER}

        [testenv:alone]
        package = skip
        commands_pre = python -m pip install x
    """,
    "more/list.txt": "b\n",
    "bounds.txt": "b<2\n",
}


def made(root: Path, files: dict[str, str]) -> dict[str, Environment]:
    found = [one for _, environments in tree(root, files).versions.environments for one in environments]
    return {one.name.removeprefix("tox environment "): one for one in found}


def texts(environment: Environment) -> list[str]:
    return [build().text for _, build in environment.entries]


def test_environments_have_what_holds_for_their_factors(tmp_path: Path) -> None:
    found = made(tmp_path, FILES)
    assert {name: texts(one) for name, one in found.items()} == {
        "py39-old": ["a>=1", "a>=2"],
        "py39-new": ["a>=1"],
        "py312-old": ["a>=1", "a>=2"],
        "py312-new": ["a>=1", "a>=3"],
        "lint": ["ruff"],
        "one": ["ruff", "a"],
        "two": ["ruff", "a"],
        "alone": ["a>=1"],
    }
    assert {name for name, one in found.items() if not one.project} == {"lint", "one", "two", "alone"}
    assert {name for name, one in found.items() if not one.certain} == {"two", "alone"}
    assert found["py39-old"].files == [(tmp_path / "more/list.txt", False), (tmp_path / "bounds.txt", True)]
    assert found["py312-old"].files == [(tmp_path / "more/list.txt", False)]
    assert (found["py39-old"].extras, found["py39-old"].groups) == ({"test-x", "y"}, {"dev"})
    assert found["lint"].extras == set()
    assert [found[name].pythons for name in ("py39-old", "lint", "one", "alone")] == [
        ("3.9",),
        ("3.13",),
        ("3.13",),
        (),
    ]


def test_places_are_where_the_requirement_is_written(tmp_path: Path) -> None:
    versions = tree(tmp_path, FILES).versions
    text = (tmp_path / "tox.ini").read_text(encoding="utf-8")
    places = versions.declared("a")
    assert [(place.text, place.group, place.partial) for place in places] == [
        ("a>=1", "base.deps", False),
        ("a>=2", "base.deps", False),
        ("a>=3", "testenv.deps", False),
        ("a", "testenv:{one,two}.deps", True),
    ]
    for place in places:
        row = text.splitlines()[place.row - 1]
        assert row[place.column - 1 :].startswith(place.text)
        assert place.partial or text[place.start : place.end] == place.text
    assert [place.path.name for place in versions.declared("b")] == ["list.txt"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[testenv]\ndeps = a\n", ["py"]),
        ("[testenv:x]\ndeps = a\n", ["x"]),
        ("[tox]\nenvlist = a\n", ["a"]),
        ("[testenv:.pkg]\ndeps = a\n", []),
        ("[pytest]\nx = 1\n", []),
        ("[testenv]\ndeps = {[testenv]deps}\nbase = testenv\n", ["py"]),
        ("[testenv\n", []),
    ],
)
def test_the_names_of_environments(tmp_path: Path, text: str, names: list[str]) -> None:
    assert list(made(tmp_path, {"tox.ini": text})) == names


@pytest.mark.parametrize(
    "line",
    [
        "set_env = PIP_CONSTRAINT = c.txt",
        "install_command = python -m pip install --pre {packages}",
        "runner = uv-venv-lock-runner",
        "commands = uv sync",
        "deps = -r absent.txt",
        "deps = --pre",
    ],
)
def test_what_a_resolver_picks_is_open(tmp_path: Path, line: str) -> None:
    assert not made(tmp_path, {"tox.ini": f"[testenv]\n{line}\n"})["py"].certain


def test_sections_of_setup_cfg(tmp_path: Path) -> None:
    text = "[tox:tox]\nenvlist = x\n[testenv]\ndeps = a\n"
    assert texts(made(tmp_path, {"setup.cfg": text})["x"]) == ["a"]


def test_a_matrix_of_many_names_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "tox.ini"
    path.write_text("[tox]\nenv_list = {0-99}-{0-99}\n[testenv]\ndeps =\n  {[testenv]deps}\n  a\n", encoding="utf-8")
    assert len(tox_ini_environments(ConfigFile(path, Kind.TOX_INI)).environments) == 500
