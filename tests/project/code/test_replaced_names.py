"""What may be replaced while a test runs: by itself, fixtures, hooks, conftest.py, not by other tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import function, tree

from looplint.project.code.replaced_names import may_be_replaced

if TYPE_CHECKING:
    from pathlib import Path

NAMES = {"AsyncClient", "httpx"}


def replaced(root: Path, text: str, conftest: str = "", name: str = "test_x") -> bool:
    project = tree(root, {"pytest.ini": "[pytest]\n", "conftest.py": conftest, "test_x.py": text})
    return may_be_replaced(project, function(project, "test_x.py", name), NAMES)


@pytest.mark.parametrize(
    "text",
    [
        "def test_x():\n    with patch('app.httpx.AsyncClient'): ...",
        "@patch('httpx.AsyncClient')\ndef test_x(client): ...",
        "@patch(f'{HERE}.AsyncClient')\ndef test_x(client): ...",
        "@patch.object(httpx, 'AsyncClient')\ndef test_x(client): ...",
        "def test_x(monkeypatch):\n    monkeypatch.setattr(app, 'AsyncClient', None)",
        "def test_x():\n    app.AsyncClient = None",
        "def test_x(): ...\n@pytest.fixture\ndef fake(mocker):\n    mocker.patch('app.httpx')",
        "def setup_module():\n    patch.multiple(httpx, AsyncClient=1).start()\ndef test_x(): ...",
        "patch('app.httpx').start()\ndef test_x(): ...",
        "import sys\nsys.modules['httpx'] = None\ndef test_x(): ...",
        "import sys\nsys.modules[name] = None\ndef test_x(): ...",
        "def test_x():\n    with patch.dict('sys.modules', {'httpx': None}): ...",
        "def test_x():\n    with patch.dict(sys.modules, {'httpx.x': None}): ...",
    ],
)
def test_replaced(tmp_path: Path, text: str) -> None:
    assert replaced(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        "def test_x(): ...",
        "def test_x(): ...\ndef test_other():\n    with patch('app.httpx.AsyncClient'): ...",
        "def test_x(): ...\n@patch('httpx.AsyncClient')\ndef test_other(client): ...",
        "def test_x(): ...\n@patch('httpx.AsyncClient')\nclass TestOther:\n    def test_y(self, client): ...",
        "def test_x():\n    with patch('app.other'): ...",
        "@patch.object(AsyncClient, 'get')\ndef test_x(get): ...",
        "def test_x(monkeypatch):\n    monkeypatch.setattr(app.httpx, 'other', None)",
        "import sys\ndef test_x():\n    assert 'httpx' in sys.modules",
        "import sys\nsys.modules['other'] = None\ndef test_x(): ...",
        "import sys\ndef test_x():\n    assert sys.modules['httpx'] == 1",
    ],
)
def test_not_replaced(tmp_path: Path, text: str) -> None:
    assert not replaced(tmp_path, text)


def test_in_a_conftest(tmp_path: Path) -> None:
    conftest = "@pytest.fixture(autouse=True)\ndef fake(mocker):\n    mocker.patch('app.httpx')"
    assert replaced(tmp_path, "def test_x(): ...", conftest)


def test_the_class_around(tmp_path: Path) -> None:
    text = "@patch('httpx.AsyncClient')\nclass TestX:\n    def test_x(self, client): ..."
    assert replaced(tmp_path, text, name="TestX.test_x")
