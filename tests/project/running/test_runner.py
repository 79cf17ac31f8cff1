"""Who runs an async test, and on which loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, function, tree

from looplint.project.running.runner import uses_anyio_backend
from looplint.project.running.who import Family, Runner, Who

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project import Project

AUTO = {"pytest.ini": "[pytest]\nasyncio_mode = auto\n"}
PLAIN = {"pytest.ini": "[pytest]\n"}


def runner(project: Project, qualname: str = "test_x", name: str = "tests/test_x.py") -> Runner:
    return project.runner(function(project, name, qualname))


def who(project: Project, qualname: str = "test_x", name: str = "tests/test_x.py") -> Who:
    return runner(project, qualname, name).who


def of_text(root: Path, text: str, more: dict[str, str] | None = None) -> Project:
    """A project whose tests/test_x.py is `import pytest` and this text."""
    project = tree(root, more or {})
    (root / "tests").mkdir(exist_ok=True)
    (root / "tests" / "test_x.py").write_text(f"import pytest\n{text}\n")
    return project


TEST = "async def test_x(): ..."


# -- modes and marks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, Who.NOBODY),
        (PLAIN, Who.NOBODY),
        (AUTO, Who.PYTEST_ASYNCIO),
        ({"pytest.ini": "[pytest]\nasyncio_mode = legacy"}, Who.UNKNOWN),
        ({"pytest.ini": "[pytest]\naddopts = --asyncio-mode=auto"}, Who.PYTEST_ASYNCIO),
        ({"tox.ini": "[testenv]\ncommands = pytest --asyncio-mode=auto"}, Who.UNKNOWN),
        ({"tests/conftest.py": "def pytest_configure(config):\n    config.option.asyncio_mode = 'auto'"}, Who.UNKNOWN),
    ],
)
def test_unmarked_tests_by_mode(tmp_path: Path, files: dict[str, str], expected: Who) -> None:
    found = runner(of_text(tmp_path, TEST, files))
    assert found.who is expected
    assert "asyncio_mode=" in found.proof


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"@pytest.mark.asyncio\n{TEST}", Who.PYTEST_ASYNCIO),
        (f"@pytest.mark.asyncio()\n{TEST}", Who.PYTEST_ASYNCIO),
        (f"pytestmark = pytest.mark.asyncio\n{TEST}", Who.PYTEST_ASYNCIO),
        (f"pytestmark = [pytest.mark.slow, pytest.mark.asyncio]\n{TEST}", Who.PYTEST_ASYNCIO),
        (f"pytestmark = (pytest.mark.asyncio,)\n{TEST}", Who.PYTEST_ASYNCIO),
        (f"marks = [pytest.mark.asyncio]\npytestmark = marks\n{TEST}", Who.PYTEST_ASYNCIO),
        (f"pytestmark = [pytest.mark.slow]\npytestmark += [pytest.mark.asyncio]\n{TEST}", Who.PYTEST_ASYNCIO),
        (f"pytestmark = [pytest.mark.slow]\n{TEST}", Who.NOBODY),
        (f"pytestmark = make()\n{TEST}", Who.UNKNOWN),
        (f"pytestmark = [*make(), pytest.mark.slow]\n{TEST}", Who.UNKNOWN),
        (f"pytestmark = make()\n@pytest.mark.asyncio\n{TEST}", Who.PYTEST_ASYNCIO),
        (f"on_loop = pytest.mark.asyncio\n@on_loop\n{TEST}", Who.PYTEST_ASYNCIO),
        (f"from helpers import on_loop\n@on_loop\n{TEST}", Who.PYTEST_ASYNCIO),
        (f"from helpers import network\n@network\n{TEST}", Who.NOBODY),
        (f"from pytest import mark as m\n@m.asyncio\n{TEST}", Who.PYTEST_ASYNCIO),
        (f"@pytest.mark.parametrize('x', [1])\n{TEST}", Who.NOBODY),
        (f"@pytest.mark.trio\n{TEST}", Who.OTHER),
        (f"@pytest.mark.gen_test\n{TEST}", Who.OTHER),
        (f"@pytest.mark.asyncio_cooperative\n{TEST}", Who.OTHER),
        (f"@pytest.mark.async_io\n{TEST}", Who.NOBODY),
    ],
)
def test_marks_in_strict_mode(tmp_path: Path, text: str, expected: Who) -> None:
    helpers = "import pytest\non_loop = pytest.mark.asyncio\nnetwork = pytest.mark.skipif(not NET, reason='')\n"
    assert who(of_text(tmp_path, text, {"tests/helpers.py": helpers})) is expected


def test_marks_of_classes(tmp_path: Path) -> None:
    text = """
from base import Marked
class TestPlain:
    async def test_x(self): ...
@pytest.mark.asyncio
class TestDecorated:
    async def test_x(self): ...
    class TestInner:
        async def test_x(self): ...
class TestAttribute:
    pytestmark = [pytest.mark.asyncio]
    async def test_x(self): ...
class TestDerived(Marked):
    async def test_x(self): ...
class TestComputed:
    pytestmark = make()
    async def test_x(self): ...
class TestOwnRun:
    def run(self): ...
    def __call__(self): ...
    async def test_x(self): ...
"""
    base = "import pytest\n@pytest.mark.asyncio(loop_scope='class')\nclass Marked: ...\n"
    project = of_text(tmp_path, text, {"tests/base.py": base})
    found = {cls.qualname: who(project, f"{cls.qualname}.test_x") for cls in facts(project, "tests/test_x.py").classes}
    assert found == {
        "TestPlain": Who.NOBODY,
        "TestDecorated": Who.PYTEST_ASYNCIO,
        "TestDecorated.TestInner": Who.PYTEST_ASYNCIO,
        "TestAttribute": Who.PYTEST_ASYNCIO,
        "TestDerived": Who.PYTEST_ASYNCIO,
        "TestComputed": Who.UNKNOWN,
        "TestOwnRun": Who.NOBODY,
    }


# -- decorators, metaclasses, hooks -----------------------------------------------------------------------------------


@pytest.mark.parametrize("files", [PLAIN, AUTO])
@pytest.mark.parametrize(
    "decorator",
    ["run_async", "helpers.run_async", "helpers.run_async(1)", "given(x=1)\n@unknown", "(lambda f: f)", "make()[0]"],
)
def test_a_decorator_that_may_run_the_test(tmp_path: Path, files: dict[str, str], decorator: str) -> None:
    helpers = "def run_async(f): return lambda: asyncio.run(f())"
    text = f"import helpers\nfrom hypothesis import given\nfrom helpers import run_async\n@{decorator}\n{TEST}"
    found = runner(of_text(tmp_path, text, {**files, "tests/helpers.py": helpers}))
    assert found.who is Who.UNKNOWN
    assert found.proof.startswith("decorated by ")


@pytest.mark.parametrize(
    "decorator",
    [
        "mock.patch('x')",
        "mock.patch.object(a, 'b')",
        "unittest.skipIf(True, '')",
        "freezegun.freeze_time('2020-01-01')",
    ],
)
def test_decorators_that_leave_a_coroutine_function(tmp_path: Path, decorator: str) -> None:
    text = f"import unittest, freezegun\nfrom unittest import mock\n@{decorator}\n{TEST}"
    assert who(of_text(tmp_path, text)) is Who.NOBODY


@pytest.mark.parametrize(
    ("decorator", "files", "expected"),
    [
        ("keeps", PLAIN, Who.NOBODY),
        ("keeps", AUTO, Who.PYTEST_ASYNCIO),
        ("keeps\n@pytest.mark.asyncio", PLAIN, Who.PYTEST_ASYNCIO),
        ("forgets", AUTO, Who.UNKNOWN),
        ("runs", PLAIN, Who.OTHER),
        ("runs", AUTO, Who.OTHER),
        ("gen_cluster(client=True)", PLAIN, Who.OTHER),
        ("hides", AUTO, Who.UNKNOWN),
        ("hides\n@pytest.mark.asyncio", PLAIN, Who.UNKNOWN),
        ("given(x=1)", PLAIN, Who.UNKNOWN),
        ("given(x=1)", AUTO, Who.PYTEST_ASYNCIO),
        ("pytest.mark.asyncio\n@settings(deadline=1)\n@given(x=1)", PLAIN, Who.PYTEST_ASYNCIO),
    ],
)
def test_decorators_that_are_understood(tmp_path: Path, decorator: str, files: dict[str, str], expected: Who) -> None:
    helpers = """
        import asyncio, functools
        def keeps(f):
            @functools.wraps(f)
            async def wrapper(*a): await f(*a)
            return wrapper
        def forgets(f):
            async def wrapper(*a): await f(*a)
            return wrapper
        def runs(f):
            def wrapper(*a): asyncio.run(f(*a))
            return wrapper
        def hides(f):
            def wrapper(*a): return f(*a)
            return wrapper
    """
    imports = "from hypothesis import given, settings\nfrom distributed.utils_test import gen_cluster\n"
    text = f"{imports}from helpers import keeps, forgets, runs, hides\n@{decorator}\n{TEST}"
    assert who(of_text(tmp_path, text, {**files, "tests/helpers.py": helpers})) is expected


@pytest.mark.parametrize(
    ("hook", "expected"),
    [
        ("for item in items: item.add_marker(pytest.mark.asyncio(loop_scope='session'), append=False)", None),
        ("for item in items: item.add_marker(pytest.mark.slow)", "function"),
    ],
)
def test_hooks_that_set_loop_scopes(tmp_path: Path, hook: str, expected: str | None) -> None:
    files = {**AUTO, "tests/conftest.py": f"import pytest\n{HOOK}    {hook}\n"}
    found = runner(of_text(tmp_path, TEST, files))
    assert (found.who, found.loop_scope) == (Who.PYTEST_ASYNCIO, expected)


@pytest.mark.parametrize(
    ("version", "arguments", "expected"),
    [
        ("0.21.2", "loop_scope='module'", "function"),
        ("0.21.2", "scope='module'", "function"),
        ("0.23.8", "loop_scope='module'", "function"),
        ("0.23.8", "scope='module'", "module"),
        ("0.24.0", "loop_scope='module'", "module"),
        ("1.5.0", "scope='module'", "module"),
        ("1.5.0", "loop_scope=SCOPE", None),
        ("1.5.0", "**OPTIONS", None),
        ("1.5.0", "", "function"),
    ],
)
def test_loop_scope_of_a_mark(tmp_path: Path, version: str, arguments: str, expected: str | None) -> None:
    files = {**PLAIN, "requirements.txt": f"pytest-asyncio=={version}"}
    assert runner(of_text(tmp_path, f"@pytest.mark.asyncio({arguments})\n{TEST}", files)).loop_scope == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("@for_all_methods(run_async)\nclass TestX:", Who.UNKNOWN),
        ("@helpers.asynchronous\nclass TestX:", Who.UNKNOWN),
        ("@pytest.mark.slow\n@mock.patch('x')\nclass TestX:", Who.NOBODY),
        ("@slow\nclass TestX:", Who.NOBODY),
        ("@parameterized_class([{}])\nclass TestX:", Who.NOBODY),
        ("class TestX(metaclass=Meta):", Who.UNKNOWN),
        ("class TestX(metaclass=ABCMeta):", Who.NOBODY),
        ("class TestX(flag=True):", Who.UNKNOWN),
        ("class TestX(helpers.WithMeta):", Who.UNKNOWN),
        ("class TestX(helpers.Decorated):", Who.UNKNOWN),
        ("class TestX(helpers.Wrapping):", Who.OTHER),
        ("class TestX(helpers.Fine):", Who.NOBODY),
        ("class TestX(external.Base):", Who.UNKNOWN),
        ("class TestX(make()):", Who.UNKNOWN),
        ("@helpers.asynchronous\nclass TestX(unittest.TestCase):", Who.UNKNOWN),
    ],
)
def test_classes_that_may_change_their_tests(tmp_path: Path, header: str, expected: Who) -> None:
    helpers = """
        import pytest
        class WithMeta(metaclass=type("Meta", (type,), {})): ...
        @asynchronous
        class Decorated: ...
        class Wrapping:
            def __init_subclass__(cls): ...
        @pytest.mark.slow
        class Fine: ...
    """
    imports = """
import external, helpers, unittest
from abc import ABCMeta
from unittest import mock
from parameterized import parameterized_class
slow = pytest.mark.slow
"""
    text = f"{imports}{header}\n    async def test_x(self): ...\n"
    assert who(of_text(tmp_path, text, {"tests/helpers.py": helpers}), "TestX.test_x") is expected


HOOK = "def pytest_collection_modifyitems(items):\n"
MARKING = f"{HOOK}    for item in items: item.add_marker('asyncio')\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"conftest.py": MARKING}, Who.UNKNOWN),
        ({"tests/conftest.py": MARKING}, Who.UNKNOWN),
        ({"other/conftest.py": MARKING}, Who.NOBODY),
        ({"tests/conftest.py": f"{HOOK}    items.sort()\n"}, Who.NOBODY),
        ({"tests/conftest.py": f"{HOOK}    mark(items)\ndef mark(items):\n    anyio\n"}, Who.UNKNOWN),
        ({"tests/conftest.py": f"from hooking import mark\n{HOOK}    mark(items)\n"}, Who.UNKNOWN),
        ({"tests/conftest.py": f"{HOOK}    order(items)\ndef order(items):\n    items.sort()\n"}, Who.NOBODY),
        ({"tests/conftest.py": "from hooking import pytest_pyfunc_call"}, Who.UNKNOWN),
        ({"tests/conftest.py": "from hooking import *"}, Who.UNKNOWN),
        ({"tests/conftest.py": "from external import pytest_pyfunc_call"}, Who.UNKNOWN),
        ({"tests/conftest.py": "pytest_plugins = 'tests.hooking'"}, Who.UNKNOWN),
        ({"pytest.ini": "[pytest]\naddopts = -p tests.hooking\n"}, Who.UNKNOWN),
        ({"tests/conftest.py": f"class Plugin:\n    {MARKING}"}, Who.UNKNOWN),
        ({"tests/conftest.py": "def pytest_configure(config): asyncio"}, Who.NOBODY),
        ({"tests/conftest.py": "def broken(:"}, Who.UNKNOWN),
        ({"tests/conftest.py": f"{HOOK}    loop(items)\ndef loop(items):\n    loop(items)\n"}, Who.NOBODY),
        ({**AUTO, "tests/conftest.py": MARKING}, Who.PYTEST_ASYNCIO),
    ],
)
def test_hooks_that_may_run_or_mark(tmp_path: Path, files: dict[str, str], expected: Who) -> None:
    hooking = "def pytest_pyfunc_call(item):\n    if iscoroutinefunction(item): ...\ndef mark(items):\n    asyncio\n"
    project = of_text(tmp_path, TEST, {"tests/hooking.py": hooking})
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text.replace("\n    for", "\n        for") if "class Plugin" in text else text)
    assert who(project) is expected


def test_hooks_beside_pytests_configuration_above_a_package(tmp_path: Path) -> None:
    """pytest reads the conftest.py files up to its own root, which a package of a monorepo is not."""
    from looplint.project import Project

    files = {
        "pyproject.toml": "[tool.pytest.ini_options]\n",
        "conftest.py": MARKING,
        "packages/a/pyproject.toml": "[project]\nname = 'a'\n",
        "packages/a/tests/test_x.py": TEST,
    }
    tree(tmp_path, files)
    project = Project(tmp_path / "packages" / "a")
    assert who(project) is Who.UNKNOWN
    (tmp_path / "packages" / "a" / "pytest.ini").write_text("[pytest]\n")
    project = Project(tmp_path / "packages" / "a")
    assert who(project) is Who.NOBODY


@pytest.mark.parametrize(
    "requirement", ["pytest-trio", "pytest-twisted", "pytest_tornasync", "pytest-aiohttp>=1", "alt-pytest-asyncio"]
)
def test_plugins_that_may_run_unmarked_tests(tmp_path: Path, requirement: str) -> None:
    project = of_text(tmp_path, TEST, {"requirements-dev.txt": f"{requirement}\n"})
    found = runner(project)
    assert found.who is Who.UNKNOWN
    assert found.proof.endswith("is declared")


def test_other_plugins_change_nothing(tmp_path: Path) -> None:
    project = of_text(tmp_path, TEST, {"requirements-dev.txt": "pytest-asyncio\nanyio\npytest-xdist\n"})
    assert who(project) is Who.NOBODY


# -- anyio ------------------------------------------------------------------------------------------------------------

BACKEND = "@pytest.fixture\ndef anyio_backend(): return 'asyncio'\n"


@pytest.mark.parametrize(
    ("text", "files", "expected"),
    [
        (f"@pytest.mark.anyio\n{TEST}", PLAIN, Who.ANYIO),
        (f"pytestmark = pytest.mark.anyio\n{TEST}", PLAIN, Who.ANYIO),
        (f"@pytest.mark.anyio\n{TEST}", AUTO, Who.PYTEST_ASYNCIO),
        (f"@pytest.mark.anyio\n{TEST}", {"pytest.ini": "[pytest]\nasyncio_mode = x"}, Who.UNKNOWN),
        (f"@pytest.mark.anyio\n@pytest.mark.asyncio\n{TEST}", PLAIN, Who.PYTEST_ASYNCIO),
        ("async def test_x(anyio_backend): ...", PLAIN, Who.ANYIO),
        ("async def test_x(anyio_backend_name): ...", PLAIN, Who.ANYIO),
        ("async def test_x(anyio_backend): ...", AUTO, Who.PYTEST_ASYNCIO),
        (f"@pytest.mark.usefixtures('anyio_backend')\n{TEST}", PLAIN, Who.ANYIO),
        (f"pytestmark = pytest.mark.usefixtures('anyio_backend')\n{TEST}", PLAIN, Who.ANYIO),
        (f"@pytest.fixture(autouse=True)\ndef on(anyio_backend): ...\n{TEST}", PLAIN, Who.ANYIO),
        ("@pytest.fixture\ndef on(anyio_backend): ...\nasync def test_x(on): ...", PLAIN, Who.ANYIO),
        (f"{BACKEND}{TEST}", PLAIN, Who.NOBODY),
        (TEST, {"pytest.ini": "[pytest]\nusefixtures = anyio_backend\n"}, Who.ANYIO),
        (TEST, {"pytest.ini": "[pytest]\nanyio_mode = auto\n"}, Who.UNKNOWN),
        (
            TEST,
            {"tests/conftest.py": "import pytest\n@pytest.fixture(autouse=True)\ndef on(anyio_backend): ..."},
            Who.ANYIO,
        ),
        (
            "async def test_x(a): ...",
            {
                "tests/conftest.py": "import pytest\nfrom tests.shared import b\n@pytest.fixture\ndef a(a, b, c): ...",
                "tests/shared.py": "import pytest\n@pytest.fixture\ndef b(a, b, anyio_backend): ...",
            },
            Who.ANYIO,
        ),
    ],
)
def test_anyio(tmp_path: Path, text: str, files: dict[str, str], expected: Who) -> None:
    assert who(of_text(tmp_path, text, files)) is expected


def test_fixtures_in_a_thick_web_are_quick(tmp_path: Path) -> None:
    names = [f"f{i}" for i in range(25)]
    parameters = ", ".join(names)
    text = "".join(f"@pytest.fixture\ndef {name}({parameters}): ...\n" for name in names)
    project = of_text(tmp_path, f"{text}async def test_x({parameters}): ...")
    assert not uses_anyio_backend(project, function(project, "tests/test_x.py", "test_x"))


# -- unittest ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "family", "expected"),
    [
        ("unittest.TestCase", Family.TESTCASE, Who.NOBODY),
        ("unittest.case.TestCase", Family.TESTCASE, Who.NOBODY),
        ("unittest.IsolatedAsyncioTestCase", Family.ISOLATED, Who.UNITTEST),
        ("aiounittest.AsyncTestCase", Family.ISOLATED, Who.UNITTEST),
        ("bases.Plain", Family.TESTCASE, Who.NOBODY),
        ("bases.Isolated", Family.ISOLATED, Who.UNITTEST),
        ("bases.Compatible", Family.ISOLATED, Who.UNITTEST),
        ("bases.Aliased", Family.TESTCASE, Who.NOBODY),
        ("bases.Deep", Family.ISOLATED, Who.UNITTEST),
        ("bases.Mixin, unittest.IsolatedAsyncioTestCase", Family.ISOLATED, Who.UNITTEST),
        ("bases.Mixin, unittest.TestCase", Family.TESTCASE, Who.NOBODY),
        ("unknown.Mixin, unittest.TestCase", Family.UNKNOWN, Who.UNKNOWN),
        ("unknown.Mixin, unittest.IsolatedAsyncioTestCase", Family.UNKNOWN, Who.UNKNOWN),
        ("bases.Running", Family.FRAMEWORK, Who.OTHER),
        ("bases.Calling", Family.FRAMEWORK, Who.OTHER),
        ("django.test.TestCase", Family.FRAMEWORK, Who.OTHER),
        ("asynctest.TestCase", Family.FRAMEWORK, Who.OTHER),
        ("tornado.testing.AsyncTestCase", Family.FRAMEWORK, Who.OTHER),
        ("bases.Missing", Family.UNKNOWN, Who.UNKNOWN),
        ("Generic[T]", Family.PYTEST, Who.NOBODY),
        ("object", Family.PYTEST, Who.NOBODY),
        ("TestX", Family.PYTEST, Who.NOBODY),
    ],
)
def test_families(tmp_path: Path, base: str, family: Family, expected: Who) -> None:
    bases = """
        import unittest
        from compat import Isolated as Compatible
        class Plain(unittest.TestCase):
            def helper(self): ...
        class Isolated(unittest.IsolatedAsyncioTestCase): ...
        Aliased = unittest.TestCase
        class Middle(Compatible): ...
        class Deep(Middle): ...
        class Mixin:
            def helper(self): ...
        class Running(unittest.TestCase):
            def run(self, result=None): ...
        class Calling(unittest.TestCase):
            def _callTestMethod(self, method): ...
    """
    compat = """
        try:
            from unittest import IsolatedAsyncioTestCase as Isolated
        except ImportError:
            from asynctest import TestCase as Isolated
    """
    imports = "import aiounittest, asynctest, bases, django.test, tornado.testing, unittest, unknown\n"
    imports += "import unittest.case\nfrom typing import Generic\n"
    text = f"{imports}class TestX({base}):\n    async def test_x(self): ...\n"
    project = of_text(tmp_path, text, {"tests/bases.py": bases, "tests/compat.py": compat})
    found = facts(project, "tests/test_x.py").cls("TestX")
    assert found is not None
    assert project.family(found) is family
    assert who(project, "TestX.test_x") is expected


@pytest.mark.parametrize("files", [PLAIN, AUTO])
def test_marks_and_modes_do_not_reach_testcases(tmp_path: Path, files: dict[str, str]) -> None:
    text = """
import unittest
class TestX(unittest.TestCase):
    @pytest.mark.asyncio
    async def test_x(self): ...
    @run_async
    async def test_y(self): ...
class TestY(unittest.IsolatedAsyncioTestCase):
    @pytest.mark.asyncio
    async def test_x(self): ...
"""
    project = of_text(tmp_path, text, files)
    assert who(project, "TestX.test_x") is Who.NOBODY
    assert who(project, "TestX.test_y") is Who.UNKNOWN
    assert who(project, "TestY.test_x") is Who.UNITTEST


# -- loop scopes ------------------------------------------------------------------------------------------------------

DEFAULT = {"pytest.ini": "[pytest]\nasyncio_default_test_loop_scope = session\n"}
BOTH = {"pytest.ini": "[pytest]\nasyncio_mode = auto\nasyncio_default_test_loop_scope = module\n"}


@pytest.mark.parametrize(
    ("text", "files", "expected"),
    [
        (f"@pytest.mark.asyncio\n{TEST}", PLAIN, "function"),
        (f"@pytest.mark.asyncio(loop_scope='module')\n{TEST}", PLAIN, "module"),
        (f"@pytest.mark.asyncio(scope='class')\n{TEST}", PLAIN, "class"),
        (f"@pytest.mark.asyncio(loop_scope='module')\n{TEST}", DEFAULT, "module"),
        (f"@pytest.mark.asyncio\n{TEST}", DEFAULT, "session"),
        (f"@pytest.mark.asyncio(loop_scope=SCOPE)\n{TEST}", PLAIN, None),
        (f"@pytest.mark.asyncio(**options)\n{TEST}", PLAIN, None),
        (f"pytestmark = pytest.mark.asyncio(loop_scope='module')\n{TEST}", PLAIN, "module"),
        (f"pytestmark = pytest.mark.asyncio(loop_scope='module')\n@pytest.mark.asyncio\n{TEST}", PLAIN, "function"),
        (f"shared = pytest.mark.asyncio(loop_scope='package')\n@shared\n{TEST}", PLAIN, "package"),
        (f"on = pytest.mark.asyncio\n@on(loop_scope='package')\n{TEST}", PLAIN, "package"),
        (TEST, AUTO, "function"),
        (TEST, BOTH, "module"),
        (f"@pytest.mark.asyncio(loop_scope='class')\n{TEST}", BOTH, "class"),
        (f"@pytest.mark.anyio\n{TEST}", BOTH, "module"),
        (f"@pytest.mark.asyncio\n{TEST}", {"pytest.ini": "[pytest]\nasyncio_default_test_loop_scope = x\n"}, None),
    ],
)
def test_loop_scopes(tmp_path: Path, text: str, files: dict[str, str], expected: str | None) -> None:
    found = runner(of_text(tmp_path, text, files))
    assert (found.who, found.loop_scope) == (Who.PYTEST_ASYNCIO, expected)


def test_the_farthest_base_decides_the_loop_scope(tmp_path: Path) -> None:
    """Surprising, but so it is: pytest puts the marks of base classes before those of the class."""
    text = """
@pytest.mark.asyncio(loop_scope="class")
class Base: ...
@pytest.mark.asyncio(loop_scope="module")
class TestX(Base):
    async def test_x(self): ...
@pytest.mark.asyncio(loop_scope="session")
class TestY:
    pytestmark = pytest.mark.asyncio(loop_scope="class")
    async def test_x(self): ...
"""
    project = of_text(tmp_path, text)
    assert runner(project, "TestX.test_x").loop_scope == "class"
    assert runner(project, "TestY.test_x").loop_scope == "class"


def test_text_without_a_file(tmp_path: Path) -> None:
    from looplint.model.source import Source

    project = tree(tmp_path, {"conftest.py": MARKING})
    text = b"import unittest\nclass Base(unittest.TestCase): ...\nclass TestX(Base):\n    async def test_x(self): ...\n"
    found = project.open(Source.from_bytes(text + TEST.encode(), "stdin"), None).facts
    assert [project.runner(f).who for f in found.functions] == [Who.NOBODY, Who.NOBODY]
