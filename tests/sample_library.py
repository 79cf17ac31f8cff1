"""A small library to look at: each nature once."""

from __future__ import annotations

import asyncio  # noqa: TC003 - annotations are evaluated
import contextlib
from collections.abc import AsyncIterator, Awaitable, Iterator  # noqa: TC003
from typing import Any


class Pipeline:
    """Awaited or entered."""

    def __await__(self) -> Any:
        yield

    async def __aenter__(self) -> Any:
        return self


class Page:
    """Awaited or iterated."""

    def __await__(self) -> Any:
        yield

    def __aiter__(self) -> AsyncIterator[int]:
        raise NotImplementedError


class Resource:
    """A namespace."""

    async def create(self) -> int:
        return 1

    def build(self) -> int:
        return 2


class Client:
    """One method of each nature."""

    class Inner:
        """No method."""

    constant = 3

    def __init__(self) -> None:
        self.resource = Resource()

    @property
    def typed(self) -> Resource:
        return self.resource

    @property
    async def height(self) -> int:
        return 1

    async def get(self, name: str) -> str:
        return name

    async def scan(self) -> AsyncIterator[int]:
        yield 1

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[int]:
        yield 1

    def delegated(self, name: str):  # type: ignore[no-untyped-def]
        return self.get(name)

    def promised(self) -> Awaitable[int]:
        raise NotImplementedError

    def union(self, name: str) -> Awaitable[str] | str:
        return self.get(name)

    def task(self) -> asyncio.Task[int]:
        raise NotImplementedError

    def pipeline(self) -> Pipeline:
        return Pipeline()

    def list(self) -> Page:
        return Page()

    def chained(self) -> Client:
        return self

    def hidden(self, other):  # type: ignore[no-untyped-def]
        return other.answer()

    def plain(self, count: int) -> int:
        return count

    def many(self) -> Iterator[int]:
        yield 1

    def raising(self, name: str) -> int:
        raise ValueError(name)

    @classmethod
    def from_url(cls) -> Client:
        return cls()

    @staticmethod
    async def ping() -> int:
        return 1

    def _private(self) -> int:
        return 1


class SyncClient:
    """The twin."""

    def get(self, name: str) -> str:
        return name

    def plain(self, count: int) -> int:
        return count

    def close(self) -> None:
        raise NotImplementedError


Alias = Client
