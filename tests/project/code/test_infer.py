from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, function, tree

from looplint.project.code.infer import entered, infer
from looplint.project.code.values import (
    ClassValue,
    ClientValue,
    FunctionValue,
    InstanceValue,
    MockValue,
    PatcherValue,
    Value,
)

if TYPE_CHECKING:
    from pathlib import Path

HEAD = (
    "from unittest.mock import AsyncMock, MagicMock, Mock, patch\nimport pytest\nimport redis.asyncio\nimport httpx\n"
)
APP = """
class Gateway:
    timeout = 3

    def __init__(self, url="x"):
        self.url = url
        self.parts = Parts()

    async def charge(self): ...

    @property
    def again(self):
        return self.parts


class Parts:
    pass


def make_gateway():
    return Gateway()


async def connect():
    return Gateway()


gateway = make_gateway()
"""


def shown(value: Value | None) -> object:
    """A value in short."""
    match value:
        case MockValue():
            return (value.kind, *value.path)
        case InstanceValue():
            return f"a {value.cls.name}"
        case ClientValue():
            return f"a {value.client.path}{'.' if value.chain else ''}{value.chain}"
        case ClassValue():
            return f"class {value.dotted}"
        case FunctionValue():
            assert value.definition.function is not None
            return f"def {value.definition.function.name}"
        case PatcherValue():
            return ("patch", value.kind)
    return None


def value_of(tmp_path: Path, body: str, name: str = "x") -> object:
    """What `name` is in the last statement of the test, whose body this is."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    head = f"{HEAD}from app import Gateway, connect, gateway, make_gateway\n"
    text = f"{head}\nasync def test(mocker):\n{lines}\n    use({name})\n"
    project = tree(tmp_path, {"app.py": APP, "test_it.py": text})
    call = facts(project, "test_it.py").calls[-1]
    return shown(infer(project, facts(project, "test_it.py"), call.args[0]))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = Mock()", ("Mock",)),
        ("x = MagicMock().users", ("MagicMock", "users")),
        ("x = MagicMock().users.get(1)", ("MagicMock", "users", "get", "()")),
        ("x = MagicMock().users.return_value", ("MagicMock", "users", "()")),
        ("x = Mock()['k']", ("Mock", "__getitem__", "()")),
        ("x = mocker.MagicMock()", ("MagicMock",)),
        ("y = Mock()\nx = y", ("Mock",)),
        ("x, y = Mock(), AsyncMock()", ("Mock",)),
        ("x, *y = Mock(), AsyncMock()", None),
        ("x = None\nx = Mock()", ("Mock",)),
        ("x = Mock()\nx = AsyncMock()", None),
        ("for x in [Mock()]:\n    pass", None),
        ("y = (x := Mock())", ("Mock",)),
        ("x = await AsyncMock().get()", ("AsyncMock", "get", "()")),
        ("x = [Mock()][0]", None),
        ("x = Mock().tool.call_args_list[0][0]", None),
    ],
)
def test_mocks(tmp_path: Path, body: str, expected: object) -> None:
    assert value_of(tmp_path, body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = Gateway()", "a Gateway"),
        ("x = Gateway", "class app.Gateway"),
        ("x = make_gateway()", "a Gateway"),
        ("x = await connect()", "a Gateway"),
        ("x = connect()", None),
        ("x = gateway", "a Gateway"),
        ("x = gateway.parts", "a Parts"),
        ("x = gateway.again", "a Parts"),
        ("x = gateway.url", None),
        ("x = gateway.charge", "def charge"),
        ("x = Gateway.charge", "def charge"),
        ("def x(): ...", "def x"),
        ("class x: ...", "class test_it.test.<locals>.x"),
        ("x = httpx.AsyncClient()", "a httpx.AsyncClient"),
        ("x = redis.asyncio.Redis()", "a redis.asyncio.Redis"),
        ("x = httpx.AsyncClient", "class httpx.AsyncClient"),
        ("async with httpx.AsyncClient() as x:\n    pass", "a httpx.AsyncClient"),
    ],
)
def test_objects(tmp_path: Path, body: str, expected: object) -> None:
    assert value_of(tmp_path, body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = patch('app.Gateway')", ("patch", "MagicMock")),
        ("with patch('app.Gateway') as x:\n    pass", ("MagicMock",)),
        ("with patch('app.connect') as x:\n    pass", ("AsyncMock",)),
        ("with patch('app.nowhere') as x:\n    pass", None),
        ("with patch('app.connect', new=Mock()) as x:\n    pass", ("Mock",)),
        ("with patch('app.connect', new_callable=MagicMock) as x:\n    pass", ("MagicMock",)),
        ("x = mocker.patch('app.connect')", ("AsyncMock",)),
        ("p = patch('app.Gateway')\nx = p.start()", ("MagicMock",)),
        ("with patch.object(gateway, 'parts') as x:\n    pass", ("MagicMock",)),
        ("with patch.object(gateway, 'charge') as x:\n    pass", ("AsyncMock",)),
        ("with patch.multiple('app', make_gateway=1) as x:\n    pass", None),
    ],
)
def test_patches(tmp_path: Path, body: str, expected: object) -> None:
    assert value_of(tmp_path, body) == expected


def test_the_with_around_the_use_decides(tmp_path: Path) -> None:
    text = (
        f"{HEAD}\ndef test():\n"
        "    with patch('app.Gateway') as x:\n        use(x)\n"
        "    with patch('app.connect') as x:\n        use(x)\n"
        "    use(x)\n"
    )
    project = tree(tmp_path, {"app.py": APP, "test_it.py": text})
    found = facts(project, "test_it.py")
    uses = [c.args[0] for c in found.calls if isinstance(c.func, ast.Name) and c.func.id == "use"]
    assert [shown(infer(project, found, use)) for use in uses] == [("MagicMock",), ("AsyncMock",), None]


def test_fixtures_of_the_conftest_chain(tmp_path: Path) -> None:
    conftest = f"{HEAD}\n@pytest.fixture\ndef repo():\n    repo = Mock()\n    yield repo\n"
    nearer = "import pytest\n\n@pytest.fixture\ndef repo(repo):\n    return repo.users\n"
    test = "async def test(repo):\n    use(repo)\n"
    project = tree(tmp_path, {"conftest.py": conftest, "a/conftest.py": nearer, "a/test_a.py": test, "test_b.py": test})
    for name, expected in (("a/test_a.py", ("Mock", "users")), ("test_b.py", ("Mock",))):
        found = facts(project, name)
        value = infer(project, found, found.calls[-1].args[0])
        assert shown(value) == expected
        assert isinstance(value, MockValue)
        assert [n.text for n in value.names] == ["repo"] * len(value.names)


def test_names_of_an_attribute_of_self(tmp_path: Path) -> None:
    text = (
        f"{HEAD}\nclass Base:\n    def setup_method(self):\n        self.repo = Mock()\n"
        "class TestIt(Base):\n    def test(self):\n        use(self.repo.get)\n"
    )
    project = tree(tmp_path, {"test_it.py": text})
    found = facts(project, "test_it.py")
    value = infer(project, found, found.calls[-1].args[0])
    assert isinstance(value, MockValue)
    assert shown(value) == ("Mock", "get")
    assert {(n.text, n.owner.name if n.owner else None) for n in value.names} == {
        ("self.repo", "Base"),
        ("self.repo", "TestIt"),
    }


def test_parametrized_parameters_are_unknown(tmp_path: Path) -> None:
    text = (
        f"{HEAD}\n@pytest.fixture\ndef repo():\n    return Mock()\n\n"
        "@pytest.mark.parametrize('repo', [AsyncMock()])\ndef test(repo):\n    use(repo)\n"
    )
    project = tree(tmp_path, {"test_it.py": text})
    found = facts(project, "test_it.py")
    assert infer(project, found, found.calls[-1].args[0]) is None


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("x = fill(x)\n    use(x)", "Parts"),
        ("use(x)\n    x = fill(x)", None),
        ("if y:\n        x = fill(x)\n    use(x)", None),
        ("x = Mock()\n    use(x)", None),
    ],
)
def test_parameters_bound_again(tmp_path: Path, rows: str, expected: str | None) -> None:
    text = f"{HEAD}\nclass Parts: ...\n\ndef fill(x) -> Parts: ...\n\ndef run(x, y):\n    {rows}\n"
    project = tree(tmp_path, {"m.py": text})
    found = facts(project, "m.py")
    call = next(c for c in found.calls if isinstance(c.func, ast.Name) and c.func.id == "use")
    value = infer(project, found, call.args[0])
    assert (value.cls.name if isinstance(value, InstanceValue) else value) == expected


def test_what_a_mock_gives_in_async_with(tmp_path: Path) -> None:
    project = tree(
        tmp_path, {"test_it.py": f"{HEAD}\nasync def test():\n    async with MagicMock() as x:\n        use(x)\n"}
    )
    found = facts(project, "test_it.py")
    value = infer(project, found, found.calls[-1].args[0])
    assert isinstance(value, MockValue)
    assert value.path == ("__aenter__", "()")
    body = function(project, "test_it.py", "test").node.body[0]
    assert isinstance(body, ast.AsyncWith)
    plain = entered(project, found, body.items[0].context_expr, is_async=False)
    assert isinstance(plain, MockValue)
    assert plain.path == ("__enter__", "()")


def test_autospec_makes_a_mock(tmp_path: Path) -> None:
    head = "from unittest.mock import create_autospec\nfrom unittest.mock import create_autospec as make\nimport app"
    text = f"{head}\nuse(create_autospec(app.Repo), make(app.Repo), app.create_autospec())\n"
    project = tree(tmp_path, {"test_it.py": text, "app.py": "class Repo: ...\n"})
    found = facts(project, "test_it.py")
    use = next(call for call in found.calls if isinstance(call.func, ast.Name) and call.func.id == "use")
    one, two, three = (infer(project, found, node) for node in use.args)
    assert isinstance(one, MockValue)
    assert isinstance(two, MockValue)
    assert (one.via, two.kind, three) == ("autospec", "MagicMock", None)


def test_recursion_ends(tmp_path: Path) -> None:
    text = "def f():\n    return g()\n\ndef g():\n    return f()\n\nx = f()\ny = y.y\nuse(x, y)\n"
    project = tree(tmp_path, {"test_it.py": text})
    found = facts(project, "test_it.py")
    assert [infer(project, found, a) for a in found.calls[-1].args] == [None, None]
