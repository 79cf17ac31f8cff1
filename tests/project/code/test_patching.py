from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, function, tree

from looplint.model.names import last_name
from looplint.project.code.patching import injected_patch, mock_kind, patch_form, patcher
from looplint.project.code.values import Nature

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project.code.values import PatcherValue

APP = """
import functools
import asyncio
from typing import Awaitable
import redis.asyncio
import httpx


async def fetch(url): ...

def lazy() -> Awaitable[int]: ...

def encode(text): ...

async def rows():
    yield 1

@unknown
async def hidden(): ...

class Ready:
    def __await__(self): ...

class Plain:
    pass

class Elsewhere(unknown.Base):
    pass

class Client:
    limit = 3
    async def send(self): ...
    def close(self): ...
    @staticmethod
    async def version(): ...

class Child(Client):
    def send(self): ...

client = Client()
ready = Ready()
plain = Plain()
elsewhere = Elsewhere()
http = httpx.AsyncClient()
cache = redis.asyncio.Redis()
nothing = None
"""


def patched(tmp_path: Path, call: str) -> PatcherValue | None:
    head = "from unittest.mock import Mock, patch\nfrom unittest import mock\nimport app\nfrom app import client\n"
    text = f"{head}x = {call}\n"
    project = tree(tmp_path, {"app.py": APP, "test_it.py": text})
    found = facts(project, "test_it.py")
    outer = max(found.calls, key=lambda c: (c.end_col_offset or 0) - c.col_offset)
    return patcher(project, found, outer)


@pytest.mark.parametrize(
    ("target", "nature", "kind"),
    [
        ("app.fetch", Nature.COROUTINE, "AsyncMock"),
        ("app.lazy", Nature.AWAITABLE, "MagicMock"),
        ("app.encode", Nature.SYNC, "MagicMock"),
        ("app.rows", Nature.OTHER, "MagicMock"),
        ("app.hidden", Nature.UNKNOWN, None),
        ("app.Client", Nature.OTHER, "MagicMock"),
        ("app.Client.send", Nature.COROUTINE, "AsyncMock"),
        ("app.Client.close", Nature.SYNC, "MagicMock"),
        ("app.Client.version", Nature.COROUTINE, "AsyncMock"),
        ("app.Client.limit", Nature.OTHER, "MagicMock"),
        ("app.Child.send", Nature.SYNC, "MagicMock"),
        ("app.Child.version", Nature.COROUTINE, "AsyncMock"),
        ("app.client", Nature.OTHER, "MagicMock"),
        ("app.client.send", Nature.COROUTINE, "AsyncMock"),
        ("app.plain", Nature.OTHER, "MagicMock"),
        ("app.ready", Nature.UNKNOWN, None),
        ("app.elsewhere", Nature.UNKNOWN, None),
        ("app.http", Nature.OTHER, "MagicMock"),
        ("app.http.get", Nature.COROUTINE, "AsyncMock"),
        ("app.http.build_request", Nature.SYNC, "MagicMock"),
        ("app.cache", Nature.UNKNOWN, None),
        ("app.cache.get", Nature.AWAITABLE, "MagicMock"),
        ("app.nothing", Nature.OTHER, "MagicMock"),
        ("app.missing", Nature.UNKNOWN, None),
        ("app.asyncio.sleep", Nature.COROUTINE, "AsyncMock"),
        ("asyncio.sleep", Nature.COROUTINE, "AsyncMock"),
        ("httpx.AsyncClient", Nature.OTHER, "MagicMock"),
        ("httpx.AsyncClient.get", Nature.COROUTINE, "AsyncMock"),
        ("nowhere.at.all", Nature.UNKNOWN, None),
    ],
)
def test_what_patch_makes_of_a_target(tmp_path: Path, target: str, nature: Nature, kind: str | None) -> None:
    found = patched(tmp_path, f"patch('{target}')")
    assert found is not None
    assert found.target is not None
    assert (found.target.nature, found.kind) == (nature, kind)


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        ("mock.patch('app.fetch')", "AsyncMock"),
        ("patch.object(app, 'fetch')", "AsyncMock"),
        ("patch.object(client, 'send')", "AsyncMock"),
        ("patch.object(target=client, attribute='close')", "MagicMock"),
        ("patch.object(app.Client, 'send')", "AsyncMock"),
        ("patch.object(unknown, 'send')", None),
        ("patch(target='app.encode')", "MagicMock"),
        ("patch('app.' + name)", None),
        ("patch('app.encode', new=1)", None),
        ("patch('app.encode', 1)", None),
        ("patch('app.encode', autospec=True)", None),
        ("patch('app.encode', **options)", None),
        ("patch('app.fetch', new_callable=Mock)", "Mock"),
        ("patch('app.fetch', new_callable=make)", None),
    ],
)
def test_forms_and_options(tmp_path: Path, call: str, kind: str | None) -> None:
    found = patched(tmp_path, call)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    "call", ["patch.dict('os.environ', {})", "patch.multiple('app', fetch=1)", "other('app.fetch')"]
)
def test_what_is_no_patch_of_one_thing(tmp_path: Path, call: str) -> None:
    assert patched(tmp_path, call) is None


def test_decorators_are_injected_bottom_up(tmp_path: Path) -> None:
    text = """
    from unittest.mock import patch
    import pytest

    @patch("app.Client")
    class TestIt:
        @patch("app.encode")
        @patch("app.Client.limit", 5)
        @pytest.mark.asyncio
        @patch.object(client, "send")
        def test(self, first, second, third, tmp_path): ...

        @patch("app.encode")
        def helper(self, first, second): ...

        @staticmethod
        @patch("app.encode")
        def static(first): ...
    """
    project = tree(tmp_path, {"app.py": APP, "test_it.py": text})

    def target(qualname: str, name: str) -> str | None:
        found = injected_patch(project, function(project, "test_it.py", qualname), name)
        return None if found is None or found.target is None else found.target.name

    assert [target("TestIt.test", n) for n in ("first", "second", "third", "tmp_path", "self")] == [
        "client.send",
        "app.encode",
        "app.Client",
        None,
        None,
    ]
    assert [target("TestIt.helper", n) for n in ("first", "second")] == ["app.encode", None]
    assert target("TestIt.static", "first") == "app.encode"


def test_spellings(tmp_path: Path) -> None:
    text = """
    import unittest.mock
    import mock
    from unittest.mock import patch as p, MagicMock as MM
    def test(mocker, other):
        use(unittest.mock.patch(), mock.patch.object(), p(), mocker.patch(), mocker.patch.object(), other.patch())
        use(MM, mocker.Mock, other.Mock, unittest.mock.AsyncMock, unittest.mock.patch)
    def no_fixture():
        use(mocker.patch(), mocker.Mock)
    """
    project = tree(tmp_path, {"test_it.py": text})
    found = facts(project, "test_it.py")
    forms, kinds, free = (c.args for c in found.calls if last_name(c.func) == "use")
    assert [patch_form(found, f.func) for f in forms if isinstance(f, ast.Call)] == [
        "",
        "object",
        "",
        "",
        "object",
        None,
    ]
    assert [mock_kind(found, k) for k in kinds] == ["MagicMock", "Mock", None, "AsyncMock", None]
    assert [patch_form(found, f.func) for f in free if isinstance(f, ast.Call)] == [None]
    assert mock_kind(found, free[1]) is None
