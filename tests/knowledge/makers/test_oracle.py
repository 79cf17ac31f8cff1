"""Calling methods to see what they give."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from sample_library import Client

from looplint.knowledge.makers import oracle
from looplint.knowledge.makers.classify import Verdict, classify_member

if TYPE_CHECKING:
    import pytest


def listen(*names: str) -> dict[str, str]:
    async def inside() -> dict[str, str]:
        return oracle.listen(Client(), names)

    return asyncio.run(inside())


def test_what_is_heard() -> None:
    assert listen("union", "pipeline", "list", "scan", "session", "plain", "raising") == {
        "union": "await",
        "pipeline": "await+enter",
        "list": "await+iterate",
        "scan": "iterate",
        "session": "enter",
        "plain": "value",
        "raising": "error:ValueError",
    }
    assert listen("nobody") == {"nobody": "error:TypeError"}


def test_a_call_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle, "SECONDS", 1)
    assert oracle.call(lambda: time.sleep(30)) == "error:time"


def test_arguments_are_made_up_until_they_fit() -> None:
    def picky(names: list[str], *, table: dict[str, str]) -> int:
        return len(names) + len(table)

    def stubborn(value: Any) -> int:
        if not isinstance(value, dict):
            raise TypeError
        return 1

    assert oracle.call(picky) == "value"
    assert oracle.call(stubborn) == "value"
    assert oracle.call(lambda *_: None) == "none"


def test_what_was_heard_overrules_annotations_but_not_flags() -> None:
    members: dict[str, Verdict] = {
        "flag": {"nature": "coroutine", "why": "flag"},
        "union": {"nature": "dual", "why": "annotation"},
        "refused": {"nature": "dual", "why": "annotation"},
        "value": {"nature": "awaitable", "why": "annotation"},
        "plain": {"nature": "sync", "why": "flag"},
    }
    assert oracle.unsettled(members) == ["union", "refused", "value", "plain"]
    oracle.apply(members, {"union": "await", "refused": "error:TypeError", "value": "value", "plain": "await"})
    natures = {name: verdict["nature"] for name, verdict in members.items()}
    assert natures == {
        "flag": "coroutine",
        "union": "awaitable",
        "refused": "awaitable",  # the class is of one mind
        "value": "sync",
        "plain": "awaitable",
    }


def test_a_class_of_two_minds_settles_nothing() -> None:
    members: dict[str, Verdict] = {name: {"nature": "dual", "why": "annotation"} for name in ("one", "two", "three")}
    oracle.apply(members, {"one": "await", "two": "value", "three": "error:TypeError"})
    assert [verdict["nature"] for verdict in members.values()] == ["awaitable", "sync", "dual"]


def test_what_is_settled_is_not_called() -> None:
    members = {name: classify_member(Client, name) for name in ("get", "scan", "chained", "plain", "union")}
    members["close"] = classify_member(Client, "plain")
    assert oracle.unsettled(members) == ["plain", "union"]


def test_there_is_no_network() -> None:
    code = (
        "import socket\n"
        "from looplint.knowledge.makers import oracle\n"
        "oracle.network_off()\n"
        "raise SystemExit(oracle.call(lambda: socket.create_connection(('localhost', 1))) != 'error:network')\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
