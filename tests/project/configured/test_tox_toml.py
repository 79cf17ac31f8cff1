from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import tree

from looplint.project.configured.config_edits import remove_requirement, replace_requirement

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project import Project
    from looplint.project.configured.virtual_environments import Environment

NATIVE = """
    env_list = ["3.13", "py{311,312}-x", { product = [["a", "b"], ["c"]] }]
    [env_run_base]
    deps = ["a>=1", "-r more.list", "-c {tox_root}/bounds.list"]
    extras = ["Test_x"]
    [env_base.shared]
    deps = ["a>=2"]
    [env.lint]
    skip_install = true
    deps = ["ruff", { replace = "ref", of = ["env_run_base", "deps"], extend = true }]
    dependency_groups = ["dev"]
    base_python = ["3.12"]
    [env.other]
    base = ["shared"]
    package = "skip"
    [env.open]
    deps = [{ replace = "if", condition = "x", then = ["a"] }, 1, "{env:X}"]
    [env.round]
    deps = [{ replace = "ref", env = "round", key = "deps" }]
"""
FILES = {"more.list": "b\n", "bounds.list": "b<2\n"}


def made(project: Project) -> dict[str, Environment]:
    found = [one for _, environments in project.versions.environments for one in environments]
    return {one.name.removeprefix("tox environment "): one for one in found}


@pytest.mark.parametrize("prefix", ["", "tool.tox"])
def test_environments_of_the_native_format(tmp_path: Path, prefix: str) -> None:
    text = NATIVE
    if prefix:
        text = NATIVE.replace("[env", f"[{prefix}.env").replace("    env_list", f"[{prefix}]\n    env_list")
    project = tree(tmp_path, {"pyproject.toml" if prefix else "tox.toml": text, **FILES})
    found = made(project)
    assert {name: [build().text for _, build in one.entries] for name, one in found.items()} == {
        "3.13": ["a>=1"],
        "py311-x": ["a>=1"],
        "py312-x": ["a>=1"],
        "a-c": ["a>=1"],
        "b-c": ["a>=1"],
        "lint": ["ruff", "a>=1"],
        "other": ["a>=2"],
        "open": [],
        "round": [],
    }
    assert {name for name, one in found.items() if not one.project} == {"lint", "other"}
    assert {name for name, one in found.items() if not one.certain} == {"open"}
    assert found["3.13"].files == [(tmp_path / "more.list", False), (tmp_path / "bounds.list", True)]
    assert (found["3.13"].extras, found["lint"].extras, found["lint"].groups) == ({"test-x"}, set(), {"dev"})
    assert [found[name].pythons for name in ("3.13", "py311-x", "lint")] == [("3.13",), ("3.11",), ("3.12",)]
    groups = {place.group for place in project.versions.declared("a")}
    assert groups == {f"{prefix}{'.' if prefix else ''}{name}.deps" for name in ("env_run_base", "env_base.shared")}


def test_edits_of_the_native_format(tmp_path: Path) -> None:
    project = tree(tmp_path, {"tox.toml": "[env_run_base]\ndeps = [\n  'a>=1',  # why\n  'b',\n]\n"})
    (place,), (file,) = project.versions.declared("a"), project.versions.files
    assert changed(file.text, replace_requirement(file, place, "a>=2")).splitlines()[2] == "  'a>=2',  # why"
    assert changed(file.text, remove_requirement(file, place)) == "[env_run_base]\ndeps = [\n  'b',\n]\n"


LEGACY = '''\
[tool.tox]
legacy_tox_ini = """
[tox]
env_list = py312
[testenv]
deps =
    a>=1
    b
"""
'''


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_ini_file_within_pyproject(tmp_path: Path, newline: str) -> None:
    (tmp_path / "pyproject.toml").write_bytes(LEGACY.replace("\n", newline).encode())
    project = tree(tmp_path, {})
    ((file, (environment,)),) = project.versions.environments
    assert (environment.name, environment.pythons) == ("tox environment py312", ("3.12",))
    (place,) = project.versions.declared("a")
    assert (place.row, place.column, place.group) == (7, 5, "testenv.deps")
    replaced = changed(file.text, replace_requirement(file, place, "a>=2"))
    assert replaced == LEGACY.replace("a>=1", "a>=2").replace("\n", newline)
    removed = changed(file.text, remove_requirement(file, place))
    assert removed == LEGACY.replace("    a>=1\n", "").replace("\n", newline)
    assert replace_requirement(file, place, 'a"""') == ()


@pytest.mark.parametrize(
    "text",
    [
        "env_list = 1\nenv = 2\nenv_run_base = 3\n",
        "[env]\nx = 1\n[env_run_base]\ndeps = 'a'\n",
        "[env.x]\nbase = ['x', 'y', 1]\ndeps = [[], {}, { replace = 'ref' }, { replace = 'ref', of = [1] }]\n",
        "[tool.tox]\nlegacy_tox_ini = '[tox'\n",
        "env_list = [{ product = 1 }, { product = [1, ['a', 2]] }]\n",
        "legacy_tox_ini = 1",
        "x = [",
    ],
)
@pytest.mark.parametrize("name", ["tox.toml", "pyproject.toml"])
def test_what_is_no_configuration_says_nothing(tmp_path: Path, name: str, text: str) -> None:
    assert tree(tmp_path, {name: text}).versions.names == frozenset()


def changed(text: str, edits: tuple[object, ...]) -> str:
    (edit,) = edits
    return text[: edit.start] + edit.text + text[edit.end :]  # type: ignore[attr-defined, no-any-return]
