"""The words of a file: nothing is found in them that is not in the file, nothing is missed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looplint.model.vocabulary import is_part_of_word, vocabulary, words_of

_BYTES = st.lists(st.sampled_from([b"a", b"b_", b"1", b" ", b"(", b"\n", b"\xc3\xa9", b"\0"]), max_size=8).map(b"".join)


@given(raw=_BYTES, part=_BYTES)
def test_a_part_of_a_word_is_found_as_in_the_file(raw: bytes, part: bytes) -> None:
    if is_part_of_word(part):
        assert (part in vocabulary(raw)) is (part in raw)


@pytest.mark.parametrize(("part", "expected"), [(b"a_1", True), (b"", False), (b"a b", False), (b"\xc3", False)])
def test_parts_of_words(part: bytes, expected: bool) -> None:
    assert is_part_of_word(part) is expected


def test_words() -> None:
    assert words_of(b"async def f_1(x='\xc3\xa9t\xc3\xa9'):\n") == [b"async", b"def", b"f_1", b"x", b"t"]
    assert sorted(vocabulary(b"b a, b").split()) == [b"a", b"b"]
