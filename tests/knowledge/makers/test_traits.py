"""What annotations say."""

from __future__ import annotations

import asyncio
import collections.abc
import concurrent.futures
import contextlib
import typing
from typing import Any

import pytest
import sample_library
from sample_library import Client, Page, Pipeline

from looplint.knowledge.makers.traits import NOTHING, return_annotation, traits


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (None, {"value"}),
        (int, {"value"}),
        (Any, {"value"}),
        ("Awaitable[int]", {"await"}),
        ("collections.abc.AsyncIterator[int]", {"iterate"}),
        ("AbstractAsyncContextManager[int]", {"enter"}),
        ("Union[Awaitable[int], int]", {"await", "value"}),
        ("asyncio.Future[int]", {"future"}),
        ("concurrent.futures.Future[int]", {"value"}),
        (concurrent.futures.Future, {"value"}),
        (asyncio.Task[int], {"future"}),
        (collections.abc.Awaitable[int], {"await"}),
        (collections.abc.AsyncIterator[int], {"iterate"}),
        (contextlib.AbstractAsyncContextManager[int], {"enter"}),
        (collections.abc.Awaitable[int] | int, {"await", "value"}),
        (typing.Optional[collections.abc.Awaitable[int]], {"await"}),  # noqa: UP045 - the older spelling is read too
        (typing.Annotated[collections.abc.Awaitable[int], "text"], {"await"}),
        (typing.TypeVar("Bound", bound=collections.abc.Awaitable[int]), {"await"}),
        (typing.TypeVar("Free"), {"value"}),
        (Pipeline, {"await", "enter", "object"}),
        (Page, {"await", "iterate", "object"}),
    ],
)
def test_each_kind_of_annotation(annotation: Any, expected: set[str]) -> None:
    assert traits(annotation) == expected


def test_a_method_that_gives_its_own_class() -> None:
    assert traits(Pipeline, Pipeline) == {"self"}
    assert traits(Client, type("Derived", (Client,), {})) == {"self"}


def test_annotations_that_only_type_checkers_can_see() -> None:
    def made() -> None:
        raise NotImplementedError

    made.__annotations__["return"] = "hidden.module.Pipeline"
    made.__module__ = "sample_library"
    assert return_annotation(made) is sample_library.Pipeline
    made.__annotations__["return"] = "NobodyKnows[int]"
    assert return_annotation(made) == "NobodyKnows[int]"
    del made.__annotations__["return"]
    assert return_annotation(made) is NOTHING
