"""Which loop a fixture lives on, and who asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import fixture, function, tree

from looplint.project.loops.fixture_loop import askers, fixture_loop, is_wider, loop_scope_of

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project.loops.fixture_loop import FixtureLoop

HEAD = "import pytest, pytest_asyncio\n"


def loop(
    root: Path, text: str, *, version: str = "1.5.0", ini: str = "", more: dict[str, str] | None = None, **options: bool
) -> FixtureLoop | None:
    files = {
        "requirements.txt": f"pytest-asyncio=={version}\n",
        "pytest.ini": f"[pytest]\n{ini}\n",
        "test_x.py": HEAD + text,
        **(more or {}),
    }
    project = tree(root, files)
    return fixture_loop(project, fixture(project, "test_x.py", "fx"), **options)


WIDE = "@pytest_asyncio.fixture(scope='module')\nasync def fx(): ...\n"
BARE = "@pytest_asyncio.fixture\nasync def fx(): ...\n"


@pytest.mark.parametrize(
    ("decorator", "version", "ini", "expected"),
    [
        ("pytest_asyncio.fixture", "1.5.0", "", "function"),
        ("pytest_asyncio.fixture()", "0.24.0", "", "function"),
        ("pytest_asyncio.fixture(scope='module')", "1.5.0", "", "module"),
        ("pytest_asyncio.fixture('module')", "1.5.0", "", "module"),
        ("pytest_asyncio.fixture(scope='module')", "0.23.8", "", "module"),
        ("pytest_asyncio.fixture(scope='module')", "0.21.2", "", "function"),
        ("pytest_asyncio.fixture(loop_scope='session')", "1.5.0", "", "session"),
        ("pytest_asyncio.fixture(scope='module', loop_scope='session')", "0.24.0", "", "session"),
        ("pytest_asyncio.fixture(scope='module', loop_scope=None)", "0.24.0", "", "module"),
        ("pytest_asyncio.fixture", "1.5.0", "asyncio_default_fixture_loop_scope = session", "session"),
        ("pytest_asyncio.fixture", "0.23.8", "asyncio_default_fixture_loop_scope = session", "function"),
        (
            "pytest_asyncio.fixture(scope='module')",
            "1.5.0",
            "asyncio_default_fixture_loop_scope = function",
            "function",
        ),
        (
            "pytest_asyncio.fixture(scope='module')",
            "1.5.0",
            "asyncio_default_fixture_loop_scope = fixture-scope",
            "module",
        ),
        ("pytest_asyncio.fixture(loop_scope='class')", "1.5.0", "asyncio_default_fixture_loop_scope = module", "class"),
        ("pytest_asyncio.fixture(loop_scope=SCOPE)", "1.5.0", "", None),
        ("pytest_asyncio.fixture(scope=SCOPE)", "1.5.0", "", None),
        ("pytest_asyncio.fixture(**OPTIONS)", "1.5.0", "", None),
        ("pytest_asyncio.fixture", "1.5.0", "asyncio_default_fixture_loop_scope = Function", None),
    ],
)
def test_loop_scope(tmp_path: Path, decorator: str, version: str, ini: str, expected: str | None) -> None:
    found = loop(tmp_path, f"@{decorator}\nasync def fx(): ...\n", version=version, ini=ini)
    assert found is not None
    assert found.scope == expected
    assert found.proof


@pytest.mark.parametrize(
    ("text", "mode", "runs"),
    [
        (BARE, "strict", True),
        ("@pytest.mark.slow\n" + BARE, "strict", True),
        ("@pytest.fixture\nasync def fx(): ...", "auto", True),
        ("@pytest.fixture\nasync def fx():\n    yield", "auto", True),
        ("@pytest.fixture\nasync def fx(): ...", "strict", False),
        ("@pytest_asyncio.fixture\ndef fx(): ...", "strict", True),
        ("@pytest.fixture\ndef fx(): ...", "auto", False),
        ("import contextlib\n@pytest.fixture\n@contextlib.asynccontextmanager\nasync def fx(): yield", "auto", False),
        ("@pytest.fixture\n@unknown\nasync def fx(): ...", "auto", False),
        ("@pytest.fixture\nasync def fx(anyio_backend): ...", "auto", False),
    ],
)
def test_who_sets_it_up(tmp_path: Path, text: str, mode: str, *, runs: bool) -> None:
    assert (loop(tmp_path, text, ini=f"asyncio_mode = {mode}") is not None) is runs


def test_fixtures_under_a_hook_are_not_known(tmp_path: Path) -> None:
    assert loop(tmp_path, BARE, more={"conftest.py": "def pytest_fixture_setup(fixturedef): ...\n"}) is None


def test_fixtures_of_unittest_are_not_known(tmp_path: Path) -> None:
    text = """
import pytest_asyncio, unittest
class TestA(unittest.TestCase):
    @pytest_asyncio.fixture
    async def fx(self): ...
"""
    project = tree(tmp_path, {"test_x.py": text})
    assert fixture_loop(project, fixture(project, "test_x.py", "TestA.fx")) is None


def test_sync_fixtures_have_a_loop_from_1_1_on(tmp_path: Path) -> None:
    text = "@pytest_asyncio.fixture(scope='module')\ndef fx(): ...\n"
    assert loop(tmp_path, text, version="1.0.0") is None
    found = loop(tmp_path, text, version="1.1.0")
    assert found is not None
    assert found.scope == "module"


@pytest.mark.parametrize(("version", "expected"), [("0.21.2", None), ("0.26.0", None), ("1.0.0", "module")])
def test_own_event_loop(tmp_path: Path, version: str, expected: str | None) -> None:
    override = {"conftest.py": "import pytest\n@pytest.fixture(scope='session')\ndef event_loop(): ...\n"}
    found = loop(tmp_path, WIDE, version=version, more=override)
    assert found is not None
    assert found.scope == expected
    without = loop(tmp_path, WIDE, version="0.26.0", more=override, override=False)
    assert without is not None
    assert without.scope == "module"


def test_who_asks(tmp_path: Path) -> None:
    text = """
pytestmark = pytest.mark.asyncio(loop_scope="module")
@pytest_asyncio.fixture(scope="session")
async def fx(): ...
@pytest_asyncio.fixture
async def upper(fx): ...
@pytest.fixture
def sync(fx): ...
async def test_wide(fx): ...
@pytest.mark.asyncio
async def test_reset(fx): ...
@pytest.mark.usefixtures("fx")
@pytest.mark.asyncio(loop_scope="session")
async def test_used(): ...
@pytest.mark.anyio
async def test_anyio(fx): ...
def test_sync(fx): ...
async def test_other(sync): ...
"""
    project = tree(tmp_path, {"test_x.py": HEAD + text, "requirements.txt": "pytest-asyncio==1.5.0"})
    found = {asker.function.name: asker.loop_scope for asker in askers(project, fixture(project, "test_x.py", "fx"))}
    assert found == {
        "upper": "function",
        "test_wide": "module",
        "test_reset": "function",
        "test_used": "session",
        "test_anyio": None,
    }
    assert loop_scope_of(project, function(project, "test_x.py", "test_sync")) is None


def test_scopes_are_ordered() -> None:
    assert is_wider("session", "module")
    assert not is_wider("class", "class")
    assert not is_wider("function", "class")
