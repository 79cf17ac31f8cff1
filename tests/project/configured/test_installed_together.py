from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.project.configured.installed_together import Together, together
from looplint.project.configured.requirements import Versions

if TYPE_CHECKING:
    from pathlib import Path

ALWAYS, POSSIBLY, NO = Together.ALWAYS, Together.POSSIBLY, Together.NO
EXTRAS = "[project.optional-dependencies]\nx = ['a']\ny = ['b']\n"
GROUPS = "[dependency-groups]\nx = ['a']\ny = ['b']\n"
POETRY = "[tool.poetry.group.x.dependencies]\na = '*'\n[tool.poetry.group.y.dependencies]\nb = '*'\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pyproject.toml": "[dependency-groups]\nx = ['a', 'b']\n"}, ALWAYS),
        ({"pyproject.toml": "[project]\ndependencies = ['a']\noptional-dependencies.y = ['b']\n"}, ALWAYS),
        ({"pyproject.toml": EXTRAS}, POSSIBLY),
        ({"pyproject.toml": GROUPS}, POSSIBLY),
        ({"pyproject.toml": GROUPS + "z = [{ include-group = 'X' }, { include-group = 'y' }]\n"}, ALWAYS),
        ({"pyproject.toml": GROUPS + "z = [{ include-group = 'z' }, 1, { include-group = 2 }]\n"}, POSSIBLY),
        ({"pyproject.toml": GROUPS + "[tool.uv]\ndefault-groups = 'all'\n"}, ALWAYS),
        ({"pyproject.toml": GROUPS + "[tool.uv]\ndefault-groups = ['x']\n"}, POSSIBLY),
        ({"pyproject.toml": GROUPS + "[tool.uv]\nconflicts = [[{ group = 'x' }, { group = 'y' }]]\n"}, NO),
        ({"pyproject.toml": GROUPS + "[tool.uv]\nconflicts = [[{ group = 'x' }, { extra = 'y' }], 1]\n"}, POSSIBLY),
        ({"pyproject.toml": "[dependency-groups]\ndev = ['a']\n[project.optional-dependencies]\ny = ['b']\n"}, ALWAYS),
        (
            {"pyproject.toml": "[tool.uv]\ndev-dependencies = ['a']\n[project.optional-dependencies]\ny = ['b']\n"},
            ALWAYS,
        ),
        ({"pyproject.toml": POETRY}, ALWAYS),
        ({"pyproject.toml": "[tool.pdm.dev-dependencies]\nx = ['a']\ny = ['b']\n"}, ALWAYS),
        ({"pyproject.toml": POETRY + "[tool.poetry.group.y]\noptional = true\n"}, POSSIBLY),
        ({"pyproject.toml": "[tool.hatch.envs]\nx.dependencies = ['a']\ny.dependencies = ['b']\n"}, NO),
        (
            {
                "pyproject.toml": EXTRAS.replace("'b'", "\"b ; python_version < '3.9'\"").replace(
                    "'a'", "\"a ; python_version > '3'\""
                )
            },
            NO,
        ),
        ({"requirements.txt": "a\nb\n"}, ALWAYS),
        ({"requirements-x.txt": "a\n", "requirements-y.txt": "b\n"}, NO),
        ({"requirements.txt": "a\n", "pyproject.toml": EXTRAS.replace("'a'", "'c'")}, POSSIBLY),
        ({"tox.ini": "[testenv:x]\ndeps = a\n[testenv:y]\ndeps = b\n"}, NO),
        ({"setup.cfg": "[options]\ninstall_requires = a\n[options.extras_require]\ny = b\n"}, ALWAYS),
    ],
)
def test_two_requirements_meet_or_not(tmp_path: Path, files: dict[str, str], expected: Together) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    versions = Versions(tmp_path)
    (one,), (other,) = versions.declared("a"), versions.declared("b")
    assert together(one, other, versions.files) is expected
    assert together(other, one, versions.files) is expected
