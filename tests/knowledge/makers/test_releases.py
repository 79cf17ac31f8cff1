from __future__ import annotations

import json

import pytest

from looplint.knowledge.makers import releases
from looplint.knowledge.makers.environments import WorkshopError


def test_unknown_releases_are_newer_and_final() -> None:
    rows = [{"version": "1.4.1"}, {"version": "1.5.0"}]
    assert releases.unknown(rows, ["2.0.0", "1.5.1", "1.6.0a1", "1.5.0", "1.4.1.post1"]) == ["1.5.1", "2.0.0"]


def test_one_pytest_for_each_minor_release() -> None:
    assert releases.newest_patches(["7.3.2", "8.4.2", "7.4.0", "7.4.4", "8.4.10", "9.0.0"]) == [
        "7.4.4",
        "8.4.10",
        "9.0.0",
    ]


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ({"7.4.4": True, "8.4.2": True}, ">=7.4"),
        ({"7.4.4": False, "8.4.2": True, "9.2.0": False}, ">=8.4,<9.2"),
        ({"7.4.4": True, "8.4.2": False, "9.2.0": True}, None),
        ({"7.4.4": False}, None),
    ],
)
def test_the_range_of_what_worked(outcomes: dict[str, bool], expected: str | None) -> None:
    if expected is None:
        with pytest.raises(WorkshopError):
            releases.working_range(outcomes)
    else:
        assert releases.working_range(outcomes) == expected


def test_the_table_is_kept_as_it_is_written() -> None:
    text = releases.FILE.read_text(encoding="utf-8")
    assert releases.dump(json.loads(text)) == text


def test_a_new_release_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releases, "_uv", lambda _: json.dumps([">=3.10", ["pytest<10,>=8.4", "typing-extensions"]]))
    monkeypatch.setattr(releases, "works", lambda pytest, *_: pytest.startswith(("8", "9")))
    row = releases.look_at("9.9.9", ["7.4.4", "8.4.2", "9.2.0"], "3.11")
    assert row == {"version": "9.9.9", "pytest": ">=8.4,<10", "python": ">=3.10", "works": ">=8.4"}


def test_what_pip_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releases, "_uv", lambda _: "pytest-asyncio (1.5.0)\nAvailable versions: 1.5.0, 1.4.1\n")
    assert releases.available("pytest-asyncio", "3.11") == ["1.5.0", "1.4.1"]
    monkeypatch.setattr(releases, "_uv", lambda _: "")
    with pytest.raises(WorkshopError):
        releases.available("pytest-asyncio", "3.11")
