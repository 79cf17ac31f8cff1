"""What is at a path of a mock, and the law that nothing awaitable can make a path plain."""

from __future__ import annotations

import ast
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.trees import facts, tree

from looplint.project.code.infer import infer
from looplint.project.code.values import MockValue
from looplint.project.mocks.mock_paths import plain_at

if TYPE_CHECKING:
    from collections.abc import Sequence

HEAD = """\
import asyncio
from unittest.mock import AsyncMock, MagicMock, Mock, create_autospec, patch
import pytest

class Repo:
    async def get(self): ...

class Ready:
    def __await__(self): ...

class Row:
    pass

async def coroutine(): ...

def plain():
    return 1

def raising():
    raise ValueError

def helper(mock):
    mock.get = AsyncMock()

def configure_it(mock): ...

def reader(mock):
    return mock.name

"""


def type_at(root: Path, body: Sequence[str], expression: str = "m.get()") -> str | None:
    """The type that a path of `m` certainly has after these statements."""
    lines = "".join(f"    {line}\n" for statement in body for line in statement.split("\n"))
    text = f"{HEAD}async def test(request, monkeypatch, mocker):\n{lines}    use({expression})\n"
    project = tree(root, {"test_it.py": text})
    found = facts(project, "test_it.py")
    use = next(c for c in reversed(found.calls) if isinstance(c.func, ast.Name) and c.func.id == "use")
    value = infer(project, found, use.args[0])
    answer = plain_at(project, value, found.function_of(use)) if isinstance(value, MockValue) else None
    return None if answer is None else answer[0].type


PLAIN = {
    "m = Mock()": "Mock",
    "m = MagicMock()": "MagicMock",
    "m = Mock()\nm.get.return_value = {}": "dict",
    "m = Mock()\nm.get = Mock(return_value=None)": "NoneType",
    "m = Mock()\nm.get = MagicMock()\nm.get.return_value = 'x'": "str",
    "m = Mock(get=Mock(return_value=[]))": "list",
    "m = Mock(**{'get.return_value': 3})": "int",
    "m = Mock()\nm.configure_mock(**{'get.return_value': 3}, name='x')": "int",
    "m = Mock()\nm.attach_mock(Mock(return_value=1), 'get')": "int",
    "m = Mock()\nsetattr(m, 'get', Mock(return_value=1))": "int",
    "m = Mock()\nm.get.side_effect = ['a', 'b']": "str",
    "m = Mock()\nm.get.side_effect = ['a', ValueError()]": "str",
    "m = Mock()\nm.get.side_effect = None\nm.get.return_value = 1": "int",
    "m = Mock()\nm.get.side_effect = plain": "int",
    "m = Mock()\nm.get.side_effect = lambda k: f'{k}'": "str",
    "m = Mock()\nm.get.return_value = Row()": "Row",
    "m = Mock()\nm.get.return_value = AsyncMock()": "AsyncMock",
    "m = Mock()\nm.get = lambda: 5": "int",
    "m = Mock()\nm.get = plain": "int",
    "other = Mock()\nother.get.return_value = b''\nm = other": "bytes",
    "m = other = Mock()\nother.get.return_value = b''": "bytes",
    "m = AsyncMock()\nm.get = Mock(return_value=1)": "int",
    "m = Mock()\nm.other = AsyncMock()": "Mock",
    "m = Mock()\nreader(m)": "Mock",
    "m = Mock()\nconfigure_it(m)": "Mock",
    "m = Mock()\nprint(m)": "Mock",
    "m, n = Mock(), AsyncMock()": "Mock",
    "m = Mock()\nmonkeypatch.setattr(m, 'get', Mock(return_value=1))": "int",
}


@pytest.mark.parametrize(("body", "kind"), PLAIN.items())
def test_certainly_plain(tmp_path: Path, body: str, kind: str) -> None:
    assert type_at(tmp_path, [body]) == kind


UNKNOWN = [
    "m = AsyncMock()",
    "m = Mock(spec=Repo)",
    "m = Mock(Repo)",
    "m = MagicMock(wraps=Repo())",
    "m = create_autospec(Repo)",
    "m = Mock(**request.param)",
    "m = Mock(**{request.param: 1})",
    "m = Mock()\nm.get = AsyncMock()",
    "m = Mock()\nm.get: Mock = AsyncMock()",
    "m = Mock()\nm.put, m.get = Mock(), AsyncMock()",
    "m = Mock()\nm.put, m.get = request.param",
    "m = Mock()\nm.get = request.param",
    "m = Mock()\nm.get.return_value = request.param",
    "m = Mock()\nm.get.return_value = coroutine()",
    "m = Mock()\nm.get.return_value = asyncio.Future()",
    "m = Mock()\nm.get.return_value = Ready()",
    "m = Mock()\nm.get.side_effect = coroutine",
    "m = Mock()\nm.get.side_effect = ValueError",
    "m = Mock()\nm.get.side_effect = ValueError('x')",
    "m = Mock()\nm.get.side_effect = raising",
    "m = Mock()\nm.get.side_effect = lambda: coroutine()",
    "m = Mock()\nm.get.side_effect = [coroutine(), 1]",
    "m = Mock()\nm.get.side_effect = [ValueError()]",
    "m = Mock()\nhelper(m)",
    "m = Mock()\nrequest.setup_mock(m)",
    "m = Mock()\nsetattr(m, request.param, 1)",
    "m = Mock()\nm.mock_add_spec(Repo)",
    "m = Mock()\ndel m.get",
    "m = Mock()\ntype(m).get = AsyncMock()",
    "m = Mock()\nvars(m)['get'] = AsyncMock()",
    "m = Mock()\nfor x in (m, 1):\n    use(x)\n    x.get = AsyncMock()",
    "m = Mock()\nservice = Service(m)\nservice.repo.get = AsyncMock()",
    "other = Mock()\nm = other\nother.get = AsyncMock()",
    "m = other = Mock()\nother.get = AsyncMock()",
    "m = Mock()\nwith patch.object(m, 'get', new_callable=AsyncMock):\n    pass",
    "m = Mock()\ndef later():\n    m.get = AsyncMock()",
    "m = Mock()\nm.get.return_value.__await__ = lambda self: iter(())",
]


@pytest.mark.parametrize("body", UNKNOWN)
def test_unknown(tmp_path: Path, body: str) -> None:
    assert type_at(tmp_path, [body]) is None


@pytest.mark.parametrize(
    ("body", "expression", "kind"),
    [
        ("m = Mock()", "m", "Mock"),
        ("m = Mock()", "m.users.get(1)", "Mock"),
        ("m = Mock()", "m['k'].get()", "Mock"),
        ("m = Mock(return_value=3)", "m()", "int"),
        ("m = Mock()\nm.return_value.get.return_value = 4", "m().get()", "int"),
        ("m = Mock()\nm.return_value.get.return_value = 4", "m.return_value.get()", "int"),
        ("m = Mock()\nm.return_value = AsyncMock()", "m().get()", None),
        ("m = Mock(return_value=AsyncMock())", "m().get()", None),
        ("m = Mock()\nm.users = AsyncMock()", "m.users.get()", None),
        ("n = Mock()\nn.get.return_value = 5\nm = Mock()\nm.make.return_value = n", "m.make().get()", "int"),
        ("n = Mock()\nn.get = AsyncMock()\nm = Mock()\nm.make.return_value = n", "m.make().get()", None),
        ("m = AsyncMock()\nm.make.return_value = Mock()", "m.make().get()", "Mock"),
        ("m = Mock()\nm.get.call_args_list = []", "m.get.call_args_list[0]()", None),
    ],
)
def test_other_paths(tmp_path: Path, body: str, expression: str, kind: str | None) -> None:
    assert type_at(tmp_path, [body], expression) == kind


PLAIN_WRITES = ("m.get.return_value = 1", "m.get = Mock(return_value='x')", "m.get.side_effect = [1]", "m.put = Mock()")
AWAITABLE_WRITES = ("m.get = AsyncMock()", "m.get.side_effect = coroutine", "m.get.return_value = coroutine()")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(PLAIN_WRITES), max_size=4), st.sampled_from(AWAITABLE_WRITES), st.integers(0, 4))
def test_something_awaitable_anywhere_makes_it_unknown(plain: list[str], awaitable: str, at: int) -> None:
    with TemporaryDirectory() as directory:
        assert type_at(Path(directory), ["m = Mock()", *plain]) is not None
    with TemporaryDirectory() as directory:
        assert type_at(Path(directory), ["m = Mock()", *plain[:at], awaitable, *plain[at:]]) is None
