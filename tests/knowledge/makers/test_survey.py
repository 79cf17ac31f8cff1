"""A survey of a small library, and the entries made from it."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from sample_library import Client as SampleClient

from looplint.knowledge.catalogue import Client
from looplint.knowledge.makers import build, natures
from looplint.knowledge.makers.checks import verify
from looplint.knowledge.makers.entries import entry_of
from looplint.knowledge.makers.natures import Library
from looplint.knowledge.makers.seeds import Seed
from looplint.knowledge.makers.survey import classes_of, describe, survey

SEED = Seed(
    distribution="sample",
    requires=(),
    imports=("sample_library",),
    classes=(("sample_library.SyncClient", "sample_library.Client"), ("", "elsewhere.Other")),
    modules=("sample_library",),
    before="import sample_library",
    make={"sample_library.Client": "C()"},
)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setattr(natures, "seeds", lambda: (SEED,))
    monkeypatch.setattr(build, "seeds", lambda: (SEED,))
    found = Library()
    found.add(SEED, survey(SEED.job()))
    return found


def entry(library: Library, path: str, older: Library | None = None) -> dict[str, Any]:
    return entry_of(library, path, older or Library())


def test_only_classes_of_its_own_imports_are_surveyed() -> None:
    assert [path for path, _ in classes_of(SEED.job())] == ["sample_library.SyncClient", "sample_library.Client"]


def test_trouble_is_told_and_does_not_stop_the_rest() -> None:
    job = {**SEED.job(), "classes": [["sample_library.Gone", "sample_library.Client"]], "modules": ["gone_module"]}
    report = survey(job)
    assert list(report["classes"]) == ["sample_library.Client"]
    assert any(line.startswith("sample_library.Gone: AttributeError") for line in report["errors"])
    assert "module gone_module cannot be imported" in report["errors"]


def test_a_special_method_that_only_raises_is_none() -> None:
    class Refusing(SampleClient):
        def __enter__(self) -> None:
            raise TypeError("Use async with instead")

        async def __aenter__(self) -> None:
            """Enter it."""

    assert describe(Refusing, {"sample_library"})["special"] == ["__aenter__"]


def test_a_description() -> None:
    found = describe(SampleClient, {"sample_library"})
    assert found["origin"] == "sample_library.Client"
    assert found["special"] == []
    assert found["members"]["get"]["nature"] == "coroutine"
    assert "_private" not in found["members"]


def test_the_entry_means_what_was_seen(library: Library) -> None:
    made = Client("sample_library.Client", entry(library, "sample_library.Client"))  # type: ignore[arg-type]
    assert made.kind == "async"
    assert made.twin == "sample_library.SyncClient"
    assert made.aliases == ("sample_library.Alias",)
    assert made.namespaces == ("resource", "typed")
    assert made.await_properties == ("height",)
    expected = {"awaitable": "coroutine", "dual": "unknown"}
    for name, nature in library.natures["sample_library.Client"].items():
        if nature != "awaited property":
            assert made.kind_of(name) == expected.get(nature, nature), name
    for name in ("get", "delegated"):
        assert made.flagged(name) == inspect.iscoroutinefunction(getattr(SampleClient, name))
    assert made.kind_of("resource.create") == "coroutine"
    assert made.kind_of("resource.build") == "sync"


def test_what_blocks_follows_from_the_twin(library: Library) -> None:
    made = Client("sample_library.SyncClient", entry(library, "sample_library.SyncClient"))  # type: ignore[arg-type]
    assert [name for name in ("close", "get", "plain") if made.blocks(name)] == ["get"]
    assert made.close == ("close()",)


def test_made_entries_verify(library: Library) -> None:
    clients = {path: entry(library, path) for path in library.classes}
    assert verify(SEED.job(), clients, {})[1] == []


def test_live_instances_settle_what_annotations_leave_open(monkeypatch: pytest.MonkeyPatch, library: Library) -> None:
    monkeypatch.setattr("looplint.knowledge.makers.oracle.network_off", lambda: None)
    job = {**SEED.job(), "live": {"sample_library.Client": "sample_library.Client()"}}
    members = survey(job)["classes"]["sample_library.Client"]["members"]
    assert library.natures["sample_library.Client"]["union"] == "dual"
    assert (members["union"]["nature"], members["union"]["why"]) == ("awaitable", "heard")


def test_a_live_instance_that_cannot_be_made_is_told() -> None:
    job = {**SEED.job(), "make": {"sample_library.Client": "C(1)"}}
    assert any(line.startswith("make sample_library.Client: TypeError") for line in survey(job)["errors"])


def test_what_an_older_release_had(library: Library) -> None:
    older = Library(natures={"sample_library.Client": {"search": "coroutine", "old": "sync", "plain": "coroutine"}})
    made = entry(library, "sample_library.Client", older)
    assert made["legacy"] == ["search"]
    assert made["unstable"] == ["plain"]
