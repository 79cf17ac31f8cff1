"""Seeds, judgement calls and the catalogue that ships speak of the same things."""

from __future__ import annotations

import re

import pytest

from looplint.knowledge.data import CLIENTS
from looplint.knowledge.makers import shards
from looplint.knowledge.makers.curated import curated
from looplint.knowledge.makers.natures import owner, twins
from looplint.knowledge.makers.seeds import seed, seeds

CATALOGUE = shards.read(CLIENTS)


def test_distributions_are_unique_and_lead_back() -> None:
    assert len({known.distribution for known in seeds()}) == len(seeds())
    for known in seeds():
        assert seed(known.distribution) is known
    with pytest.raises(KeyError):
        seed("nobody")


def test_every_catalogued_class_is_seeded_with_its_distribution() -> None:
    for path, entry in CATALOGUE.clients.items():
        assert owner(path) == entry["distribution"], path
        assert entry["distribution"] in CATALOGUE.distributions


def test_every_seeded_class_is_catalogued() -> None:
    for known in seeds():
        for path in (path for pair in known.classes for path in pair):
            assert owner(path) is None or path in CATALOGUE.clients, path


def test_twins_are_those_of_the_seeds() -> None:
    for path, entry in CATALOGUE.clients.items():
        assert entry.get("twin") == twins().get(path), path


def test_functions_come_from_seeded_modules() -> None:
    for module, table in CATALOGUE.functions.items():
        assert module in seed(table["distribution"]).modules
        for key, names in table.items():
            if key not in ("distribution", "raises_in_loop"):
                assert all(re.fullmatch(curated().functions[module], name) for name in names)


def test_pinned_requirements() -> None:
    assert seed("redis").pinned("8.1.0") == ("redis", "fakeredis", "redis==8.1.0")
    assert seed("redis").pinned("") == ("redis", "fakeredis")
    assert seed("mcp@1").pinned("1.2") == ("mcp<2", "mcp==1.2")
    assert seed("stdlib").pinned("3.11.7") == ()
