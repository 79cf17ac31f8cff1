"""Plain mocks and lambdas in the place of something asynchronous, and whether a test can come to the await."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, function, tree

from looplint.project.mocks.awaiting_code import may_lead_to
from looplint.project.mocks.replacing import replacements

if TYPE_CHECKING:
    from pathlib import Path

APP = """
async def fetch(): ...

class Client:
    async def send(self): ...
    def name(self): ...

async def load():
    return await fetch()

async def run(client):
    return await client.send()

async def other(): ...
"""


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("with patch('app.fetch', new=Mock(return_value=1)):\n        await app.load()", ["app.fetch"]),
        (
            "with patch('app.fetch', new_callable=MagicMock) as m:\n        m.return_value = 1\n        await load()",
            ["app.fetch"],
        ),
        ("monkeypatch.setattr(app, 'fetch', lambda: 1)\n    await app.load()", ["app.fetch"]),
        ("client = app.Client()\n    client.send = Mock(return_value=1)\n    await app.run(client)", ["client.send"]),
        ("client = app.Client()\n    client.send = Mock(return_value=1)\n    await app.other()", []),
        ("client = app.Client()\n    client.send = Mock(return_value=None)\n    http.get('/')", []),
        ("client = app.Client()\n    client.send = Mock(return_value=1)\n    http.get('/')", ["client.send"]),
        ("client = app.Client()\n    client.send = Mock()\n    await app.run(client)", []),
        ("client = app.Client()\n    client.name = Mock(return_value=1)\n    await app.run(client)", []),
        ("with patch('app.fetch', new=AsyncMock(return_value=1)):\n        await app.load()", []),
        ("with patch('app.fetch'):\n        await app.load()", []),
    ],
)
def test_replacements(tmp_path: Path, body: str, names: list[str]) -> None:
    imports = "import app\nfrom app import load\nfrom unittest.mock import AsyncMock, MagicMock, Mock, patch\n"
    head = f"{imports}\nasync def test_it(http, monkeypatch):\n"
    project = tree(tmp_path, {"app.py": APP, "test_it.py": f"{head}    {body}\n"})
    assert [found.name for found in replacements(project, facts(project, "test_it.py"))] == names


def test_what_may_lead_to_a_function(tmp_path: Path) -> None:
    text = "import app\n\nasync def test_one():\n    await app.load()\n\ndef test_two(client):\n    client.post('/')\n"
    project = tree(tmp_path, {"app.py": APP, "test_it.py": text})
    one, two = (function(project, "test_it.py", name) for name in ("test_one", "test_two"))
    assert may_lead_to(project, one, {"fetch"}, telling=False)
    assert not may_lead_to(project, one, {"send"}, telling=True)
    assert may_lead_to(project, two, {"send"}, telling=True)
    assert not may_lead_to(project, two, {"send"}, telling=False)
