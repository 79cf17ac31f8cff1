from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looplint.project.configured.addopts import parse_addopts


@pytest.mark.parametrize(
    ("words", "mode"),
    [
        ("--asyncio-mode=auto", "auto"),
        ("--asyncio-mode auto", "auto"),
        ("--asyncio-mode=auto --asyncio-mode strict", "strict"),
        ("-k --asyncio-mode=auto", None),
        ("--asyncio-mode", ""),
        ("-q", None),
    ],
)
def test_the_last_asyncio_mode_counts(words: str, mode: str | None) -> None:
    assert parse_addopts(shlex.split(words)).asyncio_mode == mode


@pytest.mark.parametrize(
    "words",
    [
        "-o asyncio_mode=auto",
        "-oasyncio_mode=auto",
        "--override-ini asyncio_mode=auto",
        "--override-ini=asyncio_mode=auto",
        "-o asyncio_mode=strict -o asyncio_mode=auto",
    ],
)
def test_ini_values_are_overridden(words: str) -> None:
    assert parse_addopts(shlex.split(words)).overrides == {"asyncio_mode": "auto"}


def test_plugins_are_enabled_and_disabled() -> None:
    found = parse_addopts(shlex.split("-p no:playwright -pno:asyncio -p anyio -p no:x -p x"))
    assert found.disabled_plugins == {"playwright", "asyncio"}
    assert found.enabled_plugins == {"anyio", "x"}


def test_flags_and_warning_filters_are_kept() -> None:
    found = parse_addopts(shlex.split("-W error -Wignore::X --strict-markers -q tests"))
    assert found.warning_filters == ("error", "ignore::X")
    assert found.flags == {"--strict-markers", "-q"}


@given(st.lists(st.sampled_from(["-o", "-p", "--asyncio-mode", "=", "x=", "-ox", "--", "-", "", "no:"]), max_size=6))
def test_no_words_raise(words: list[str]) -> None:
    assert parse_addopts(words).words == tuple(words)
