"""The files of the catalogue: nothing is lost, equal catalogues give equal bytes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from looplint.knowledge.data import CLIENTS
from looplint.knowledge.makers import shards
from looplint.knowledge.makers.shards import Catalogue

WORDS = st.text("abcdé_*", min_size=1, max_size=6)
PATHS = st.builds("{}.{}".format, st.sampled_from(["alpha", "beta", "gamma.sub"]), WORDS)
ENTRIES = st.fixed_dictionaries(
    {"kind": st.sampled_from(["sync", "async"]), "distribution": st.just("one")},
    optional={
        "aliases": st.lists(PATHS, max_size=3),
        "factories": st.lists(PATHS, max_size=3),
        "rename": st.dictionaries(WORDS, WORDS, max_size=2),
        "warns_unclosed": st.booleans(),
    },
)
CATALOGUES = st.builds(
    Catalogue,
    st.just({"one": {"version": "1.0"}}),
    st.dictionaries(PATHS, ENTRIES, max_size=5),
    st.dictionaries(PATHS, st.just({"distribution": "one", "sync": ["f"]}), max_size=3),
)


@given(CATALOGUES)
def test_what_is_written_is_read_back(catalogue: Catalogue) -> None:
    with tempfile.TemporaryDirectory() as name:
        shards.write(catalogue, Path(name))
        again = shards.read(Path(name))
        assert again == catalogue
        before = {path.name: path.read_bytes() for path in Path(name).iterdir()}
        shards.write(again, Path(name))
        assert before == {path.name: path.read_bytes() for path in Path(name).iterdir()}


@given(CATALOGUES)
def test_every_name_is_found_by_its_own_import(catalogue: Catalogue) -> None:
    parts = shards.split(catalogue)
    for path, entry in catalogue.clients.items():
        for alias in entry.get("aliases", ()):
            shard = parts[shards.root_of(alias)]
            known = shard["clients"], shard.get("elsewhere", {})
            assert shards.root_of(alias) == shards.root_of(path) or any(alias in table for table in known)
        for factory in entry.get("factories", ()):
            shard = parts[shards.root_of(factory)]
            home = shards.root_of(factory) == shards.root_of(path)
            assert home or [factory, path] in shard["factories"]


def test_the_files_that_ship_are_as_they_would_be_written(tmp_path: Path) -> None:
    shards.write(shards.read(CLIENTS), tmp_path)
    for path in CLIENTS.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()
    assert len(list(tmp_path.iterdir())) == len(list(CLIENTS.iterdir()))


def test_a_part_is_replaced_whole() -> None:
    def entry(distribution: str) -> dict[str, Any]:
        return {"kind": "sync", "distribution": distribution}

    catalogue = Catalogue({"a": {}, "b": {}}, {"x.A": entry("a"), "x.B": entry("b")}, {"x": entry("a")})
    assert catalogue.part("a") == Catalogue({"a": {}}, {"x.A": entry("a")}, {"x": entry("a")})
    catalogue.replace("a", Catalogue({"a": {"version": "2"}}, {"x.C": entry("a")}))
    assert catalogue.clients == {"x.B": entry("b"), "x.C": entry("a")}
    assert catalogue.functions == {}


def test_differences_are_told_field_by_field() -> None:
    before = Catalogue({}, {"x.A": {"kind": "sync", "close": ["a", "b"]}})
    after = Catalogue({}, {"x.A": {"kind": "async", "close": ["b", "c"]}})
    assert shards.differences(before, after) == ["x.A: close: -a +c", "x.A: kind: 'sync' -> 'async'"]
    assert shards.differences(before, before) == []
    swapped = Catalogue({}, {"x.A": {"kind": "sync", "close": ["b", "a"]}})
    assert shards.differences(before, swapped) == ["x.A: close: another order"]
