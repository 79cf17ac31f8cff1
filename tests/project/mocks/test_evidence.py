from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.targets import dotted_target
from looplint.project.mocks.evidence import attribute_evidence, target_evidence, visible_files

if TYPE_CHECKING:
    from pathlib import Path

APP = {
    "app/__init__.py": "",
    "app/client.py": """
        from typing import Awaitable

        class Client:
            async def send(self): ...
            async def unused(self): ...
            def close(self): ...

        class Late(Client):
            async def later(self): ...

        class Later(Late):
            def later(self): ...

        async def fetch(): ...
        async def scheduled(): ...
        async def nobody(): ...
        client = Client()
        """,
    "app/api.py": """
        from app.client import Client, Late, client, fetch, scheduled
        import app.client

        async def show():
            await fetch()
            start(scheduled())
            await client.send()
            client.unused()
            await Late().later()
        """,
}
TEST = """\
from unittest.mock import Mock, MagicMock, AsyncMock, patch
import httpx
from app import api
from app.client import Client
"""


@pytest.mark.parametrize(
    ("target", "proved"),
    [
        ("app.api.fetch", True),
        ("app.api.scheduled", False),
        ("app.client.fetch", True),
        ("app.client.nobody", False),
        ("app.client.Client.send", True),
        ("app.client.Client.close", False),
        ("app.client.Late.later", False),
        ("app.missing", False),
    ],
)
def test_targets_of_patches(tmp_path: Path, target: str, proved: bool) -> None:
    project = tree(tmp_path, {**APP, "test_it.py": TEST})
    found = facts(project, "test_it.py")
    assert (target_evidence(project, found, dotted_target(project, found, target)) is not None) is proved


@pytest.mark.parametrize(
    ("setup", "name", "proved"),
    [
        ("x = Client()", "send", True),
        ("x = Client()", "close", False),
        ("x = Client()", "ainvoke", False),
        ("x = Mock()", "send", False),
        ("x = Mock()", "ainvoke", True),
        ("x = Mock()", "astream", False),
        ("x = Mock()", "send_photo", False),
        ("x = unknown()", "ainvoke", True),
        ("x = unknown()", "send", False),
        ("x = Mock(spec=Client)", "send", True),
        ("x = Mock(spec=Client)", "close", False),
        ("x = MagicMock(spec=httpx.AsyncClient)", "get", False),
        ("x = patch('app.api.client').start()", "send", True),
        ("x = patch('app.api.client').start()", "unused", False),
        ("x = patch('app.api.Client').start()", "send", False),
        ("x = patch('app.api.Client').start().return_value", "send", True),
    ],
)
def test_attributes(tmp_path: Path, setup: str, name: str, proved: bool) -> None:
    project = tree(tmp_path, {**APP, "test_it.py": f"{TEST}\nasync def test():\n    {setup}\n    use(x)\n"})
    found = facts(project, "test_it.py")
    use = next(c for c in found.calls if isinstance(c.func, ast.Name) and c.func.id == "use")
    assert (attribute_evidence(project, found, use.args[0], name) is not None) is proved


def test_a_plain_definition_in_sight_disproves_a_name(tmp_path: Path) -> None:
    text = "from unittest.mock import Mock\nimport agents\n\nx = Mock()\nuse(x)\n"
    agents = "class Agent:\n    def ainvoke(self): ...\n"
    for files, proved in (({"agents.py": agents}, False), ({"agents.py": agents.replace("def", "async def")}, True)):
        project = tree(tmp_path, {**files, "test_it.py": text})
        found = facts(project, "test_it.py")
        assert (attribute_evidence(project, found, found.calls[-1].args[0], "ainvoke") is not None) is proved


def test_what_a_file_sees(tmp_path: Path) -> None:
    files = {
        "conftest.py": "import shared\nname = 1\n",
        "shared.py": "name = 1\n",
        "far.py": "name = 1\n",
        "farther.py": "name = 1\n",
        "near.py": "import far\n",
        "test_it.py": "import near\nname = 1\n",
    }
    files["far.py"] += "import farther\n"
    project = tree(tmp_path, files)
    found = visible_files(project, facts(project, "test_it.py"), b"name")
    assert {f.file.name for f in found if f.file is not None} == {"test_it.py", "conftest.py", "shared.py", "far.py"}


def test_what_a_package_hands_on_is_no_step(tmp_path: Path) -> None:
    files = {
        "tools/__init__.py": "from tools.show import show\n",
        "tools/show.py": "from tools.load import load\n",
        "tools/load.py": "import beyond\nname = 1\n",
        "beyond.py": "name = 1\n",
        "test_it.py": "from tools import show\n",
    }
    project = tree(tmp_path, files)
    found = visible_files(project, facts(project, "test_it.py"), b"name")
    assert [f.file.name for f in found if f.file is not None] == ["load.py"]
