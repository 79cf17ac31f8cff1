"""Globs say exactly what the list said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from looplint.knowledge.catalogue import matches
from looplint.knowledge.makers.shorten import shorter, with_globs

NAMES = st.builds("_".join, st.lists(st.sampled_from(["get", "set", "all", "iter", "x"]), min_size=1, max_size=3))
CHAINS = st.one_of(NAMES, st.builds("{}.{}".format, st.sampled_from(["a", "b"]), NAMES))


@given(st.sets(CHAINS, max_size=25), st.sets(CHAINS, max_size=25))
def test_a_shortened_list_matches_its_names_and_no_other(names: set[str], others: set[str]) -> None:
    patterns = with_globs(names, names | others)
    assert len(patterns) <= len(names)
    for name in names | others:
        assert matches(patterns, name) == (name in names)


@given(st.sets(CHAINS, max_size=25), st.sets(CHAINS, max_size=25))
def test_the_shorter_list_is_true_to_its_key(first: set[str], second: set[str]) -> None:
    second -= first
    key, patterns = shorter(first, "first", second, "second")
    for name in first | second:
        assert matches(patterns, name) == (name in (first if key == "first" else second))


def test_patterns_that_are_found() -> None:
    assert with_globs({"a_iter", "b_iter", "c_iter", "d_iter", "get"}, {"set"}) == ["*_iter", "get"]
    assert with_globs({"a_iter", "b_iter", "c_iter"}, set()) == ["a_iter", "b_iter", "c_iter"]
    assert with_globs({f"beta.{name}" for name in "abcd"}, {"alpha.a"}) == ["beta.*"]
    assert with_globs({f"{name}.create" for name in "abcd"}, {"a.get"}) == ["*.create"]
