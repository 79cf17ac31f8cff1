from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.edited import parse

from looplint.knowledge.clients import client
from looplint.project.code.client_values import client_attribute, client_item, made_by_method, same_client
from looplint.project.code.values import ClientValue, Origin

if TYPE_CHECKING:
    from looplint.project.code.values import Value

HERE = Origin(parse("x = 1\n").facts, ast.Pass())


def of(dotted: str, chain: str = "", via: str = "constructor") -> ClientValue:
    found = client(dotted)
    assert found is not None
    return ClientValue(HERE, via, found, chain)


def shown(value: Value | None) -> object:
    return (value.client.path, value.chain) if isinstance(value, ClientValue) else value


@pytest.mark.parametrize(
    ("value", "name", "expected"),
    [
        (of("openai.OpenAI"), "chat", ("openai.OpenAI", "chat")),
        (of("openai.OpenAI", "chat"), "completions", ("openai.OpenAI", "chat.completions")),
        (of("openai.OpenAI"), "unheard_of", None),
        (of("pymongo.MongoClient"), "users", ("pymongo.database.Database", "")),
        (of("pymongo.MongoClient"), "_private", None),
        (of("redis.Redis"), "users", None),
    ],
)
def test_attributes(value: ClientValue, name: str, expected: object) -> None:
    assert shown(client_attribute(value, name)) == expected


def test_items() -> None:
    assert shown(client_item(of("pymongo.database.Database"))) == ("pymongo.collection.Collection", "")
    assert client_item(of("redis.Redis")) is None


def test_clients_that_clients_make() -> None:
    made = made_by_method(of("sqlite3.Connection"), "cursor", "", HERE)
    assert (shown(made), made and made.via) == (("sqlite3.Cursor", ""), "factory")
    hinted = made_by_method(of("sqlite3.Connection", via="annotation"), "cursor", "", HERE)
    assert hinted is not None
    assert hinted.via == "annotation"
    assert made_by_method(of("sqlite3.Connection"), "commit", "", HERE) is None
    assert made_by_method(of("sqlite3.Connection"), "cursor", "await", HERE) is None


def test_agreement() -> None:
    one, other = of("redis.Redis"), of("redis.Redis", via="annotation")
    assert same_client([one]) is one
    assert same_client([one, other]) is other
    assert same_client([one, of("redis.asyncio.Redis")]) is None
    assert same_client([one, None]) is None
    assert same_client([]) is None
