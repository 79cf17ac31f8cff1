"""Which calls of tests reach a real service, and what says that they are meant to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.running.real_services import configuration, is_suspect, real_service

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "import os, aiohttp, httpx, openai, pytest, requests\nfrom app.llm import Llm\n"
URL = "'https://api.github.com/x'"


def reached(root: Path, text: str, *, name: str = "test_x.py", **others: str) -> list[str]:
    files = {"pytest.ini": "[pytest]\n", "app/llm.py": "class Llm: ...\n", name: HEAD + text}
    files |= {path.replace("_py", ".py").replace("_toml", ".toml"): body for path, body in others.items()}
    project = tree(root, files)
    seen = facts(project, name)
    configured = configuration(project, seen)
    found = []
    for call in seen.calls:
        test = seen.function_of(call)
        if test is not None and test.outer is None and is_suspect(seen, call, configured):
            service = real_service(project, test, call, configured)
            found += [service] if service is not None else []
    return found


def in_test(body: str, parameters: str = "") -> str:
    return f"@pytest.mark.asyncio\nasync def test_x({parameters}):\n" + "".join(f"    {r}\n" for r in body.split("\n"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"requests.get({URL})", "api.github.com"),
        (f"httpx.post(url={URL})", "api.github.com"),
        (f"async with httpx.AsyncClient() as c:\n    await c.get({URL})", "api.github.com"),
        (f"async with aiohttp.ClientSession() as s:\n    async with s.get({URL}): ...", "api.github.com"),
        ("c = openai.OpenAI()\nc.chat.completions.create()", "api.openai.com"),
        ("c = openai.AsyncOpenAI(api_key='x')\nawait c.embeddings.create()", "api.openai.com"),
    ],
)
def test_reached(tmp_path: Path, body: str, expected: str) -> None:
    assert reached(tmp_path, in_test(body)) == [expected]


@pytest.mark.parametrize(
    "body",
    [
        "requests.get('http://localhost/x')",
        "requests.get(unknown)",
        "openai.OpenAI()",
        "c = openai.OpenAI(base_url=unknown)\nc.chat.completions.create()",
        "c = openai.OpenAI(**unknown)\nc.chat.completions.create()",
        "c = openai.OpenAI()\nassert c.api_key",
        f"async with httpx.AsyncClient(transport=unknown) as c:\n    await c.get({URL})",
        f"with pytest.raises(OSError):\n    requests.get({URL})",
        f"with patch('app.x'):\n    requests.get({URL})",
        f"if os.environ.get('CI'):\n    requests.get({URL})",
        f"if not unknown:\n    pytest.skip()\nrequests.get({URL})",
    ],
)
def test_not_reached(tmp_path: Path, body: str) -> None:
    assert reached(tmp_path, in_test(body)) == []


GET = in_test(f"requests.get({URL})")


@pytest.mark.parametrize("name", ["integration/test_x.py", "test_x_e2e.py", "live/test_x.py", "test_live_api.py"])
def test_by_path(tmp_path: Path, name: str) -> None:
    assert reached(tmp_path, GET, name=name) == []


@pytest.mark.parametrize("name", ["delivery/test_x.py", "test_loader.py", "test_retrieval.py"])
def test_by_paths_that_only_sound_so(tmp_path: Path, name: str) -> None:
    assert reached(tmp_path, GET, name=name) == ["api.github.com"]


@pytest.mark.parametrize(
    "text",
    [
        f"@pytest.mark.integration\n{GET}",
        f"pytestmark = pytest.mark.network\n{GET}",
        f"@pytest.mark.skipif(True, reason='')\n{GET}",
        f"import respx\n{GET}",
        in_test(f"requests.get({URL})", "plugin_fixture"),
        f"@pytest.fixture(autouse=True)\ndef f(monkeypatch): ...\n{GET}",
        f"@pytest.fixture\ndef f(mocker): ...\n{in_test(f'requests.get({URL})', 'f')}",
        f"@patch('app.requests')\nclass TestX:\n    def test_x(self):\n        requests.get({URL})\n",
    ],
)
def test_marked_or_answered(tmp_path: Path, text: str) -> None:
    assert reached(tmp_path, text) == []


def test_a_hook_that_selects(tmp_path: Path) -> None:
    assert reached(tmp_path, GET, conftest_py="def pytest_collection_modifyitems(items): ...") == []


def test_configured(tmp_path: Path) -> None:
    table = "[integration-tests]\nmarks = ['cloud']\npaths = []\nclients = ['app.llm.Llm']\n"
    text = in_test("Llm()") + f"@pytest.mark.cloud\n{GET.replace('test_x', 'test_y')}"
    assert reached(tmp_path, text, name="integration/test_x.py", looplint_toml=table) == ["app.llm.Llm"]
