"""The conflict table: it reads, and what it claims about itself holds."""

from __future__ import annotations

import dataclasses
import re

import pytest
from packaging.utils import canonicalize_name

from looplint.knowledge import conflicts as table
from looplint.knowledge.conflicts import config_trap, config_traps, conflict, conflicts, conflicts_saying, folklore
from looplint.knowledge.data import KnowledgeError


def test_ids_are_unique_and_lead_back() -> None:
    assert len({known.id for known in conflicts()}) == len(conflicts()) >= 40
    assert len({trap.id for trap in config_traps()}) == len(config_traps()) >= 16
    assert len(folklore()) >= 8
    for known in conflicts():
        assert conflict(known.id) is known
    for trap in config_traps():
        assert config_trap(trap.id) is trap


def test_every_specifier_is_one_and_every_name_canonical() -> None:
    for known in conflicts():
        assert known.requires
        for name in known.requires:
            assert canonicalize_name(name) == name
            known.specifier(name)


def test_every_error_text_is_found_in_its_sample() -> None:
    for known in conflicts():
        assert re.search(known.error, known.error_sample), known.id
        assert known in conflicts_saying(f"E   {known.error_sample}\n")


def test_words_are_the_known_ones() -> None:
    for known in conflicts():
        assert known.severity in ("error", "warning")
        assert known.mechanical in ("yes", "partly", "no")
        assert known.status in ("ran", "read")
        assert known.frequency in ("high", "medium", "low", "rising")
        assert isinstance(known.source, tuple)
        assert known.remedy
        assert known.evidence


def test_entries_are_values() -> None:
    known = conflict("playwright-both-plugins")
    assert known == conflict("playwright-both-plugins")
    assert len({known, known}) == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        known.id = "other"  # type: ignore[misc]


def test_versions_inside_and_outside() -> None:
    known = conflict("asyncio-fixturedef-unittest-pytest82")
    assert "0.23.5" in known.specifier("pytest-asyncio")
    assert "0.21.2" not in known.specifier("pytest-asyncio")
    assert "8.1.2" not in known.specifier("pytest")
    assert "1.0" in conflict("trio-auto-mode").specifier("pytest-trio")
    with pytest.raises(KeyError):
        known.specifier("anyio")


def test_which_release_knows_a_setting() -> None:
    known_since = config_trap("unknown-ini-key").known_since
    assert known_since["asyncio_default_test_loop_scope"] == "0.26"
    assert config_trap("setup-cfg-pytest-section").known_since == {}


def test_nothing_of_that_id() -> None:
    with pytest.raises(KeyError, match="nobody"):
        conflict("nobody")


def test_damage_is_told_clearly(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    table._tables.cache_clear()
    monkeypatch.setattr(table, "ROOT", tmp_path)
    with pytest.raises(KnowledgeError, match=r"conflicts\.toml cannot be read .*; reinstall looplint"):
        conflicts()
    monkeypatch.undo()
    assert conflicts()
