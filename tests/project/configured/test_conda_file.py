from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from support.trees import tree

from looplint.project.configured.conda_file import conda_environment
from looplint.project.configured.config_file import ConfigFile, Kind

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "environment.yml": """
        name: shop  # é
        channels: [conda-forge]
        dependencies:
          - python=3.11
          - conda-forge::a=1.2  # why
          - "a >=1,<2"
          - pip
          - pip:
              - -r more.list
              - -e .[test]
              - 'a>=3 ; python_version > "3"'
    """,
    "conda/environment-dev.yaml": "dependencies: [a 4]\n",
    "ci/environment_x.yml": "dependencies:\n  - a\n",
    "environment.md.yml": "dependencies: [a]\n",
    "docker-environment.yml": "dependencies: [a]\n",
    "more.list": "b\n",
}


def test_what_is_declared_for_conda_and_for_pip_in_it(tmp_path: Path) -> None:
    versions = tree(tmp_path, FILES).versions
    assert [
        (place.text, versions.place(place.path, place.row), place.column, place.group)
        for place in versions.declared("a")
    ] == [
        ("conda-forge::a=1.2", "environment.yml:5", 5, "environment.yml.dependencies"),
        ("a >=1,<2", "environment.yml:6", 5, "environment.yml.dependencies"),
        ('a>=3 ; python_version > "3"', "environment.yml:11", 9, "environment.yml.pip"),
        ("a 4", "conda/environment-dev.yaml:1", 16, "environment-dev.yaml.dependencies"),
        ("a", "ci/environment_x.yml:2", 5, "environment_x.yml.dependencies"),
    ]
    assert [place.ranges for place in versions.declared("a")][:2] == [("==1.2.*",), (">=1,<2",)]
    assert [place.marker for place in versions.declared("a")][:3] == [None, None, 'python_version > "3"']
    assert [place.path.name for place in versions.declared("b")] == ["more.list"]
    first = versions.environments[0][1][0]
    assert (first.name, first.pythons, first.extras, first.project) == ("environment.yml", ("3.11",), {"test"}, True)


@pytest.mark.parametrize(
    "text",
    [
        "dependencies:\n",
        "dependencies: x\n",
        "dependencies: [[], {}, {pip: x}, {pip: [[], {}]}, '', '!']\n",
        "dependencies: &x [*x]\n",
        "- dependencies: [a]\n",
        "env:\n  dependencies: [a]\n",
        "{{ template }}: [a]\n",
        "",
    ],
)
def test_what_is_no_environment_says_nothing(tmp_path: Path, text: str) -> None:
    project = tree(tmp_path, {"environment.yml": text})
    assert project.versions.names == frozenset()
    assert [file.error for file in project.versions.files] == [None]


SPEC = st.tuples(
    st.sampled_from(["{}", '"{}"', "'{}'"]), st.sampled_from(["a", "a=1", "a >=1,<2", "a[version='>1']", "é::a"])
)


@given(
    st.lists(SPEC, min_size=1, max_size=4),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.sampled_from(["", "  # ü"]),
)
def test_places_are_those_of_the_parser(items: list[tuple[str, str]], newline: str, flow: bool, comment: str) -> None:
    written = [quote.format(spec) for quote, spec in items if "'" not in spec or quote != "'{}'"]
    if flow:
        written = [one for one in written if one[0] in "'\""]
        text = f"x: é\ndependencies: [{', '.join(written)}]{comment}\n"
    else:
        text = "x: é\ndependencies:\n" + "".join(f"- {one}{comment}\n" for one in written)
    text = text.replace("\n", newline)
    file = ConfigFile.__new__(ConfigFile)
    from pathlib import Path

    file.kind, file.path = Kind.CONDA, Path("/nowhere/environment.yml")
    file.__dict__["_read"] = (text, None)
    found = [build() for _, build in conda_environment(file).entries]
    expected = yaml.safe_load(text)["dependencies"] or []
    assert [place.text for place in found] == expected
    for place in found:
        assert place.start is not None
        assert yaml.safe_load(text[place.start : place.end]) == place.text
        assert text.split("\n")[place.row - 1][place.column - 1 :].startswith(text[place.start : place.end])
