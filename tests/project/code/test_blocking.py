from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.model.source import Source
from looplint.project import Project
from looplint.project.code.blocking import blocking_helper, blocking_runs, is_replaced, loop_makers, loops_may_nest

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.model.facts import Facts


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return Project(tmp_path)


def opened(project: Project, text: str) -> Facts:
    path = project.root / "test_a.py"
    path.write_text(text, encoding="utf-8")
    return project.open(Source.read(str(path)), path).facts


@pytest.mark.parametrize(
    ("text", "shown", "replaces"),
    [
        ("import asyncio\nasyncio.run(f())", "asyncio.run()", True),
        ("from asyncio import run as go\ngo(f())", "asyncio.run()", True),
        ("import anyio\nanyio.run(f)", "anyio.run()", True),
        ("import asyncio\nwith asyncio.Runner() as r:\n    r.run(f())", "Runner.run()", True),
        ("import asyncio\nasyncio.get_event_loop().run_until_complete(f())", "run_until_complete()", False),
        (
            "import asyncio\nloop = asyncio.new_event_loop()\nloop.run_until_complete(f())",
            "run_until_complete()",
            False,
        ),
        ("import subprocess\nsubprocess.run([])", None, None),
        ("import asyncio\nmake().run_until_complete(f())", None, None),
        ("def f(loop):\n    loop.run_until_complete(g())", None, None),
        ("class Runner:\n    def run(self, x): ...\nRunner().run(1)", None, None),
    ],
)
def test_what_blocks_on_a_loop(project: Project, text: str, shown: str | None, replaces: bool | None) -> None:
    found = list(blocking_runs(project, opened(project, text)))
    assert [(run.shown, run.replaces_loop) for run in found] == ([(shown, replaces)] if shown else [])


@pytest.mark.parametrize(
    ("text", "makers"),
    [
        ("asyncio.get_event_loop().run_until_complete(f())", ["get_event_loop"]),
        ("loop = asyncio.new_event_loop()\nloop.run_until_complete(f())", ["new_event_loop"]),
        (
            (
                "try:\n    loop = asyncio.get_event_loop()\nexcept RuntimeError:\n    loop = asyncio.new_event_loop()\n"
                "loop.run_until_complete(f())"
            ),
            ["get_event_loop", "new_event_loop"],
        ),
        ("asyncio.get_event_loop_policy().new_event_loop().run_until_complete(f())", ["new_event_loop"]),
        (
            (
                "class TestA:\n    loop = None\n    def setup_method(self):\n"
                "        self.loop = asyncio.new_event_loop()\n"
                "    def teardown_method(self):\n        self.loop.run_until_complete(f())"
            ),
            ["new_event_loop"],
        ),
        ("asyncio.run(f())", []),
    ],
)
def test_where_the_loop_comes_from(project: Project, text: str, makers: list[str]) -> None:
    facts = opened(project, f"import asyncio\n{text}")
    (run,) = blocking_runs(project, facts)
    assert [call.func.attr for _, call in loop_makers(project, facts, run)] == makers  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("body", "is_helper"),
    [
        ("return asyncio.run(work())", True),
        ("with open('x'):\n        asyncio.run(work())", True),
        ("if x:\n        asyncio.run(work())", False),
        ("asyncio.get_running_loop()\n    asyncio.run(work())", False),
        ("return lambda: asyncio.run(work())", False),
        ("try:\n        asyncio.run(work())\n    except RuntimeError:\n        pass", False),
        ("return 1", False),
    ],
)
def test_a_helper_that_always_blocks(project: Project, body: str, is_helper: bool) -> None:
    facts = opened(project, f"import asyncio\nx = 1\ndef helper():\n    {body}\nasync def work(): ...\nhelper()\n")
    found = blocking_helper(project, facts, facts.calls[-1])
    assert (found is not None) is is_helper
    if found is not None:
        assert found.run.shown == "asyncio.run()"
        assert found.place.rpartition(":")[0].endswith("test_a.py")


def test_asyncio_run_may_be_replaced_and_loops_may_nest(project: Project) -> None:
    assert is_replaced(opened(project, "with patch('asyncio.run'): ..."))
    assert is_replaced(opened(project, "monkeypatch.setattr(asyncio, 'run', f)"))
    assert not is_replaced(opened(project, "import asyncio\nasyncio.run(f())"))
    assert loops_may_nest(project, opened(project, "import nest_asyncio\nnest_asyncio.apply()"))
    assert not loops_may_nest(project, opened(project, ""))
    (project.root / "conftest.py").write_text("import nest_asyncio\n")
    assert loops_may_nest(Project(project.root), opened(Project(project.root), ""))
