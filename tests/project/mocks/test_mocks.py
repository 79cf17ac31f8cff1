from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.infer import infer
from looplint.project.code.values import MockValue
from looplint.project.mocks.mocks import Knowledge, know

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "from unittest.mock import AsyncMock, MagicMock, Mock, patch\nimport pytest\n"


def known(root: Path, text: str, extra: dict[str, str] | None = None) -> Knowledge:
    """What is known of the mock that `use(...)` gets."""
    project = tree(root, {"test_it.py": HEAD + text, **(extra or {})})
    found = facts(project, "test_it.py")
    use = next(c for c in found.calls if isinstance(c.func, ast.Name) and c.func.id == "use")
    value = infer(project, found, use.args[0])
    assert isinstance(value, MockValue)
    return know(project, value, found.function_of(use))


def written(knowledge: Knowledge) -> set[str]:
    return {".".join(write.path) for write in knowledge.writes}


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ("m.get = 1", {"get"}),
        ("m.get.return_value = 1", {"get.()"}),
        ("m.get().x = 1", {"get.().x"}),
        ("m.a.b.side_effect = 1", {"a.b.side_effect"}),
        ("m['k'] = 1", {"__getitem__.()"}),
        ("m.a, m.b = 1, 2", {"a", "b"}),
        ("m.a = m.b = 1", {"a", "b"}),
        ("m.a: int = 1", {"a"}),
        ("m.a: int", set()),
        ("m.a += 1", {"a"}),
        ("m.configure_mock(a=1, **{'b.return_value': 2})", {"a", "b.()"}),
        ("m.attach_mock(x, 'a')", {"a"}),
        ("setattr(m, 'a', 1)", {"a"}),
        ("patch.object(m, 'a', 1)", {"a"}),
        ("n = m.users\n    n.get = 1", {"users.get"}),
        ("m.return_value = 1", {"()"}),
        ("other.get = 1", set()),
    ],
)
def test_writes(tmp_path: Path, body: str, paths: set[str]) -> None:
    assert written(known(tmp_path, f"def test():\n    m = Mock()\n    {body}\n    use(m)\n")) == paths


@pytest.mark.parametrize(
    ("made", "paths", "opaque"),
    [
        ("Mock(a=1, name='x', return_value=2)", {"a", "()"}, False),
        ("Mock(**{'a.b': 1})", {"a.b"}, False),
        ("Mock(**x)", set(), True),
        ("Mock(spec=X, a=1)", {"a"}, True),
        ("Mock(spec=None)", set(), False),
        ("Mock(X)", set(), True),
        ("Mock(wraps=X)", set(), True),
        ("patch('a.b', new_callable=Mock, return_value=1).start()", {"()"}, False),
    ],
)
def test_constructors(tmp_path: Path, made: str, paths: set[str], opaque: bool) -> None:
    found = known(tmp_path, f"def test():\n    m = {made}\n    use(m)\n")
    assert (written(found), found.opaque) == (paths, opaque)


def test_uses_and_calls(tmp_path: Path) -> None:
    body = """
async def test():
    m = Mock()
    m.sync()
    await m.get()
    await asyncio.gather(m.many())
    async with m.session():
        pass
    m.a.assert_called_once_with(1)
    m.b.assert_not_called()
    assert not m.c.called
    assert m.d.call_count == 0
    assert m.e.call_count == 1
    use(m)
"""
    found = known(tmp_path, "import asyncio\n" + body)
    uses = {".".join(use.path): use.awaited for use in found.uses}
    assert uses == {"sync.()": False, "get.()": True, "many.()": True, "session.()": True}
    assert found.called == {("a",)}
    assert found.never_called == {("b",), ("c",), ("d",)}


def test_other_tests_have_other_objects(tmp_path: Path) -> None:
    text = """
class TestIt:
    def setup_method(self):
        self.m = Mock()
        self.m.setup = 1

    def test(self):
        self.m.own = 1
        use(self.m)

    def test_other(self):
        self.m.other = 1

    def _helper(self):
        self.m.helper = 1
"""
    assert written(known(tmp_path, text)) == {"setup", "own", "helper"}


def test_fixtures_that_share_a_mock(tmp_path: Path) -> None:
    text = """
@pytest.fixture
def m():
    made = Mock()
    made.made = 1
    return made

@pytest.fixture
def wired(m):
    m.wired = 1

@pytest.fixture(autouse=True)
def _always(m):
    m.always = 1

@pytest.fixture
def unused(m):
    m.unused = 1

def test(m, wired):
    m.test = 1
    use(m)

def test_other(m):
    m.other = 1
"""
    assert written(known(tmp_path, text)) == {"made", "wired", "always", "test"}


def test_functions_that_get_it(tmp_path: Path) -> None:
    text = """
from app import Service, wire

def test():
    m = Mock()
    wire(1, m)
    Service(repo=m)
    unknown(m)
    use(m)
"""
    app = """
def wire(x, mock):
    mock.wired = x

class Service:
    def __init__(self, repo):
        repo.stored = self
"""
    found = known(tmp_path, text, {"app.py": app})
    assert written(found) == {"wired", "stored"}
    assert not found.opaque
    assert len(found.handed) == 4


def test_leaving(tmp_path: Path) -> None:
    assert known(tmp_path, "def make():\n    m = Mock()\n    use(m)\n    return m\n").leaves
    assert not known(tmp_path, "async def make():\n    m = Mock()\n    use(m)\n    return await m.get()\n").leaves
