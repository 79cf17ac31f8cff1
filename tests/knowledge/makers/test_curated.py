"""The judgement calls speak of what is catalogued."""

from __future__ import annotations

import re

from looplint.knowledge.data import CLIENTS
from looplint.knowledge.makers import shards
from looplint.knowledge.makers.curated import curated

CATALOGUE = shards.read(CLIENTS)


def test_judgements_are_about_catalogued_classes() -> None:
    table = curated()
    for part in (table.blocking, table.factories, table.item, table.close, table.subclasses, table.raises_in_loop):
        assert not [path for path in part if path not in CATALOGUE.clients]
    assert not [path for path in (*table.values, *table.unread, *table.by_hand) if path not in CATALOGUE.clients]
    for path in (*table.nature, *table.unread_methods):
        assert path.rpartition(".")[0] in CATALOGUE.clients


def test_patterns_compile() -> None:
    for pattern in (*curated().blocking.values(), *curated().functions.values()):
        re.compile(pattern)
