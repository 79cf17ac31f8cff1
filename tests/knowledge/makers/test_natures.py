"""From what was seen to one nature for each method."""

from __future__ import annotations

from typing import Any

import pytest

from looplint.knowledge.makers.natures import Library, natures_of, owner, twins


def described(special: tuple[str, ...] = (), *, pydantic: bool = False, **members: dict[str, Any]) -> dict[str, Any]:
    return {"special": list(special), "pydantic": pydantic, "members": members}


SYNC = {"nature": "sync", "why": "flag"}
DUAL = {"nature": "dual", "why": "annotation"}
CORO = {"nature": "coroutine", "why": "flag"}


def test_attributes_and_properties_are_left_out() -> None:
    description = described(get=SYNC, name={"nature": "property"}, size={"nature": "attribute"})
    assert natures_of("x.Client", description, "sync") == ({"get": "sync"}, [])


def test_an_open_union_is_a_value_where_nothing_else_is_async() -> None:
    assert natures_of("x.Client", described(get=DUAL), "sync")[0] == {"get": "sync"}
    assert natures_of("x.Client", described(get=DUAL, put=CORO), "sync")[0]["get"] == "dual"
    assert natures_of("x.Client", described(("__aenter__",), get=DUAL), "sync")[0] == {"get": "dual"}


def test_self_may_be_awaited_where_the_class_can() -> None:
    member = {"nature": "sync", "why": "returns-self"}
    assert natures_of("x.Client", described(("__await__",), set=member), "async")[0] == {"set": "await_or_with"}
    special = ("__await__", "__aiter__")
    assert natures_of("x.Client", described(special, set=member), "async")[0] == {"set": "await_or_for"}
    assert natures_of("x.Client", described(set=member), "async")[0] == {"set": "sync"}


def test_noise_of_pydantic_and_sqlalchemy() -> None:
    description = described(pydantic=True, get=SYNC, model_dump=SYNC, json=SYNC, mro=SYNC)
    assert set(natures_of("x.Client", description, "sync")[0]) == {"get"}
    assert set(natures_of("x.Client", description, "async")[0]) == {"get", "model_dump", "json", "mro"}


def test_judgement_calls_win() -> None:
    description = described(acquire=SYNC, release=SYNC, close=SYNC)
    found = natures_of("aiomysql.Pool", description, "async")[0]
    assert found == {"acquire": "await_or_with", "release": "future", "close": "sync"}
    assert natures_of("discord.Client", described(loop=SYNC), "async")[0] == {}


@pytest.mark.parametrize(
    ("path", "verdict", "undecided"),
    [
        ("exa_py.AsyncExa", {**SYNC, "weak": True}, True),
        ("exa_py.AsyncExa", {**SYNC, "weak": False}, False),
        ("exa_py.AsyncExa", {**SYNC, "weak": True, "heard": "value"}, False),
        ("cohere.AsyncClient", {**SYNC, "bare": True, "heard": "error:ValueError"}, True),
        ("cohere.AsyncClient", {**SYNC, "bare": True, "heard": "error:TypeError"}, False),
        ("httpx.AsyncClient", {**SYNC, "weak": True}, False),
    ],
)
def test_what_nobody_can_tell(path: str, verdict: dict[str, Any], undecided: bool) -> None:
    assert natures_of(path, described(wrap=verdict), "async")[1] == (["wrap"] if undecided else [])


def test_attributes_hold_classes_of_the_same_kind() -> None:
    def entry(kind: str, origin: str, **namespaces: str) -> dict[str, Any]:
        return {"kind": kind, "origin": origin, "namespaces": namespaces}

    library = Library(
        classes={
            "p.Page": entry(
                "async", "q.Page", keyboard="async:q.Keyboard", client="async:q.Keyboard", raw="async:q.Raw"
            ),
            "p.Keyboard": entry("async", "q.Keyboard"),
            "p.SyncPage": entry("sync", "q.SyncPage", keyboard="sync:q.Keyboard"),
        },
        below={"async:q.Keyboard": {"press": "coroutine"}, "async:q.Raw": {"send": "coroutine"}},
    )
    assert library.attributes("p.Page") == {"keyboard": "p.Keyboard"}
    assert library.attributes("p.SyncPage") == {}
    assert library.namespaces("p.Page") == {"raw": "async:q.Raw"}


def test_owners_and_twins() -> None:
    assert owner("redis.Redis") == "redis"
    assert owner("mcp.ClientSession") == "mcp"
    assert owner("nobody.Client") is None
    assert twins()["redis.Redis"] == "redis.asyncio.Redis"
    assert twins()["aiohttp.ClientSession"] == "requests.Session"
    assert "gspread.Client" not in twins()  # its twin is not catalogued
