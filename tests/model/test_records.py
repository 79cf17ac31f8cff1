"""Data classes that are made quickly."""

from __future__ import annotations

import pickle
from dataclasses import field, replace
from typing import Any

import pytest

from looplint.model.records import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """Compared and hashed by its fields."""

    first: int
    second: str = "b"
    note: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Identity:
    """Equal to itself alone."""

    value: int


@dataclass(slots=True, kw_only=True)
class Changing:
    """Has no hash."""

    values: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Own:
    """Has methods of its own."""

    value: int

    def __repr__(self) -> str:
        return "own"

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 7


def test_fields_are_compared() -> None:
    assert Pair(1) == Pair(1, note="other") != Pair(2)
    assert Pair(1) < Pair(1, "c") < Pair(2, "a")
    other: object = (1, "b")
    assert Pair(1) != other
    assert len({Pair(1), Pair(1, note="other"), Pair(2)}) == 2


def test_order_needs_the_same_class() -> None:
    with pytest.raises(TypeError):
        sorted([Pair(1), Identity(1)])  # type: ignore[type-var]


def test_identity() -> None:
    assert Identity(1) != Identity(1)
    assert len({Identity(1), Identity(1)}) == 2


def test_what_changes_has_no_hash() -> None:
    assert Changing() == Changing(values=[])
    with pytest.raises(TypeError):
        hash(Changing())


def test_own_methods_stay() -> None:
    assert (repr(Own(1)), Own(1) == Own(2), hash(Own(1))) == ("own", True, 7)


@pytest.mark.parametrize("made", [Pair(1, "x"), Changing(values=[1]), Own(3)])
def test_they_travel(made: Any) -> None:
    assert pickle.loads(pickle.dumps(made)) == made


def test_the_rest_is_the_standard_library() -> None:
    assert repr(Pair(1)) == "Pair(first=1, second='b')"
    assert replace(Pair(1), first=3) == Pair(3)
    assert Pair.__match_args__ == ("first", "second", "note")
    assert not hasattr(Pair(1), "__dict__")
