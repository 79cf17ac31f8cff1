from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.model.source import Source
from looplint.project import Project
from looplint.project.loops.shared_loops import shared_scopes

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """
import pytest

@pytest.fixture(scope="{scope}")
def fixture(): ...

def setup_module(): ...

class TestA:
    def setup_method(self): ...
    def setup_class(self): ...

@pytest.mark.asyncio
async def test_alone(): ...

@pytest.mark.asyncio(loop_scope="class")
async def test_class(): ...

@pytest.mark.asyncio(loop_scope="session")
async def test_session(): ...
"""


@pytest.mark.parametrize(
    ("name", "scope", "expected"),
    [
        ("TestA.setup_method", "function", ["class", "session"]),
        ("TestA.setup_class", "function", ["session"]),
        ("setup_module", "function", ["session"]),
        ("fixture", "function", ["class", "session"]),
        ("fixture", "module", ["session"]),
        ("fixture", "session", []),
        ("fixture", "unknown", []),
    ],
)
def test_loops_that_outlive_a_hook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, scope: str, expected: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    path = tmp_path / "test_a.py"
    path.write_text(TEXT.format(scope=scope))
    project = Project(tmp_path)
    facts = project.open(Source.read(str(path)), path).facts
    hook = facts.function(name)
    assert hook is not None
    assert shared_scopes(project, hook, [f for f in facts.functions if f.is_async]) == expected
