"""Releases: the table agrees with itself, with the conflict table, and with what uv did."""

from __future__ import annotations

import subprocess
import sys

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from looplint.knowledge import releases as table
from looplint.knowledge.conflicts import conflict
from looplint.knowledge.releases import Since, newest, newest_in, release, releases, resolve, versions

BROKEN = ("asyncio-023-early-pytest8", "asyncio-fixturedef-unittest-pytest82", "asyncio-arg2fixturedefs-pytest92")


def test_versions_ascend_and_are_unique() -> None:
    for name in ("pytest", "pytest-asyncio"):
        known = [Version(version) for version in versions(name, yanked=True)]
        assert known == sorted(set(known))


def test_every_range_is_one() -> None:
    for known in releases():
        assert SpecifierSet(known.pytest)
        assert SpecifierSet(known.python)
        assert release(known.version) == known
        assert known.works is None or SpecifierSet(known.works)


def test_the_newest() -> None:
    assert newest("pytest") == "9.2.0"
    assert newest("pytest-asyncio") == "1.5.0"
    assert newest_in("pytest", SpecifierSet("<9")) == "8.4.2"
    assert newest_in("pytest-asyncio", SpecifierSet("<0.24")) == "0.23.8"
    assert newest_in("pytest-asyncio", SpecifierSet(">2")) is None
    assert table.snapshot() == "2026-11-20"


def test_yanked_ones_are_not_chosen() -> None:
    assert set(versions("pytest-asyncio", yanked=True)) - set(versions("pytest-asyncio")) == {"0.22.0"}
    assert set(versions("pytest", yanked=True)) - set(versions("pytest")) == {"8.1.0"}
    assert newest_in("pytest-asyncio", SpecifierSet("==0.22.*")) is None


def test_the_conflict_table_and_the_working_ranges_agree() -> None:
    for known in releases():
        for version in versions("pytest"):
            named = any(
                known.version in conflict(identifier).specifier("pytest-asyncio")
                and version in conflict(identifier).specifier("pytest")
                for identifier in BROKEN
            )
            assert not (named and known.works_with(version)), (known.version, version)


def test_unknown_where_nobody_looked() -> None:
    old, new = release("0.16.0"), release("1.5")
    assert old is not None
    assert new is not None
    assert old.works_with("8.0.0") is None
    assert new.works_with("9.9") is None
    assert new.works_with("9.2.0") is True
    assert release("1.99") is None


@pytest.mark.parametrize(
    ("asyncio", "python", "works", "fails"),
    [
        ("0.23.3", ">=3.8", "7.4.4", "8.0.0"),
        ("0.23.5", ">=3.8", "8.1.2", "8.2.0"),
        ("0.21.2", ">=3.7", "9.1.1", "9.2.0"),
        ("1.0.0", ">=3.9", "8.4.2", "9.2.0"),
        ("0.24.0", ">=3.8", "8.2.0", "7.4.4"),
    ],
)
def test_what_works(asyncio: str, python: str, works: str, fails: str) -> None:
    known = release(asyncio)
    assert known is not None
    assert known.python == python
    assert known.works_with(works) is True
    assert known.works_with(fails) is False


@pytest.mark.parametrize(
    ("pytest_range", "asyncio_range", "pair", "works"),
    [
        (">=9", "<1.3", ("9.2.0", "0.23.3"), False),
        (">=9", ">=0.23,<1", ("9.2.0", "0.23.3"), False),
        (">=9", ">=0.21,<0.24", ("9.2.0", "0.23.3"), False),
        (">=9", "==0.21.*", ("9.2.0", "0.21.2"), False),
        (">=9", "~=0.24", None, None),
        (">=8", "", ("9.2.0", "1.5.0"), True),
        ("<9", ">=1.0", ("8.4.2", "1.5.0"), True),
    ],
)
def test_what_a_resolver_picks(
    pytest_range: str, asyncio_range: str, pair: tuple[str, str] | None, works: bool | None
) -> None:
    found = resolve(SpecifierSet(pytest_range), SpecifierSet(asyncio_range))
    if found is None:
        assert pair is None
        return
    assert (found[0], found[1].version) == pair
    assert found[1].works_with(found[0]) is works


def test_turning_points_name_known_releases() -> None:
    turning = [value for value in vars(table).values() if isinstance(value, Since)]
    assert len(turning) >= 14
    for point in turning:
        allowed = SpecifierSet(point.specifier)
        assert any(version in allowed for version in versions(point.distribution))
        assert any(version not in allowed for version in versions(point.distribution))


def test_packaging_is_imported_only_when_versions_are_compared() -> None:
    code = "import sys, looplint.knowledge.releases as r; r.newest('pytest'); sys.exit('packaging' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
