"""What an own `event_loop` fixture is meant for."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, fixture, function, tree

from looplint.project.loops.loop_override import closure, override_of

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project import Project
    from looplint.project.loops.loop_override import Override

TEST = "tests/test_m.py"
HEAD = "import asyncio\nimport pytest\nimport pytest_asyncio\n"
ASYNC = "async def test_async(): ...\n"
PLAIN = (
    "@pytest.fixture(SCOPE)\ndef event_loop():\n    loop = asyncio.new_event_loop()\n    yield loop\n    loop.close()\n"
)
WIDE = PLAIN.replace("SCOPE", "scope='session'")
PLAIN = PLAIN.replace("SCOPE", "")


def project_of(root: Path, text: str, ini: str = "asyncio_mode = auto", **more: str) -> Project:
    files = {f"{name}.py": HEAD + other for name, other in more.items()}
    return tree(root, {"pytest.ini": f"[pytest]\n{ini}\n", TEST: HEAD + dedent(text), **files})


def override(root: Path, text: str, ini: str = "asyncio_mode = auto", **more: str) -> Override | None:
    project = project_of(root, text, ini, **more)
    holder = "conftest.py" if "conftest" in more else TEST
    own = next(f for f in facts(project, holder).functions if f.fixture and f.fixture.name == "event_loop")
    assert own.fixture is not None
    return override_of(project, own.fixture)


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN + "def test_sync(event_loop): ...\n" + ASYNC,
        PLAIN + "@pytest.fixture\ndef clock(event_loop): ...\nasync def test_async(clock): ...\n",
        WIDE + "def test_sync(event_loop): ...\n" + ASYNC,
        PLAIN.replace("def", "async def") + ASYNC,
        "if asyncio:\n    " + PLAIN.replace("\n", "\n    ") + "\n" + ASYNC,
        "@pytest.fixture(autouse=True)\ndef event_loop(): asyncio.set_event_loop(asyncio.new_event_loop())\n" + ASYNC,
        PLAIN + "@pytest.mark.anyio\n" + ASYNC,
        PLAIN + "class Plugin:\n    def run(self, request): request.getfixturevalue('event_loop')\n" + ASYNC,
        "@pytest.fixture(scope=SCOPE)\ndef event_loop(): return asyncio.new_event_loop()\n" + ASYNC,
    ],
)
def test_ordinary_fixtures(tmp_path: Path, text: str) -> None:
    ini = "asyncio_mode = strict" if "anyio" in text else "asyncio_mode = auto"
    assert override(tmp_path, text, ini) is None


@pytest.mark.parametrize(
    ("text", "is_plain", "is_wide", "misled"),
    [
        (PLAIN + ASYNC, True, False, None),
        (WIDE + ASYNC, True, True, None),
        (PLAIN + "async def test_async(event_loop): ...\n", True, False, "test_async"),
        (PLAIN.replace("    yield", "    loop.set_debug(True)\n    yield") + ASYNC, False, False, None),
        (PLAIN.replace("    yield", "    loop.slow = 1\n    yield") + ASYNC, False, False, None),
        (PLAIN.replace("asyncio.new_event_loop", "uvloop.Loop") + ASYNC, False, False, None),
        (PLAIN.replace("    loop.close", "    asyncio.run(x())\n    loop.close") + ASYNC, False, False, None),
        ("@pytest.fixture\ndef event_loop(event_loop): return event_loop\n" + ASYNC, False, False, None),
        (WIDE + "@pytest.fixture\ndef db(event_loop): ...\nasync def test_async(db): ...\n", True, True, None),
    ],
)
def test_overrides(tmp_path: Path, text: str, *, is_plain: bool, is_wide: bool, misled: str | None) -> None:
    found = override(tmp_path, text)
    assert found is not None
    assert (found.is_plain, found.is_wide, found.misled and found.misled.name) == (is_plain, is_wide, misled)
    assert [test.name for test in found.tests] == ["test_async"]


def test_tests_below_a_conftest(tmp_path: Path) -> None:
    for name in ("seen", "hidden"):
        (tmp_path / name).mkdir()
    assert override(tmp_path / "seen", ASYNC, conftest=PLAIN) is not None
    (tmp_path / "changed").mkdir()
    assert override(tmp_path / "changed", ASYNC, conftest=PLAIN) is not None
    changing = "@pytest.fixture\ndef event_loop(event_loop): return event_loop\n" + ASYNC
    project = project_of(tmp_path / "changed", changing, conftest=PLAIN)
    assert override_of(project, fixture(project, TEST, "event_loop")) is None
    assert override(tmp_path / "hidden", PLAIN + ASYNC, conftest=PLAIN) is None


@pytest.mark.parametrize(
    ("ini", "decorator", "expected"),
    [
        ("asyncio_mode = auto", "pytest.fixture(scope='module')", "db"),
        ("asyncio_mode = strict", "pytest.fixture(scope='module')", None),
        ("asyncio_mode = strict", "pytest_asyncio.fixture(scope='module')", "db"),
        ("asyncio_mode = auto", "pytest.fixture", None),
        ("asyncio_mode = auto", "pytest_asyncio.fixture(scope='module', loop_scope='function')", None),
        ("asyncio_mode = auto\nasyncio_default_fixture_loop_scope = function", "pytest.fixture(scope='module')", None),
    ],
)
def test_async_fixtures_on_a_loop_of_their_own(tmp_path: Path, ini: str, decorator: str, expected: str | None) -> None:
    text = f"{WIDE}@{decorator}\nasync def db(): ...\n@pytest.mark.asyncio\nasync def test_async(db): ...\n"
    found = override(tmp_path, text, ini)
    assert found is not None
    assert (found.split and found.split.name) == expected


def test_the_fixtures_of_a_test(tmp_path: Path) -> None:
    text = """
    @pytest.fixture
    def one(two): ...
    @pytest.fixture
    def two(one): ...
    @pytest.fixture(autouse=True)
    def three(): ...
    async def test_async(one): ...
    """
    project = project_of(tmp_path, text)
    assert [f.name for f in closure(project, function(project, TEST, "test_async"))] == ["one", "two", "three"]
    assert fixture(project, TEST, "one").name == "one"
