from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from looplint.project.configured.conda_versions import conda_name, conda_parts, conda_ranges
from looplint.project.configured.requirements import specifier_sets


@pytest.mark.parametrize(
    ("text", "name", "ranges"),
    [
        ("pytest", "pytest", {""}),
        ("pytest=8.2", "pytest", {"==8.2.*"}),
        ("pytest =8.2", "pytest", {"==8.2.*"}),
        ("pytest=8.2.*", "pytest", {"==8.2.*"}),
        ("pytest==8.2", "pytest", {"==8.2"}),
        ("pytest==8.2.*", "pytest", {"==8.2.*"}),
        ("pytest 8.2", "pytest", {"==8.2"}),
        ("pytest 8.*", "pytest", {"==8.*"}),
        ("pytest>=8,<9", "pytest", {">=8,<9"}),
        ("pytest >=8, <9", "pytest", {">=8,<9"}),
        ("pytest>=8.2.*", "pytest", {">=8.2"}),
        ("pytest!=8.1.*", "pytest", {"!=8.1.*"}),
        ("pytest~=8.2", "pytest", {"~=8.2"}),
        ("pytest 7.*|8.2", "pytest", {"==7.*", "==8.2"}),
        ("pytest=8.2=py39_0", "pytest", {"==8.2"}),
        ("pytest 8.2 py39_0", "pytest", {"==8.2"}),
        ("pytest *", "pytest", {""}),
        ("conda-forge::pytest-asyncio=0.21", "pytest-asyncio", {"==0.21.*"}),
        ("conda-forge/linux-64::pytest", "pytest", {""}),
        ("pytest[version='>=8,<9']", "pytest", {">=8,<9"}),
        ('pytest[build=x, version="8.*"]', "pytest", {"==8.*"}),
        ("pytest >=8.x, what", "pytest", {""}),
        ("pytest ???", "pytest", {""}),
        ("", None, {""}),
        ("/path", None, {""}),
    ],
)
def test_what_a_specification_allows(text: str, name: str | None, ranges: set[str]) -> None:
    assert conda_name(text) == name
    assert set(conda_ranges(text)) == ranges


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a::b-c >=1,<2", ("a::b-c", " ", ">=1,<2")),
        ("b=1", ("b", "", "=1")),
        ("b", ("b", "", "")),
        ("b=1=build", None),
        ("b[version='1']", None),
        ("-", None),
    ],
)
def test_the_parts_of_a_specification(text: str, parts: tuple[str, str, str] | None) -> None:
    assert conda_parts(text) == parts


@given(st.text(alphabet="ab-.:=<>!~,|*[]'\" 019_", max_size=20))
def test_no_text_raises(text: str) -> None:
    conda_parts(text)
    assert len(specifier_sets(conda_ranges("a " + text))) >= 1


@given(
    st.sampled_from([">=", "<=", "==", "!=", ">", "<", "~="]), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)
)
def test_a_bound_is_that_of_pep_440(operator: str, major: int, minor: int, patch: int) -> None:
    (found,) = specifier_sets(conda_ranges(f"a {operator}{major}.{minor}"))
    version = f"{major}.{patch}"
    assert found.contains(version) is SpecifierSet(f"{operator}{major}.{minor}").contains(version)
