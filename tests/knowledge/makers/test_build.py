"""A part of the catalogue from surveys."""

from __future__ import annotations

from typing import Any

import pytest

from looplint.knowledge.makers import build, natures
from looplint.knowledge.makers.build import build_part
from looplint.knowledge.makers.environments import WorkshopError
from looplint.knowledge.makers.seeds import Seed
from looplint.knowledge.makers.shards import Catalogue

ONE = Seed(
    distribution="one",
    requires=("one",),
    imports=("one",),
    classes=(("one.Client", "two.AsyncClient"),),
    modules=("time",),
    older=("one==0.5",),
)
TWO = Seed(distribution="two", requires=("two",), imports=("two",), classes=(("one.Client", "two.AsyncClient"),))


def described(kind: str, **members: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "origin": "x",
        "special": [],
        "aliases": [],
        "namespaces": {},
        "pydantic": False,
        "warns_unclosed": False,
        "members": {name: {"nature": nature} for name, nature in members.items()},
    }


class FakeWorkshop:
    def __init__(self, *, older: bool = True) -> None:
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.older = older

    def run(self, seed: Seed, job: dict[str, Any], requires: tuple[str, ...]) -> dict[str, Any]:
        assert job == {"task": "survey"}
        self.asked.append((seed.distribution, requires))
        report: dict[str, Any] = {"version": "1.0", "namespaces": {}, "errors": ["some trouble"], "modules": {}}
        if "one==0.5" in requires:
            if not self.older:
                raise WorkshopError("gone")
            return {**report, "version": "0.5", "classes": {"one.Client": described("sync", get="sync", old="sync")}}
        if seed.distribution == "one":
            report["modules"] = {"time": {"sleep": {"nature": "sync"}, "monotonic": {"nature": "sync"}}}
            return {**report, "classes": {"one.Client": described("sync", get="sync", name="sync", close="sync")}}
        return {**report, "classes": {"two.AsyncClient": described("async", get="coroutine", aclose="coroutine")}}


@pytest.fixture(autouse=True)
def two_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (build, natures):
        monkeypatch.setattr(module, "seeds", lambda: (ONE, TWO))
    monkeypatch.setattr(build, "seed", lambda name: {"one": ONE, "two": TWO}[name])
    build.survey_of.cache_clear()


def make(workshop: FakeWorkshop, *, pinned: bool = False) -> tuple[Catalogue, list[str]]:
    said: list[str] = []
    catalogue = Catalogue({"one": {"version": "0.9"}})
    part = build_part(ONE, workshop, catalogue, pinned=pinned, say=said.append)  # type: ignore[arg-type]
    return part, said


def test_a_part_is_made_with_the_help_of_the_twin_and_of_an_older_release() -> None:
    workshop = FakeWorkshop()
    part, said = make(workshop)
    assert part.distributions == {"one": {"version": "1.0", "also": ["0.5"], "imports": ["one", "time"]}}
    assert part.clients == {
        "one.Client": {
            "kind": "sync",
            "distribution": "one",
            "twin": "two.AsyncClient",
            "rename": {"close": "aclose"},
            "nonblocking": ["name"],
            "close": ["close()"],
            "enters": [],
            "legacy": ["old"],
        }
    }
    assert part.functions == {"time": {"distribution": "one", "sync": ["sleep"]}}
    assert workshop.asked == [("one", ("one",)), ("two", ("two",)), ("one", ("one", "one==0.5"))]
    assert said == ["  some trouble"]


def test_the_releases_of_the_catalogue_can_be_asked_for() -> None:
    workshop = FakeWorkshop()
    make(workshop, pinned=True)
    assert workshop.asked[0] == ("one", ("one", "one==0.9"))


def test_an_older_release_that_cannot_be_had_is_told() -> None:
    part, said = make(FakeWorkshop(older=False))
    assert "legacy" not in part.clients["one.Client"]
    assert "  one==0.5 was not looked at: gone" in said
