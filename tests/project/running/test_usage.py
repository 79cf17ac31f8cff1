"""Who uses a fixture, what is collected, which tests nobody runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, fixture, function, tree

from looplint.model.definitions import Colour
from looplint.project.files import python_files
from looplint.project.running.usage import direct_users, is_collected, reaching_tests, subclasses_in_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from looplint.model.definitions import Class, Fixture, Function
    from looplint.project import Project

TEST = "tests/test_x.py"


def of_text(root: Path, text: str, more: dict[str, str] | None = None, name: str = TEST) -> Project:
    """A project with this text, after `import pytest`, as a file."""
    project = tree(root, more or {})
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(f"import pytest\n{text}\n")
    return project


def names(found: Iterable[Function | Class | Fixture]) -> list[str]:
    """Qualified names, sorted."""
    functions = (f if hasattr(f, "qualname") else f.function for f in found)
    return sorted(f.qualname for f in functions)


def cls(project: Project, qualname: str, name: str = TEST) -> Class:
    found = facts(project, name).cls(qualname)
    assert found is not None
    return found


# -- files and collection ---------------------------------------------------------------------------------------------


def test_python_files(tmp_path: Path) -> None:
    paths = (
        "b.py",
        "a/c.py",
        "a/.hidden/d.py",
        ".git/e.py",
        "node_modules/f.py",
        "venv/g.py",
        "a/b.txt",
        "a/__pycache__/h.py",
    )
    tree(tmp_path, dict.fromkeys(paths, ""))
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in python_files(tmp_path)] == ["b.py", "a/c.py"]
    assert list(python_files(tmp_path / "missing")) == []


COLLECTED = """
import unittest, abc
def test_x(): ...
def testing(): ...
def other(): ...
def f():
    def test_local(): ...
@pytest.fixture
def test_fixture(): ...
class TestX:
    def test_a(self): ...
    def helper(self): ...
    class TestInner:
        def test_b(self): ...
    class Inner:
        def test_c(self): ...
class Other:
    def test_d(self): ...
class TestConstructor:
    def __init__(self): ...
    def test_e(self): ...
class TestInherits(TestConstructor):
    def test_f(self): ...
class TestOff:
    __test__ = False
    def test_g(self): ...
class TestOffToo(TestOff):
    def test_h(self): ...
class TestOnAgain(TestOff):
    __test__ = True
    def test_i(self): ...
class TestAbstract(abc.ABC):
    @abc.abstractmethod
    def make(self): ...
    def test_j(self): ...
class TestConcrete(TestAbstract):
    def make(self): ...
    def test_k(self): ...
class Cases(unittest.TestCase):
    def test_l(self): ...
    def helper(self): ...
class Isolated(unittest.IsolatedAsyncioTestCase):
    async def test_m(self): ...
"""
EXPECTED = ["test_x", "testing", "TestX.test_a", "TestX.TestInner.test_b", "TestOnAgain.test_i", "TestConcrete.test_k"]


@pytest.mark.parametrize(
    ("ini", "name", "text", "expected"),
    [
        ("", TEST, COLLECTED, [*EXPECTED, "Cases.test_l", "Isolated.test_m"]),
        ("", "tests/x_test.py", "def test_x(): ...", ["test_x"]),
        ("", "tests/x.py", "def test_x(): ...", []),
        ("", "tests/conftest.py", "def test_x(): ...", []),
        ("", TEST, "__test__ = False\ndef test_x(): ...", []),
        ("", TEST, "__test__ = True\ndef test_x(): ...", ["test_x"]),
        ("", TEST, "if True:\n    def test_x(): ...\ntry:\n    def test_y(): ...\nfinally: ...", ["test_x", "test_y"]),
        ("python_files = check_*.py", TEST, "def test_x(): ...", []),
        ("python_files = check_*.py", "check_x.py", "def test_x(): ...", ["test_x"]),
        ("python_files = tests/*.py", "tests/a/b.py", "def test_x(): ...", ["test_x"]),
        ("python_files = *.py", "app.py", "def test_x(): ...", ["test_x"]),
        ("python_files = ''", "app.py", "def test_x(): ...", []),
        ("python_files = [", "app.py", "def test_x(): ...", []),
        ("python_functions = f *_up", TEST, "def fs(): ...\ndef a_up(): ...\ndef test_x(): ...", ["a_up", "fs"]),
        ("python_classes = *Suite", TEST, "class ASuite:\n    def test_x(self): ...", ["ASuite.test_x"]),
        ("python_classes = *Suite", TEST, "class TestX:\n    def test_x(self): ...", []),
    ],
)  # fmt: skip
def test_what_is_collected(tmp_path: Path, ini: str, name: str, text: str, expected: list[str]) -> None:
    project = of_text(tmp_path, text, {"pytest.ini": f"[pytest]\n{ini}\n"}, name)
    found = [f for f in facts(project, name).functions if is_collected(project, f)]
    assert names(found) == sorted(expected)


CLASSES = """
class Base:
    async def setup_method(self): ...
class TestX(Base):
    async def test_x(self): ...
    def test_sync(self): ...
class TestY(TestX):
    async def test_y(self): ...
class Alone:
    async def test_z(self): ...
"""


def test_classes_that_lead_to_tests(tmp_path: Path) -> None:
    project = of_text(tmp_path, CLASSES)
    base, test_y, alone = cls(project, "Base"), cls(project, "TestY"), cls(project, "Alone")
    assert names(subclasses_in_file(project, base)) == ["Base", "TestX", "TestY"]
    assert project.leads_to_tests(base)
    assert project.leads_to_tests(test_y)
    assert not project.leads_to_tests(alone)
    assert names(project.async_tests_of(base)) == ["TestX.test_x", "TestY.test_y"]
    assert names(project.async_tests_of(alone)) == []


def test_methods_that_subclasses_override(tmp_path: Path) -> None:
    text = CLASSES + "class TestZ(Base):\n    async def setup_method(self): ...\n"
    project = of_text(tmp_path, text)
    hook = function(project, TEST, "Base.setup_method")
    assert names(project.overrides_in_file(hook)) == ["TestZ.setup_method"]
    assert names(project.overrides_in_file(function(project, TEST, "TestX.test_x"))) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("self.setup_method()", False),
        ("await self.setup_method()", True),
        ("x = self.setup_method()", True),
        ("asyncio.run(self.setup_method())", True),
        ("run(self.setup_method)", True),
        ("return self.setup_method()", True),
        ("other.setup_method()", False),
        ("super().setup_method()", False),
        ("[await self.setup_method() for x in y]", True),
        ("pass", False),
    ],
)
@pytest.mark.parametrize("place", ["class", "base"])
def test_a_method_that_others_call(tmp_path: Path, body: str, expected: bool, place: str) -> None:
    calling = f"    async def call(self):\n        {body}\n"
    own, inherited = (calling, "") if place == "class" else ("", calling)
    text = f"from base import Base\nclass TestX(Base):\n    async def setup_method(self): ...\n{own}"
    project = of_text(tmp_path, text)
    of_text(tmp_path, f"class Base:\n    x = 1\n{inherited}", name="tests/base.py")
    assert project.called_on_self(function(project, TEST, "TestX.setup_method")) is expected


def test_a_function_is_not_called_on_self(tmp_path: Path) -> None:
    project = of_text(tmp_path, "async def setup_module(): ...")
    assert not project.called_on_self(function(project, TEST, "setup_module"))


# -- users of fixtures ------------------------------------------------------------------------------------------------


def test_users_in_the_file(tmp_path: Path) -> None:
    text = """
@pytest.fixture
async def db(): ...
@pytest.fixture
def session(db): ...
@pytest.fixture(name="api")
def make_api(session): ...
def test_direct(db): ...
def test_indirect(api): ...
@pytest.mark.usefixtures("session")
def test_marked(): ...
def test_other(): ...
def helper(db): ...
@pytest.mark.usefixtures("db")
class TestX:
    def test_a(self): ...
    @pytest.fixture
    def other(self): ...
class TestOwn:
    @pytest.fixture
    def db(self): ...
    def test_b(self, db): ...
"""
    project = of_text(tmp_path, text)
    db = fixture(project, TEST, "db")
    assert names(direct_users(project, db)) == ["TestX.test_a", "session", "test_direct"]
    assert names(reaching_tests(project, db)) == ["TestX.test_a", "test_direct", "test_indirect", "test_marked"]
    own = fixture(project, TEST, "TestOwn.db")
    assert names(reaching_tests(project, own)) == ["TestOwn.test_b"]


def test_users_of_a_conftest(tmp_path: Path) -> None:
    project = tree(
        tmp_path,
        {
            "tests/conftest.py": """
                import pytest
                @pytest.fixture
                async def db(): ...
                @pytest.fixture
                def session(db): ...
            """,
            "tests/test_a.py": "def test_a(db): ...\ndef test_s(session): ...",
            "tests/deep/test_b.py": "def test_b(db): ...",
            "tests/deep/helpers.py": "def test_c(db): ...",
            "tests/own/conftest.py": "import pytest\n@pytest.fixture\ndef db(): ...",
            "tests/own/test_d.py": "def test_d(db): ...",
            "tests/broken/test_e.py": "def test_e(db: ...",
            "other/test_f.py": "def test_f(db): ...",
        },
    )
    db = fixture(project, "tests/conftest.py", "db")
    assert names(reaching_tests(project, db)) == ["test_a", "test_b", "test_s"]
    own = fixture(project, "tests/own/conftest.py", "db")
    assert names(reaching_tests(project, own)) == ["test_d"]


def test_users_of_a_plugin_module(tmp_path: Path) -> None:
    project = tree(
        tmp_path,
        {
            "conftest.py": "pytest_plugins = 'tests.shared'",
            "tests/shared.py": "import pytest\n@pytest.fixture\nasync def db(): ...",
            "tests/test_a.py": "def test_a(db): ...",
        },
    )
    assert names(reaching_tests(project, fixture(project, "tests/shared.py", "db"))) == ["test_a"]


def test_fixtures_that_ask_in_a_circle(tmp_path: Path) -> None:
    text = "@pytest.fixture\ndef a(b): ...\n@pytest.fixture\ndef b(a): ...\ndef test_x(a): ...\n"
    project = of_text(tmp_path, text)
    assert names(reaching_tests(project, fixture(project, TEST, "b"))) == ["test_x"]


def test_tests_of_autouse_fixtures(tmp_path: Path) -> None:
    text = """
@pytest.fixture(autouse=True)
def everywhere(): ...
class Base:
    @pytest.fixture(autouse=True)
    def inherited(self): ...
class TestX(Base):
    @pytest.fixture(autouse=True)
    def own(self): ...
    def test_a(self): ...
    class TestInner:
        def test_b(self): ...
class TestY(Base):
    def test_c(self): ...
def test_d(): ...
"""
    project = of_text(tmp_path, text)

    def reached(qualname: str) -> list[str]:
        return names(reaching_tests(project, fixture(project, TEST, qualname)))

    assert reached("everywhere") == ["TestX.TestInner.test_b", "TestX.test_a", "TestY.test_c", "test_d"]
    assert reached("Base.inherited") == ["TestX.TestInner.test_b", "TestX.test_a", "TestY.test_c"]
    assert reached("TestX.own") == ["TestX.TestInner.test_b", "TestX.test_a"]


# -- fixtures that nobody sets up -------------------------------------------------------------------------------------

ASYNC = "@pytest.fixture\nasync def db(): ...\n"
USED = f"{ASYNC}async def test_x(db): ...\n"
STRICT = {"pytest.ini": "[pytest]\n"}


@pytest.mark.parametrize(
    ("text", "files", "expected"),
    [
        (USED, STRICT, ["db"]),
        (ASYNC, STRICT, ["db"]),
        (f"{ASYNC}def test_x(db): ...", STRICT, ["db"]),
        (f"{ASYNC}@pytest.mark.asyncio\nasync def test_x(db): ...", STRICT, ["db"]),
        (USED, {"pytest.ini": "[pytest]\nasyncio_mode = auto"}, []),
        (USED, {"pytest.ini": "[pytest]\nasyncio_mode = unknown"}, []),
        (USED, {"requirements.txt": "pytest-trio"}, []),
        (f"{ASYNC}@pytest.mark.anyio\nasync def test_x(db): ...", STRICT, []),
        (f"pytestmark = pytest.mark.anyio\n{USED}", STRICT, []),
        (f"{ASYNC}async def test_x(db, anyio_backend): ...", STRICT, []),
        (f"{ASYNC}def test_x(db, anyio_backend): ...", STRICT, []),
        (f"{ASYNC}@pytest.mark.anyio\nasync def test_x(db): ...\ndef test_y(db): ...", STRICT, ["db"]),
        (f"{ASYNC}@run_async\nasync def test_x(db): ...", STRICT, []),
        (f"import anyio\n{ASYNC}", STRICT, []),
        ("@pytest.fixture\nasync def db(anyio_backend): ...", STRICT, []),
        (f"@pytest.fixture\ndef other(anyio_backend): ...\n{USED.replace('db():', 'db(other):')}", STRICT, []),
        (USED, {"tests/conftest.py": "def pytest_fixture_setup(fixturedef): ..."}, []),
        (USED, {"tests/conftest.py": "from plugin import pytest_fixture_setup"}, []),
        (USED, {"tests/conftest.py": "def broken(:"}, []),
        (USED, {"tests/conftest.py": "def pytest_runtest_setup(item): ..."}, ["db"]),
        (f"@traced\n{ASYNC}", STRICT, []),
        (f"@pytest.mark.asyncio\n{ASYNC}", STRICT, ["db"]),
        ("import pytest_asyncio\n@pytest_asyncio.fixture\nasync def db(): ...", STRICT, []),
        ("@pytest.fixture\nasync def db(): yield", STRICT, []),
        ("@pytest.fixture\ndef db(): ...", STRICT, []),
        (f"def make():\n    {ASYNC.strip()}".replace("\nasync", "\n    async"), STRICT, []),
    ],
)
def test_unhandled_fixtures(tmp_path: Path, text: str, files: dict[str, str], expected: list[str]) -> None:
    project = of_text(tmp_path, text, files)
    assert names(project.unhandled_fixtures(facts(project, TEST), Colour.ASYNC)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("tests/conftest.py", ["db"]), ("tests/shared.py", ["db"]), ("app/shared.py", []), ("testing/a/b.py", ["db"])],
)
def test_unhandled_fixtures_by_file(tmp_path: Path, name: str, expected: list[str]) -> None:
    project = of_text(tmp_path, ASYNC, STRICT, name)
    assert names(project.unhandled_fixtures(facts(project, name), Colour.ASYNC)) == expected


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("import pytest\n@pytest.mark.anyio\nasync def test_x(db): ...", []),
        ("import pytest\n@pytest.mark.asyncio\nasync def test_x(db): ...", ["db"]),
        ("import anyio\n", []),
        ("import asyncio\n", ["db"]),
    ],
)
def test_unhandled_fixtures_of_a_conftest(tmp_path: Path, test: str, expected: list[str]) -> None:
    project = of_text(tmp_path, ASYNC, {TEST: test}, "tests/conftest.py")
    assert names(project.unhandled_fixtures(facts(project, "tests/conftest.py"), Colour.ASYNC)) == expected


def test_unhandled_async_generators(tmp_path: Path) -> None:
    project = of_text(tmp_path, "@pytest.fixture\nasync def db(): yield\n" + ASYNC.replace("db", "other"))
    assert names(project.unhandled_fixtures(facts(project, TEST), Colour.ASYNC_GENERATOR)) == ["db"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("await db", True),
        ("async for x in db: ...", True),
        ("x = [x async for x in db]", True),
        ("await db.__anext__()", True),
        ("await db.aclose()", True),
        ("x = await anext(db)", True),
        ("asyncio.run(db)", True),
        ("x = asyncio.create_task(db)", True),
        ("await asyncio.wait_for(db, 1)", True),
        ("loop.run_until_complete(db)", True),
        ("asyncio.get_event_loop().run_until_complete(db)", True),
        ("async with contextlib.aclosing(db) as x: ...", True),
        ("db.get()", False),
        ("await db.get()", False),
        ("print(db)", False),
        ("await other", False),
        ("assert db", False),
    ],
)
@pytest.mark.parametrize("user", ["async def test_x(db):", "@pytest.fixture\nasync def other(db):"])
def test_users_that_take_the_raw_coroutine(tmp_path: Path, body: str, expected: bool, user: str) -> None:
    project = of_text(tmp_path, f"import asyncio, contextlib\n{ASYNC}{user}\n    {body}\n")
    assert project.consumed_raw(fixture(project, TEST, "db")) is expected


# -- tests that nobody runs -------------------------------------------------------------------------------------------

MAIN = "if __name__ == '__main__':\n    asyncio.run(test_x())"


@pytest.mark.parametrize(
    ("text", "files", "expected"),
    [
        ("async def test_x(): ...", {}, ["test_x"]),
        ("class TestX:\n    async def test_x(self): ...", {}, ["TestX.test_x"]),
        ("async def test_x(): ...", {"pytest.ini": "[pytest]\nasyncio_mode = auto"}, []),
        ("async def test_x(): ...", {"pytest.ini": "[pytest]\nasyncio_mode = other"}, []),
        ("@pytest.mark.asyncio\nasync def test_x(): ...", {}, []),
        ("async def test_x(): yield", {}, []),
        ("def test_x(): ...", {}, []),
        ("async def helper(): ...", {}, []),
        ("import unittest\nclass TestX(unittest.TestCase):\n    async def test_x(self): ...", {}, []),
        ("import unittest\nclass TestX(unittest.IsolatedAsyncioTestCase):\n    async def test_x(self): ...", {}, []),
        ("class TestX(Unknown):\n    async def test_x(self): ...", {}, []),
        ("@pytest.mark.skip\nasync def test_x(): ...", {}, []),
        ("@pytest.mark.skip(reason='')\nasync def test_x(): ...", {}, []),
        ("pytestmark = pytest.mark.skip\nasync def test_x(): ...", {}, []),
        ("off = pytest.mark.skip(reason='')\n@off\nasync def test_x(): ...", {}, []),
        ("import unittest\n@unittest.skip('')\nasync def test_x(): ...", {}, []),
        ("import unittest\n@unittest.skip('')\nclass TestX:\n    async def test_x(self): ...", {}, []),
        ("@pytest.mark.skipif(X, reason='')\nasync def test_x(): ...", {}, ["test_x"]),
        (f"async def test_x(): ...\n{MAIN}", {}, ["test_x"]),
        (f"async def test_x(): ...\n{MAIN}\ndef main():\n    test_x()", {}, []),
        ("async def test_x(): ...\nTESTS = [test_x]", {}, []),
        ("async def test_x(): ...\ndef main():\n    test_x()", {}, []),
        ("async def test_x():\n    test_x = 1", {}, ["test_x"]),
        ("async def test_x(): ...", {"pytest.ini": "[pytest]\ntestpaths = tests"}, ["test_x"]),
        ("async def test_x(): ...", {"pytest.ini": "[pytest]\ntestpaths = ./tests other"}, ["test_x"]),
        ("async def test_x(): ...", {"pytest.ini": "[pytest]\ntestpaths = tests/test_x.py"}, ["test_x"]),
        ("async def test_x(): ...", {"pytest.ini": "[pytest]\ntestpaths = src/*/tests"}, ["test_x"]),
        ("async def test_x(): ...", {"pytest.ini": "[pytest]\ntestpaths = other"}, []),
        ("async def test_x(): ...", {"pytest.ini": "[pytest]\npython_files = check_*.py"}, []),
        ("async def test_x(): ...", {"pytest.ini": "[pytest]\npython_functions = check"}, []),
        ("class TestX:\n    async def test_x(self): ...", {"pytest.ini": "[pytest]\npython_classes = Check"}, []),
    ],
)
def test_tests_run_by_nobody(tmp_path: Path, text: str, files: dict[str, str], expected: list[str]) -> None:
    project = of_text(tmp_path, text, files)
    assert names(project.tests_run_by_nobody(facts(project, TEST))) == expected


def test_a_script_that_knows_nothing_of_pytest(tmp_path: Path) -> None:
    project = tree(tmp_path, {TEST: f"import asyncio\nasync def test_x(): ...\n{MAIN}\n"})
    assert names(project.tests_run_by_nobody(facts(project, TEST))) == []


def test_testpaths_start_at_the_configuration(tmp_path: Path) -> None:
    from looplint.project import Project

    tree(
        tmp_path,
        {
            "pytest.ini": "[pytest]\ntestpaths = packages/a/tests\n",
            "packages/a/setup.py": "",
            "packages/a/tests/test_x.py": "async def test_x(): ...",
            "packages/a/more/test_y.py": "async def test_y(): ...",
        },
    )
    project = Project(tmp_path / "packages" / "a")
    assert names(project.tests_run_by_nobody(facts(project, TEST))) == ["test_x"]
    assert names(project.tests_run_by_nobody(facts(project, "more/test_y.py"))) == []
