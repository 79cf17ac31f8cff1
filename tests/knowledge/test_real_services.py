"""Hosts of the outside world; every service is a class of the catalogue."""

from __future__ import annotations

import pytest

from looplint.knowledge import clients
from looplint.knowledge.held_connections import HELD
from looplint.knowledge.real_services import HTTP_CLIENTS, SERVICES, real_host


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://api.github.com/zen", "api.github.com"),
        ("http://user:word@host.io:80", "host.io"),
        ("wss://stream.binance.com", "stream.binance.com"),
        ("http://localhost:8000", None),
        ("http://127.0.0.1", None),
        ("http://[::1]:80/", None),
        ("http://192.168.1.5", None),
        ("http://redis:6379", None),
        ("http://test", None),
        ("http://x.invalid/", None),
        ("https://example.com/", None),
        ("https://api.example.org/", None),
        ("/relative", None),
        ("sqlite:///x.db", None),
    ],
)
def test_real_hosts(url: str, host: str | None) -> None:
    assert real_host(url) == host


@pytest.mark.parametrize("path", [*SERVICES, *HTTP_CLIENTS, *HELD])
def test_classes_are_catalogued(path: str) -> None:
    found = clients.client(path)
    assert found is not None
    assert found.path == path
