from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looplint.engine import globs


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("build", "build/x.py", True),
        ("build", "a/build/x.py", True),
        ("build", "a/builds/x.py", False),
        ("*_pb2.py", "a/b/thing_pb2.py", True),
        ("tests/*.py", "tests/test_a.py", True),
        ("tests/*.py", "tests/a/test_a.py", False),
        ("tests/**/*.py", "tests/a/b/test_a.py", True),
        ("tests/**/*.py", "tests/test_a.py", True),
        ("tests/**", "tests/a/b.py", True),
        ("./tests", "tests/a.py", True),
        ("/tests/", "other/tests/a.py", False),
        ("/tests/", "tests/a.py", True),
        ("a/tests", "a/tests/deep/x.py", True),
        ("a/tests", "b/a/tests/x.py", False),
        ("test_?.py", "test_a.py", True),
        ("test_[ab].py", "test_c.py", False),
        ("test_[!ab].py", "test_c.py", True),
        ("{a,b}.py", "b.py", True),
        ("{a,b*}/x.py", "bc/x.py", True),
        ("a.py", "axpy", False),
        ("[-a].py", "-.py", True),
        ("[+--].py", ",.py", True),
        ("[--/].py", "..py", True),
        ("[!--/].py", "a.py", True),
        ("[", "[", True),
        ("{", "{", True),
    ],
)
def test_matches(pattern: str, path: str, expected: bool) -> None:
    assert globs.matches((pattern,), path) is expected


def test_no_patterns_match_nothing() -> None:
    assert not globs.matches((), "a.py")


@given(st.text(alphabet="ab*?[]{}!,/.\\-^", max_size=12), st.text(alphabet="ab/.", min_size=1, max_size=8))
def test_a_pattern_matches_or_is_refused_with_valueerror(pattern: str, path: str) -> None:
    try:
        globs.validate([pattern])
    except ValueError as error:
        assert "invalid file pattern" in str(error)  # noqa: PT017 - both outcomes are right
    else:
        assert globs.matches((pattern,), path) in (True, False)


@given(st.text(alphabet="abc_-. ", min_size=1).filter(lambda name: name.strip(".") and "/" not in name))
def test_a_plain_name_matches_itself_at_any_depth(name: str) -> None:
    assert globs.matches((name,), f"deep/{name}/x.py")
