"""Marks in force, read from decorators, classes and `pytestmark`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import function, tree

from looplint.model.definitions import constant
from looplint.project.code.mark_expressions import is_mark
from looplint.project.running.marks import has_unread_marks, marks_of

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project import Project

MARKS = """
    import pytest
    from pytest import mark as m
    slow = pytest.mark.slow
    network = pytest.mark.skipif(not NET, reason="no network")
    both = [slow, network]
    pytestmark = [slow]
    computed = make_marks()
"""


def marks(project: Project, qualname: str = "test_x", name: str = "tests/test_x.py") -> str:
    """The names of the marks in force, and a question mark where some cannot be read."""
    found = function(project, name, qualname)
    return " ".join([mark for _, mark in marks_of(project, found)] + ["?"] * has_unread_marks(project, found))


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("", ""),
        ("pytestmark = pytest.mark.asyncio", "asyncio"),
        ("pytestmark = pytest.mark.asyncio(loop_scope='module')", "asyncio"),
        ("pytestmark = pytest.mark.asyncio.with_args(loop_scope='module')", "asyncio"),
        ("pytestmark = [pytest.mark.slow, pytest.mark.asyncio()]", "slow asyncio"),
        ("pytestmark = (pytest.mark.slow, pytest.mark.asyncio)", "slow asyncio"),
        ("pytestmark: list = [pytest.mark.slow]", "slow"),
        ("pytestmark = []", ""),
        ("pytestmark = make()", "?"),
        ("pytestmark = [pytest.mark.slow, make()]", "slow ?"),
        ("pytestmark = [getattr(pytest.mark, name)]", "?"),
        ("pytestmark = pytest.mark.asyncio if X else ()", "?"),
        ("both = pytest.mark.slow, pytest.mark.asyncio\npytestmark = both", "slow asyncio"),
        ("a = pytest.mark.asyncio\nb = [a]\npytestmark = [*b, pytest.mark.slow]", "asyncio slow"),
        ("pytestmark = [pytest.mark.slow] + [pytest.mark.asyncio]", "slow asyncio"),
        ("pytestmark = [pytest.mark.slow]\npytestmark += [pytest.mark.asyncio]", "slow asyncio"),
        ("pytestmark = [pytest.mark.slow]\npytestmark = [pytest.mark.asyncio]", "asyncio"),
        ("pytestmark = [pytest.mark.slow]\nif X:\n    pytestmark = pytest.mark.skip", "slow skip"),
        ("pytestmark = pytestmark", "?"),
        ("a = b\nb = a\npytestmark = a", "?"),
        ("a = [b]\nb = [a]\npytestmark = a", "?"),
        ("for pytestmark in (1, 2): ...", "?"),
        ("import tests.marks as marks\npytestmark = marks.slow", "slow"),
        ("from tests.marks import network\npytestmark = network", "skipif"),
        ("from tests.marks import both\npytestmark = both", "slow skipif"),
        ("from tests.marks import computed\npytestmark = computed", "?"),
        ("from tests.marks import missing\npytestmark = missing", "?"),
        ("from tests.marks import m\npytestmark = m.asyncio", "asyncio"),
        ("from tests.marks import pytestmark", "slow"),
        ("from tests.marks import *", "slow"),
        ("from elsewhere import pytestmark", "?"),
        ("from elsewhere import *", ""),
        ("from pytest import mark\npytestmark = mark.asyncio", "asyncio"),
        ("class pytestmark: ...", "?"),
    ],
)
def test_marks_of_a_module(tmp_path: Path, module: str, expected: str) -> None:
    project = tree(tmp_path, {"tests/marks.py": MARKS, "tests/__init__.py": ""})
    (tmp_path / "tests" / "test_x.py").write_text(f"import pytest\n{module}\nasync def test_x(): ...\n")
    assert marks(project) == expected


def test_order_of_the_marks(tmp_path: Path) -> None:
    """As pytest gives them: the test's own from the inside, then each class with its farthest base first."""
    project = tree(
        tmp_path,
        {
            "tests/base.py": """
                import pytest
                @pytest.mark.root
                class Root: ...
                class Base(Root):
                    pytestmark = [pytest.mark.base]
            """,
            "tests/test_x.py": """
                import pytest
                from base import Base
                pytestmark = pytest.mark.module
                @pytest.mark.outer
                class TestOuter:
                    @pytest.mark.above
                    @pytest.mark.below
                    class TestX(Base):
                        pytestmark = pytest.mark.attribute
                        @pytest.mark.second
                        @pytest.mark.first
                        async def test_x(self): ...
            """,
        },
    )
    expected = "first second root base attribute below above outer module"
    assert marks(project, "TestOuter.TestX.test_x") == expected


def test_a_class_whose_marks_cannot_be_read(tmp_path: Path) -> None:
    project = tree(
        tmp_path,
        {
            "tests/test_x.py": """
                class TestX:
                    pytestmark = make()
                    async def test_x(self): ...
                class TestY:
                    @make
                    async def test_x(self): ...
                class TestZ(TestX):
                    async def test_x(self): ...
            """
        },
    )
    assert marks(project, "TestX.test_x") == "?"
    assert marks(project, "TestY.test_x") == ""
    assert marks(project, "TestZ.test_x") == "?"


@pytest.mark.parametrize(
    ("decorator", "expected"),
    [
        ("pytest.mark.slow", True),
        ("pytest.mark.slow(1)", True),
        ("slow", True),
        ("network", True),
        ("marks.network", True),
        ("mixed", False),
        ("run_async", False),
        ("run_async()", False),
        ("network(reason='x')", False),
        ("(lambda f: f)", False),
        ("unknown", False),
    ],
)
def test_a_decorator_that_is_a_mark(tmp_path: Path, decorator: str, expected: bool) -> None:
    project = tree(
        tmp_path,
        {
            "tests/marks.py": MARKS,
            "tests/test_x.py": f"""
                import pytest
                import marks
                from marks import slow, network
                from helpers import run_async
                mixed = [slow, make()]
                @{decorator}
                async def test_x(): ...
            """,
        },
    )
    test = function(project, "tests/test_x.py", "test_x")
    assert is_mark(project, test.facts, test.decorators[0].node) is expected


def test_arguments_of_a_mark_behind_a_name(tmp_path: Path) -> None:
    project = tree(
        tmp_path,
        {
            "tests/marks.py": """
                import pytest
                session = pytest.mark.asyncio(loop_scope="session")
                of = pytest.mark.asyncio
            """,
            "tests/test_x.py": """
                from marks import of, session
                @session
                async def test_x(): ...
                @of(loop_scope="class")
                async def test_y(): ...
            """,
        },
    )
    scopes = []
    for name in ("test_x", "test_y"):
        ((decorator, mark),) = marks_of(project, function(project, "tests/test_x.py", name))
        scopes.append((mark, decorator.name, constant(decorator.keyword("loop_scope"))))
    assert scopes == [("asyncio", "pytest.mark.asyncio", "session"), ("asyncio", "pytest.mark.asyncio", "class")]
