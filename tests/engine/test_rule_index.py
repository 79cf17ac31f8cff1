from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from looplint.engine import rule_index
from looplint.rules import all_rules

if TYPE_CHECKING:
    import pytest

COMMAND = "python -m looplint.engine.rule_index"


def test_the_index_is_up_to_date() -> None:
    stored = json.loads(Path(rule_index.INDEX).read_text("utf-8"))
    assert stored == rule_index.make_index(), f"make it again: {COMMAND}"


def use(path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    path.write_text(content, "utf-8")
    monkeypatch.setattr(rule_index, "INDEX", str(path))


def test_rules_of_the_index_are_the_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(tmp_path / "index.json", monkeypatch, json.dumps(rule_index.make_index()))
    heads = rule_index.indexed_rules()
    assert heads is not None
    for head, rule in zip(heads, all_rules(), strict=True):
        assert (head.check is None, head.check_config is None) == (rule.check is None, rule.check_config is None)
        same = replace(head, doc=rule.doc, overlaps=rule.overlaps, check=rule.check, check_config=rule.check_config)
        assert replace(same, silent=rule.silent) == rule  # only `doctor` asks for it, which imports the rules


def test_a_stale_broken_or_missing_index_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = rule_index.make_index()
    stale = {**index, "files": {**index["files"], "loop/new_rule.py": 100}}
    for content in (json.dumps(stale), json.dumps({**index, "format": 0}), "{", "[]", "null", '{"format": 1}'):
        use(tmp_path / "index.json", monkeypatch, content)
        assert rule_index.indexed_rules() is None
    (tmp_path / "index.json").unlink()
    assert rule_index.indexed_rules() is None


def test_the_index_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_index, "INDEX", str(tmp_path / "index.json"))
    rule_index.write_index()
    assert rule_index.indexed_rules() is not None
