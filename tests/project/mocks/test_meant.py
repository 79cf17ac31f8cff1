from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, function, tree

from looplint.project.mocks.meant import asks_about_awaits, expects_failure, is_meant, replaces_runner, runs_no_loop

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("pass", False),
        ("with pytest.raises(TypeError):\n    x()", True),
        ("self.assertRaises(TypeError, x)", True),
        ("with suppress(Exception):\n    x()", True),
        ("raise ValueError", False),
    ],
)
def test_expects_failure(tmp_path: Path, body: str, expected: bool) -> None:
    project = tree(tmp_path, {"test_it.py": f"async def test():\n{indent(body, '    ')}\n"})
    assert expects_failure(function(project, "test_it.py", "test")) is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("patch('app.asyncio.run')", True),
        ("patch('asyncio.run')", True),
        ("patch('app.run')", False),
        ("patch.object(asyncio, 'create_task')", True),
        ("patch('app.cli.asyncio')", True),
        ("loop.create_task.assert_called_once()", True),
        ("loop.create_task = Mock()", True),
        ("loop.create_task(x())", False),
        ("print('asyncio')", False),
    ],
)
def test_replaces_runner(tmp_path: Path, body: str, expected: bool) -> None:
    project = tree(tmp_path, {"test_it.py": f"async def test():\n    {body}\n"})
    assert replaces_runner(function(project, "test_it.py", "test")) is expected


def test_runner_replaced_by_a_decorator(tmp_path: Path) -> None:
    text = """
    @patch('asyncio.run')
    class TestIt:
        @patch('asyncio.gather')
        def test(self): ...
        def test_b(self): ...
    """
    project = tree(tmp_path, {"test_it.py": text})
    assert replaces_runner(function(project, "test_it.py", "TestIt.test"))
    assert replaces_runner(function(project, "test_it.py", "TestIt.test_b"))


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("def test(repo):\n    service.get()", True),
        ("async def test(repo):\n    service.get()", False),
        ("def test(repo):\n    asyncio.run(service.get())", False),
        ("def test(repo):\n    client.get('/')", False),
        ("def test(repo):\n    runner.invoke(app)", False),
        ("def test(other):\n    asyncio.run(x())", False),
    ],
)
def test_runs_no_loop(tmp_path: Path, test: str, expected: bool) -> None:
    text = f"import pytest\n\n@pytest.fixture\ndef repo():\n    return 1\n\n{test}\n"
    project = tree(tmp_path, {"test_it.py": text, "conftest.py": text})
    assert runs_no_loop(function(project, "test_it.py", "test")) is expected
    if "repo" in test:
        assert runs_no_loop(function(project, "test_it.py", "repo")) is expected
        assert not runs_no_loop(function(project, "conftest.py", "repo"))


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("mock.get.return_value = 1\n        return {'valid': True}", True),
        ("mock.get.return_value = Result(time.time())", True),
        ("mock.get.return_value = 1\n        await service.get()", False),
        ("mock.get.return_value = 1\n        client.get('/')", False),
        ("mock.get.return_value = 1\n        yield mock", False),
    ],
)
def test_a_patch_around_nothing(tmp_path: Path, block: str, expected: bool) -> None:
    text = f"async def helper():\n    with patch('app.x') as mock:\n        {block}\n"
    found = facts(tree(tmp_path, {"test_it.py": text}), "test_it.py")
    assignment = next(n for n in found.functions[0].walk() if getattr(n, "targets", None))
    assert is_meant(found, assignment) is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("repo.save.assert_awaited_once()", True),
        ("assert repo.save.await_count == 1", True),
        ("repo.save.assert_not_awaited()", True),
        ("repo.save.assert_called_once()", False),
        ("repo.load.assert_awaited_once()", False),
        ("await repo.save()", False),
    ],
)
def test_asks_about_awaits(tmp_path: Path, body: str, expected: bool) -> None:
    project = tree(tmp_path, {"test_it.py": f"async def test():\n    {body}\n"})
    assert asks_about_awaits(function(project, "test_it.py", "test"), "repo.save") is expected
