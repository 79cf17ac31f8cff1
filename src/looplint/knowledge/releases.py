"""Releases of pytest and pytest-asyncio: what they declare, what really works, and where behaviour turned.

Declared ranges were read from the wheels' metadata, working ranges from forced installs running a small suite
(0.16 was not run). Nothing was run on pytest below 7.4 or above 9.2.0, or on Python 3.14.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from looplint.knowledge.data import ROOT, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

Name = Literal["pytest", "pytest-asyncio"]


class Since(NamedTuple):
    """The versions of a distribution that behave in the way a constant below describes."""

    distribution: Name
    specifier: str


UNMARKED_ASYNC_FAILS: Final = Since("pytest", ">=8.4")
"""An async test that no plugin runs fails; before it was skipped, and the run stayed green."""
PLAIN_ASYNC_FIXTURE_ERRORS: Final = Since("pytest", ">=9.0")
"""An async fixture that no plugin handles is an error; before the test received a coroutine or an async generator."""
MARK_ON_FIXTURE_ERRORS: Final = Since("pytest", ">=9.0")
"""A mark on a fixture stops collection; before it had no effect (a warning from 8.0)."""
TOOL_PYTEST_READ: Final = Since("pytest", ">=9.0")
"""`[tool.pytest]`, `pytest.toml` and `.pytest.toml` are read; before they were ignored without a word."""
MODES_EXIST: Final = Since("pytest-asyncio", ">=0.17")
"""`asyncio_mode` exists."""
STRICT_IS_DEFAULT: Final = Since("pytest-asyncio", ">=0.19")
"""`asyncio_mode` is strict where nothing is set."""
EVENT_LOOP_OVERRIDE_SPLITS: Final = Since("pytest-asyncio", ">=0.23")
"""A wider `event_loop` override no longer gives fixtures and tests one loop."""
LOOP_SCOPE_EXISTS: Final = Since("pytest-asyncio", ">=0.24")
"""`loop_scope=` and `asyncio_default_fixture_loop_scope` exist, `scope=` of the mark is deprecated; before, the mark
took `loop_scope=` and ignored it, and `pytest_asyncio.fixture` raised TypeError."""
DEFAULT_TEST_LOOP_SCOPE_EXISTS: Final = Since("pytest-asyncio", ">=0.26")
"""`asyncio_default_test_loop_scope` exists."""
EVENT_LOOP_FIXTURE_REMOVED: Final = Since("pytest-asyncio", ">=1.0")
"""There is no fixture `event_loop`; an override of it is silently unused."""
RUNNER_USED: Final = Since("pytest-asyncio", ">=1.1")
"""Tests run in `asyncio.Runner`; tasks left over are cancelled when their loop ends."""
BAD_LOOP_SCOPE_IS_USAGE_ERROR: Final = Since("pytest-asyncio", ">=1.2")
"""A default loop scope that does not exist stops pytest; before it was accepted until used. `asyncio_debug` exists."""
EVENT_LOOP_POLICY_DEPRECATED: Final = Since("pytest-asyncio", ">=1.4")
"""An `event_loop_policy` override warns; the hook `pytest_asyncio_loop_factories` exists."""
FIXTURE_SCOPE_VALUE_EXISTS: Final = Since("pytest-asyncio", ">=1.5")
"""`asyncio_default_fixture_loop_scope = fixture-scope` exists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One release of pytest-asyncio (PEP 440 strings). `works` is None where it was not run."""

    version: str
    pytest: str
    python: str
    works: str | None = None
    yanked: bool = False

    def declares(self, pytest: Version | str) -> bool:
        """Does its metadata allow this pytest, so that a resolver may pick the pair?"""
        return _specifiers(self.pytest).contains(pytest, prereleases=True)

    def works_with(self, pytest: Version | str) -> bool | None:
        """Does it really work with this pytest? None where nobody looked."""
        if self.works is None or not _specifiers(measured()).contains(pytest, prereleases=True):
            return None
        return _specifiers(self.works).contains(pytest, prereleases=True)


@cache
def releases() -> tuple[Release, ...]:
    """All known releases of pytest-asyncio from 0.16, oldest first. Raises `KnowledgeError`."""
    return tuple(Release(**row) for row in _data()["pytest-asyncio"])


def release(version: Version | str) -> Release | None:
    """A release of pytest-asyncio by its version ("1.4" is "1.4.0"); None when it is not known."""
    from packaging.version import Version

    wanted = Version(str(version))
    return next((known for known in releases() if Version(known.version) == wanted), None)


def versions(distribution: Name, *, yanked: bool = False) -> tuple[str, ...]:
    """All known versions, oldest first (pytest from 5.4); yanked ones only if asked for."""
    return tuple(row["version"] for row in _data()[distribution] if yanked or not row.get("yanked"))


def newest(distribution: Name) -> str:
    """The newest version when the data was made (`snapshot`)."""
    return versions(distribution)[-1]


def newest_in(distribution: Name, allowed: SpecifierSet) -> str | None:
    """The newest known version that is allowed and not yanked."""
    return next((version for version in reversed(versions(distribution)) if version in allowed), None)


def resolve(pytest: SpecifierSet, asyncio: SpecifierSet, python: str | None = None) -> tuple[str, Release] | None:
    """The pair (pytest, pytest-asyncio) that pip and uv pick: newest plugin that finds a pytest, newest such pytest.

    None when there is none and they refuse. So `pytest>=9` with `pytest-asyncio<1.3` gives 9.2.0 with 0.23.3, which
    declares no upper bound and does not work, but `pytest>=8` with the same gives 8.4.2 with 1.2.0 (run with uv 0.13
    and pip 24, in either order of the requirements). `python` is "3.12"; None is the newest.
    """
    found = pairs(pytest, asyncio, python)
    plugin = max((plugin for _, plugin in found), key=releases().index, default=None)
    return next((pair for pair in found if pair[1] == plugin), None)


def snapshot() -> str:
    """The day of the data, ISO 8601."""
    day: str = _data()["snapshot"]
    return day


def measured() -> str:
    """The pytest versions between which pairs were run."""
    specifier: str = _data()["measured"]
    return specifier


def pairs(pytest: SpecifierSet, asyncio: SpecifierSet, python: str | None = None) -> tuple[tuple[str, Release], ...]:
    """Every pair that the ranges allow and the plugin's metadata declares, newest pytest first, then newest plugin."""
    return _pairs(str(pytest), str(asyncio), python)


@lru_cache(maxsize=4096)
def _pairs(pytest: str, asyncio: str, python: str | None) -> tuple[tuple[str, Release], ...]:
    return tuple(_each_pair(_specifiers(pytest), _specifiers(asyncio), python))


def _each_pair(pytest: SpecifierSet, asyncio: SpecifierSet, python: str | None) -> Iterator[tuple[str, Release]]:
    plugins = [
        known
        for known in reversed(releases())
        if _may_be_chosen(known.version, asyncio, yanked=known.yanked) and runs_on(known.python, python)
    ]
    for row in reversed(_data()["pytest"]):
        if not _may_be_chosen(row["version"], pytest, yanked=row.get("yanked", False)):
            continue
        if runs_on(row["python"], python):
            yield from ((row["version"], plugin) for plugin in plugins if plugin.declares(row["version"]))


def runs_on(declared: str, python: str | None) -> bool:
    """Does a range of Pythons hold this one ("3.12")? None, the newest, is in all of them."""
    return python is None or _specifiers(declared).contains(python)


def _may_be_chosen(version: str, allowed: SpecifierSet, *, yanked: bool) -> bool:
    """A yanked release is chosen only where it is pinned."""
    if yanked and not any(one.operator in ("==", "===") and "*" not in one.version for one in allowed):
        return False
    return version in allowed


@cache
def _specifiers(text: str) -> SpecifierSet:
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(text)


@cache
def _data() -> dict[str, Any]:
    return read_json(ROOT / "releases.json")
