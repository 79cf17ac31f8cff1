from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.project.configured.config_file import ConfigFile, Kind
from looplint.project.configured.setup_py import setup_entries

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("setup(install_requires=['a'])", [("a", "install_requires")]),
        (
            "A = ['a']\nB = A + ['b']\nsetuptools.setup(tests_require=B)",
            [("a", "tests_require"), ("b", "tests_require")],
        ),
        ("E = {'x': ['a'], y: ['b']}\nsetup(extras_require=E)", [("a", "extras_require.x"), ("b", "extras_require.?")]),
        ("R = ['a']\nif x:\n    R.append('b')\nsetup(install_requires=R)", [("a", "install_requires")]),
        ("setup(install_requires=['a' if x else 'b', f'c>={v}', d])", [("c", "install_requires")]),
        ("setup(install_requires=read('x'), extras_require=x)", []),
        ("setup(**{'install_requires': ['a']})", []),
        ("a = a + a\nsetup(install_requires=a)", []),
        ("a = ['x' 'y']\nb = a + a\nsetup(install_requires=b)", [("xy", "install_requires")] * 2),
        ("print 'setup'", []),
    ],
)
def test_literal_lists(tmp_path: Path, text: str, found: list[tuple[str, str]]) -> None:
    path = tmp_path / "setup.py"
    path.write_text(text, encoding="utf-8")
    places = [build() for _, build in setup_entries(ConfigFile(path, Kind.SETUP_PY))]
    assert [(place.text, place.group) for place in places] == found
