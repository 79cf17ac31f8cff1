"""Where a file writes its marks, and which tests each one reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.running.placed_marks import covered_tests, decorator_marks, pytestmarks, wide_marks

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project.running.placed_marks import PlacedMark


def shown(mark: PlacedMark) -> str:
    """Name, row and what is special."""
    words = [f"{mark.name}:{mark.node.lineno}"]
    words += ["bare"] * mark.is_bare + ["alias"] * (not mark.is_written_here) + ["shared"] * (not mark.alone)
    return " ".join(words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pytestmark = pytest.mark.asyncio", ["asyncio:2 bare"]),
        ("pytestmark = [pytest.mark.slow, pytest.mark.asyncio()]", ["slow:2 bare", "asyncio:2 bare"]),
        ("pytestmark = pytest.mark.asyncio(loop_scope='module')", ["asyncio:2"]),
        ("a = pytest.mark.asyncio(loop_scope='module')\npytestmark = a", ["asyncio:3 alias"]),
        (
            "a = [pytest.mark.slow, pytest.mark.asyncio]\npytestmark = a",
            ["slow:3 bare alias shared", "asyncio:3 bare alias shared"],
        ),
        ("pytestmark = [pytest.mark.a] + [pytest.mark.b]", ["a:2 bare", "b:2 bare"]),
        ("pytestmark = [pytest.mark.a]\npytestmark += [pytest.mark.b]", ["a:2 bare", "b:3 bare"]),
        ("pytestmark: list = [pytest.mark.a]", ["a:2 bare"]),
        ("pytestmark = make()", []),
        ("from marks import pytestmark", []),
    ],
)
def test_pytestmarks(tmp_path: Path, text: str, expected: list[str]) -> None:
    project = tree(tmp_path, {"test_x.py": f"import pytest\n{text}\n"})
    assert [shown(mark) for mark in pytestmarks(project, facts(project, "test_x.py"))] == expected


def test_decorators_classes_and_module(tmp_path: Path) -> None:
    text = """
        import pytest
        pytestmark = pytest.mark.module
        @pytest.mark.outer
        class TestA:
            pytestmark = [pytest.mark.inner]
            @pytest.mark.own
            @other
            def test_a(self): ...
            def helper(self): ...
        class TestB(TestA):
            def test_b(self): ...
        def test_c(): ...
    """
    project = tree(tmp_path, {"test_x.py": text})
    found = facts(project, "test_x.py")
    test = found.function("TestA.test_a")
    assert test is not None
    assert [mark.name for mark in decorator_marks(project, test)] == ["own"]
    reached = {
        mark.name: [test.qualname for test in covered_tests(project, found, mark)]
        for mark in wide_marks(project, found)
    }
    assert reached == {
        "outer": ["TestA.test_a", "TestB.test_b"],
        "inner": ["TestA.test_a", "TestB.test_b"],
        "module": ["TestA.test_a", "TestB.test_b", "test_c"],
    }
