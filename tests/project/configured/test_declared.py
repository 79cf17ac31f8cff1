from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from looplint.project.configured.declared import (
    Declared,
    Group,
    Notation,
    canonical,
    parse_requirement,
    poetry_ranges,
    poetry_text,
    requirement_name,
)


@pytest.mark.parametrize(
    ("constraint", "ranges"),
    [
        ("^1.2.3", (">=1.2.3,<2",)),
        ("^0.23", (">=0.23,<0.24",)),
        ("^0.23.1", (">=0.23.1,<0.24",)),
        ("^0.0.3", (">=0.0.3,<0.0.4",)),
        ("^0.0", (">=0.0,<0.1",)),
        ("^0", (">=0,<1",)),
        ("^2", (">=2,<3",)),
        ("~1.2.3", (">=1.2.3,<1.3",)),
        ("~1", (">=1,<2",)),
        ("~=1.4", ("~=1.4",)),
        ("*", ("",)),
        ("", ("",)),
        ("1.2.3", ("==1.2.3",)),
        ("0.23.*", ("==0.23.*",)),
        (">=1,<2", (">=1,<2",)),
        (">=1 <2", (">=1,<2",)),
        (">= 1, < 2", (">=1,<2",)),
        ("^0.21 || ^1.0", (">=0.21,<0.22", ">=1.0,<2")),
        ("==1.0", ("==1.0",)),
    ],
)
def test_poetry_constraints_become_ranges(constraint: str, ranges: tuple[str, ...]) -> None:
    assert poetry_ranges(constraint) == ranges


@given(st.lists(st.integers(0, 30), min_size=1, max_size=3), st.sampled_from("^~"))
def test_a_caret_or_tilde_range_holds_its_own_version_and_ends(numbers: list[int], sign: str) -> None:
    version = ".".join(map(str, numbers))
    (written,) = poetry_ranges(sign + version)
    assert SpecifierSet(written).contains(version)
    assert not SpecifierSet(written).contains("31.0")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Pytest_Asyncio>=1", "pytest-asyncio"),
        ("a.b[extra] ; python_version > '3'", "a-b"),
        ("pkg @ git+https://host/x", "pkg"),
        ("-e file:///x#egg=pkg", None),
        ("./local", None),
        ("git+https://host/x", None),
        ("C:\\x", None),
        ("https://host/x.whl", None),
        ("", None),
    ],
)
def test_the_name_of_a_requirement(text: str, name: str | None) -> None:
    assert requirement_name(text) == name


def test_canonical_names() -> None:
    assert canonical("Pytest._-Asyncio") == "pytest-asyncio"


def test_poetry_entries() -> None:
    assert poetry_text("a", "^1") == "a ^1"
    assert poetry_text("a", {"version": "~1", "extras": ["x"]}) == "a ~1"
    assert poetry_text("a", {"git": "x"}) == "a"
    assert poetry_text("a", 1) == "a"


def declared(text: str, **more: object) -> Declared:
    values = {
        "name": "a",
        "text": text,
        "kind": Group.GROUP,
        "group": "dependency-groups.dev",
        "path": Path("x"),
        "row": 1,
    }
    return Declared(**{**values, **more})  # type: ignore[arg-type]


def test_ranges_and_markers() -> None:
    one = declared("a[x]>=1,<2; python_version > '3.9'")
    assert {*one.ranges[0].split(",")} == {">=1", "<2"}
    assert one.marker == 'python_version > "3.9"'
    assert one.set_name == "dev"
    assert declared("a >= x").ranges == ("",)
    assert declared("a").marker is None
    assert declared("a ^1", notation=Notation.POETRY).ranges == (">=1,<2",)
    assert declared("a", kind=Group.FILE, group="requirements.dev.txt").set_name == "requirements.dev.txt"


def test_what_is_no_requirement_is_none() -> None:
    assert parse_requirement("a b c") is None
