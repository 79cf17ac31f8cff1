"""The table of names: when a name is said to be awaited whatever its object."""

from __future__ import annotations

import json
from typing import Any

import pytest

from looplint.knowledge import awaited
from looplint.knowledge.data import ROOT
from looplint.knowledge.makers import names
from looplint.knowledge.makers.names import classified, dump

TWO = {"one", "two"}


@pytest.mark.parametrize(
    ("name", "seen", "prior", "kind"),
    [
        ("readexactly", {"coroutine": TWO}, (0, 9), "awaited"),
        ("readexactly", {"coroutine": TWO}, (1, 9), "awaited_single"),
        ("readexactly", {"coroutine": TWO, "sync": {"three"}}, (0, 9), None),
        ("readexactly", {"coroutine": {"one"}}, (0, 9), "awaited_single"),
        ("readexactly", {"coroutine": {"one"}}, (0, 2), None),
        ("ainvoke", {"coroutine": {"one"}}, (0, 1), "awaited"),
        ("apply", {"coroutine": {"one"}}, (0, 1), None),
        ("search_async", {"awaitable": {"one"}}, (0, 8), "awaited"),
        ("search_async", {"awaitable": {"one"}}, (0, 7), None),
        ("get", {"coroutine": {"one"}, "dual": {"two"}}, (90, 10), None),
        ("aiter_lines", {"async_for": {"one"}}, (0, 3), "async_iterated"),
        ("put_nowait", {"sync": {"one"}}, (50, 1), "sync"),
        ("put_nowait", {"sync": {"one"}}, (50, 5), None),
        ("nobody_mocks_this", {"sync": {"one"}}, (50, 0), None),
        ("json", {"sync": {"one"}, "coroutine": {"two"}}, (5, 5), "ambiguous"),
        ("_private", {"coroutine": TWO}, (0, 9), None),
    ],
)
def test_kinds(name: str, seen: dict[str, set[str]], prior: tuple[int, int], kind: str | None) -> None:
    entry = classified({name: seen}, {name: prior}).get(name)
    assert (entry and entry["kind"]) == kind


def test_definitions_that_only_look_async_are_ambiguous() -> None:
    table = classified({}, {"sync_to_async": (3, 1), "once_async": (1, 0), "_hidden_async": (3, 0)})
    assert table == {"sync_to_async": {"kind": "ambiguous"}}


def test_the_known_exceptions_go_with_the_name() -> None:
    table = classified({"aclose": {"coroutine": {"httpx"}, "sync": {"postgrest"}}}, {})
    assert table["aclose"]["sync_in"] == ["postgrest.SyncPostgrestClient"]


def test_the_table_that_ships_is_as_it_would_be_written() -> None:
    text = names.FILE.read_text(encoding="utf-8")
    assert (ROOT / "awaited_names.json").read_text(encoding="utf-8") == dump(json.loads(text)["names"])


def test_changes_are_told() -> None:
    table: dict[str, Any] = dict(awaited.names())
    table["ainvoke"] = {"kind": "sync"}
    table["new_name"] = {"kind": "awaited"}
    del table["json"]
    assert names.changes(table) == ["ainvoke: awaited -> sync", "json: ambiguous -> None", "new_name: None -> awaited"]
