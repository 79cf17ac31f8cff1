from __future__ import annotations

from typing import TYPE_CHECKING

from support.trees import tree

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project.configured.virtual_environments import Environment

TEXT = """
    [tool.hatch.envs.default]
    dependencies = ["a"]
    features = ["X_y"]
    python = "3.12"
    [tool.hatch.envs.inherits]
    extra-dependencies = ["b"]
    dependency-groups = ["dev"]
    [tool.hatch.envs.replaces]
    template = "inherits"
    dependencies = ["c"]
    skip-install = true
    [tool.hatch.envs.apart]
    detached = true
    dependencies = ["d"]
    [[tool.hatch.envs.many.matrix]]
    version = ["1", "2"]
    [tool.hatch.envs.round]
    template = "round"
"""


def made(root: Path, text: str) -> dict[str, Environment]:
    (found,) = (environments for _, environments in tree(root, {"pyproject.toml": text}).versions.environments)
    return {one.name.removeprefix("hatch environment "): one for one in found}


def test_environments_inherit_what_they_do_not_set(tmp_path: Path) -> None:
    found = made(tmp_path, TEXT)
    assert {name: [entry for entry, _ in one.entries] for name, one in found.items()} == {
        "default": ["a"],
        "inherits": ["a", "b"],
        "replaces": ["c", "b"],
        "apart": ["d"],
        "many": ["a"],
        "round": [],
    }
    assert {name for name, one in found.items() if one.project} == {"default", "inherits", "many", "round"}
    assert {name for name, one in found.items() if not one.certain} == {"many"}
    assert found["inherits"].extras == {"x-y"}
    assert found["inherits"].groups == {"dev"}
    assert found["replaces"].pythons == ("3.12",)
    assert found["apart"].pythons == ()


def test_what_is_no_environment_is_none(tmp_path: Path) -> None:
    text = "[tool.hatch.envs]\nx = 1\ny = { dependencies = 1, features = 2, template = 3, python = 4 }\n"
    found = made(tmp_path, text)
    assert set(found) == {"y"}
    assert (found["y"].entries, found["y"].extras, found["y"].pythons) == ([], set(), ())
