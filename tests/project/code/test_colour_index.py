from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import tree

from looplint.model.definitions import Colour

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "app/a.py": """
        import functools
        async def load_user(): ...
        class A:
            async def load_order(self): ...
            def load_item(self): ...
            async def get(self): ...
        async def mixed_up(): ...
        @functools.lru_cache
        async def kept_back(): ...
        @unknown
        async def dressed(): ...
        async def __aenter__(self): ...
        # async def in_comment(): ...
    """,
    "app/b.py": """
        class B:
            async def load_order(self): ...
            def load_item(self): ...
            def mixed_up(self): ...
    """,
    "broken.py": "async def in_broken(:\n",
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("load_user", Colour.ASYNC),
        ("load_order", Colour.ASYNC),
        ("load_item", Colour.SYNC),
        ("kept_back", Colour.AWAITABLE),
        ("mixed_up", Colour.UNKNOWN),
        ("dressed", Colour.UNKNOWN),
        ("get", Colour.UNKNOWN),
        ("__aenter__", Colour.UNKNOWN),
        ("in_broken", Colour.UNKNOWN),
        ("in_comment", Colour.UNKNOWN),
        ("nowhere", Colour.UNKNOWN),
    ],
)
def test_colour_of_a_name(tmp_path: Path, name: str, expected: Colour) -> None:
    found = tree(tmp_path, FILES).colour_of_name(name)
    assert found.colour is expected
    assert found.by_name is found.is_known


def test_the_proof_names_one_and_counts_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    project = tree(tmp_path, FILES)
    assert project.colour_of_name("load_user").proof == "the only `async def load_user`: async def at app/a.py:2"
    assert (
        project.colour_of_name("load_order").proof
        == "every `load_order` of the project is: async def at app/a.py:4 and 1 more"
    )


def test_names_with_too_many_definitions_are_no_evidence(tmp_path: Path) -> None:
    project = tree(tmp_path, {f"m{i}.py": "async def load_user(): ..." for i in range(30)})
    assert not project.colour_of_name("load_user").is_known
