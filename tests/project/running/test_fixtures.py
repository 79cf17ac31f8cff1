"""Fixtures by name and by themselves: classes, files, imports, conftest chain, plugin modules."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, function, place, tree

from looplint.project.running.fixtures import autouse, plugin_modules, requested

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project import Project

HEAD = "import pytest\n"


def db(*parameters: str, name: str = "db", options: str = "") -> str:
    return f"@pytest.fixture{options}\ndef {name}({', '.join(parameters)}): ...\n"


def files(**texts: str) -> dict[str, str]:
    """Files of a project; `tests__conftest` stands for tests/conftest.py, `tests__init` for a package's own file."""
    paths = {name: name.replace("__", "/").replace("/init", "/__init__") for name in texts}
    return {f"{paths[name]}.py": HEAD + text for name, text in texts.items()}


def asked(project: Project, name: str = "db", asking: str = "test_x", file: str = "tests/unit/test_x.py") -> str | None:
    """Where the fixture is that a def of a file gets for a name."""
    found = function(project, file, asking)
    return place(project.fixture(name, found, found.facts), project)


def running(project: Project, asking: str = "test_x", file: str = "tests/unit/test_x.py") -> list[str | None]:
    """Where the autouse fixtures of a test are."""
    found = function(project, file, asking)
    return [place(fixture, project) for fixture in autouse(project, found, found.facts)]


TEST = "def test_x(db): ...\nclass TestX:\n    def test_y(self, db): ...\n"


def test_the_nearest_fixture_is_used(tmp_path: Path) -> None:
    """Layer by layer: class, file, imported, inner conftest, outer conftest, plugin module."""
    layers = [
        ("tests__plugin", db()),
        ("conftest", "pytest_plugins = 'tests.plugin'\n"),
        ("conftest", "pytest_plugins = 'tests.plugin'\n" + db()),
        ("tests__conftest", db()),
        ("tests__unit__conftest", db()),
        ("tests__shared", db()),
        ("tests__unit__test_x", "from tests.shared import db\n" + TEST),
        ("tests__unit__test_x", db() + TEST),
    ]
    expected = [
        None,
        "tests/plugin.py:db",
        "conftest.py:db",
        "tests/conftest.py:db",
        "tests/unit/conftest.py:db",
        "tests/unit/conftest.py:db",
        "tests/shared.py:db",
        "tests/unit/test_x.py:db",
    ]
    texts = {"tests__unit__test_x": TEST}
    for (name, text), place_expected in zip(layers, expected, strict=True):
        texts[name] = text
        project = tree(tmp_path, files(**texts))
        assert asked(project) == asked(project, asking="TestX.test_y") == place_expected


def test_fixtures_of_classes(tmp_path: Path) -> None:
    project = tree(
        tmp_path,
        {
            "tests/base.py": """
                import pytest
                class Base:
                    @pytest.fixture
                    def db(self): ...
                    @pytest.fixture(autouse=True)
                    def inherited(self): ...
            """,
            "tests/unit/test_x.py": """
                import pytest
                from tests.base import Base
                @pytest.fixture
                def db(): ...
                class TestOwn(Base):
                    @pytest.fixture
                    def db(self, db): ...
                    def test_a(self, db): ...
                class TestBase(Base):
                    def test_b(self, db): ...
                class TestOuter:
                    @pytest.fixture
                    def db(self): ...
                    @pytest.fixture(autouse=True)
                    def around(self): ...
                    class TestInner:
                        def test_c(self, db): ...
                class TestNone:
                    def test_d(self, db): ...
                    class Helper:
                        @pytest.fixture
                        def db(self): ...
            """,
        },
    )
    own = "tests/unit/test_x.py:TestOwn.db"
    assert asked(project, asking="TestOwn.test_a") == own
    assert asked(project, asking="TestOwn.db") == "tests/base.py:Base.db", "it overrides the one of the base class"
    assert asked(project, asking="TestBase.test_b") == "tests/base.py:Base.db"
    assert asked(project, asking="TestOuter.TestInner.test_c") == "tests/unit/test_x.py:TestOuter.db"
    assert asked(project, asking="TestNone.test_d") == "tests/unit/test_x.py:db"
    assert running(project, "TestOwn.test_a") == ["tests/base.py:Base.inherited"]
    assert running(project, "TestOuter.TestInner.test_c") == ["tests/unit/test_x.py:TestOuter.around"]
    assert running(project, "TestNone.test_d") == []


def test_a_fixture_that_overrides_its_name_gets_the_one_further_out(tmp_path: Path) -> None:
    texts = {
        "conftest": "pytest_plugins = ['plugin']\n" + db("db"),
        "plugin": db(),
        "tests__conftest": db("db"),
        "tests__unit__test_x": db("db") + TEST,
    }
    project = tree(tmp_path, files(**texts))
    steps = ["tests/unit/test_x.py", "tests/conftest.py", "conftest.py", "plugin.py"]
    assert asked(project) == f"{steps[0]}:db"
    for inner, outer in pairwise(steps):
        assert asked(project, asking="db", file=inner) == f"{outer}:db"
    assert project.fixture("db", None, facts(project, "conftest.py")) is not None


@pytest.mark.parametrize(
    "imports",
    [
        "from tests.shared import db",
        "from ..shared import db",
        "from tests import db",
        "from tests.shared import *",
        "from tests import *",
        "from tests.shared import source as db",
        "from tests.shared import named",
        "if True:\n    from tests.shared import db",
        "try:\n    from tests.shared import db\nexcept ImportError:\n    db = None",
        "from tests.stars import *",
    ],
)
@pytest.mark.parametrize("holder", ["tests__unit__conftest", "tests__unit__test_x"])
def test_imported_fixtures(tmp_path: Path, imports: str, holder: str) -> None:
    """A fixture goes by the name that it is imported as, unless `name=` gives it one."""
    wanted = {"source as db": "source", "named": "named"}
    expected = next((value for end, value in wanted.items() if imports.endswith(end)), "db")
    shared = db() if expected == "db" else db(name="source") + db(name="named", options="(name='db')")
    texts = {
        "tests__shared": shared,
        "tests__init": "from .shared import db\n",
        "tests__stars": "from tests.stars import *\nfrom tests.shared import *\n",
        "tests__unit__init": "",
        "tests__unit__test_x": TEST,
    }
    project = tree(tmp_path, files(**{**texts, holder: f"{imports}\n{texts.get(holder, '')}"}))
    assert asked(project) == f"tests/shared.py:{expected}"


def test_what_an_import_does_not_bring(tmp_path: Path) -> None:
    project = tree(
        tmp_path,
        files(
            app="def db(): ...\n",
            tests__shared=db() + db(name="renamed", options="(name='other')"),
            tests__unit__test_x="import tests.shared\nfrom tests.shared import db as session, renamed\n"
            "from app import db\nfrom missing import db\nfrom .. import db\n" + TEST,
        ),
    )
    assert asked(project, "db") is None
    assert asked(project, "renamed") is None
    assert asked(project, "session") == "tests/shared.py:db"
    assert asked(project, "other") == "tests/shared.py:renamed"


def test_a_file_without_the_word_is_not_parsed(tmp_path: Path) -> None:
    """Tests import the whole application: no reason to read all of it as soon as a fixture is asked for."""
    project = tree(
        tmp_path,
        {
            "app/__init__.py": "from .core import App\nfrom .more import *",
            "app/core.py": "class App(:",
            "app/more.py": "def helper(): ...",
            "tests/unit/test_x.py": "from app import App, helper, missing\nimport app\ndef test_x(db): ...",
        },
    )
    parsed: list[Path] = []
    facts_at = project.facts_at
    project.facts_at = lambda path: parsed.append(path) or facts_at(path)  # type: ignore[func-returns-value, method-assign]
    assert asked(project) is None
    assert tmp_path / "app" / "core.py" not in parsed


def test_names_given_to_fixtures(tmp_path: Path) -> None:
    text = db(name="make_db", options="(name='db')") + db() + db(name="twice") + db(name="twice", options="('module')")
    project = tree(tmp_path, files(tests__unit__test_x=text + TEST))
    assert asked(project) == "tests/unit/test_x.py:db", "the last of a name"
    assert asked(project, "make_db") is None
    found = project.fixture("twice", None, facts(project, "tests/unit/test_x.py"))
    assert found is not None
    assert found.scope == "module"


def test_local_defs_are_no_fixtures_of_the_file(tmp_path: Path) -> None:
    text = "def f():\n    @pytest.fixture\n    def db(): ...\n" + TEST
    assert asked(tree(tmp_path, files(tests__unit__test_x=text))) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("pytest_plugins = 'a'", ("a",)),
        ("pytest_plugins = 'a,b.c'", ("a", "b.c")),
        ("pytest_plugins = ['a', 'b']", ("a", "b")),
        ("pytest_plugins = 'a', 'b'", ("a", "b")),
        ("pytest_plugins = ['a', name, f'{x}', 3]", ("a",)),
        ("pytest_plugins = ['a'] + ['b']", ("a", "b")),
        ("pytest_plugins = ['a']\npytest_plugins += ['b']", ("a", "b")),
        ("pytest_plugins = ['a']\nif X:\n    pytest_plugins = ['b']", ("a", "b")),
        ("pytest_plugins = names()", ()),
        ("from x import pytest_plugins", ()),
        ("pytest_plugins: list[str] = ['a']", ("a",)),
        ("pytest_plugins = ''", ()),
        ("def pytest_plugins(): ...", ()),
    ],
)
def test_names_of_plugin_modules(tmp_path: Path, text: str, expected: tuple[str, ...]) -> None:
    project = tree(tmp_path, {"conftest.py": ""})
    (tmp_path / "conftest.py").write_text(text)
    assert plugin_modules(facts(project, "conftest.py")) == expected


def test_plugin_modules_load_each_other_in_a_circle(tmp_path: Path) -> None:
    texts = {
        "conftest": "pytest_plugins = ['one', 'conftest']\n",
        "one": "pytest_plugins = ['two']\nfrom two import *\n",
        "two": "pytest_plugins = ['one', 'conftest', 'missing', 'asyncio']\nfrom one import *\n" + db(),
        "tests__unit__test_x": "pytest_plugins = ['tests.unit.test_x']\n" + TEST,
    }
    project = tree(tmp_path, files(**texts))
    assert asked(project) == "two.py:db"
    assert asked(project, "missing") is None


def test_fixtures_that_ask_for_each_other_in_a_circle(tmp_path: Path) -> None:
    texts = {
        "conftest": "pytest_plugins = ['one']\n" + db("db", "other"),
        "one": db("db") + db("db", name="other"),
        "tests__unit__test_x": TEST,
    }
    project = tree(tmp_path, files(**texts))
    assert asked(project, asking="db", file="conftest.py") == "one.py:db"
    assert asked(project, "other", asking="db", file="conftest.py") == "one.py:other"


def test_plugins_of_the_configuration(tmp_path: Path) -> None:
    texts = files(plugins__fixtures=db(), tests__unit__test_x=TEST)
    ini = "[pytest]\naddopts = -p plugins.fixtures -p no:cacheprovider -p xdist\n"
    assert asked(tree(tmp_path, {**texts, "pytest.ini": ini})) == "plugins/fixtures.py:db"


def test_autouse_fixtures_of_every_layer(tmp_path: Path) -> None:
    on = "(autouse=True)"
    texts = {
        "conftest": "pytest_plugins = ['plugin']\n" + db(name="outer", options=on),
        "plugin": db(name="plugged", options=on),
        "tests__conftest": "from tests.shared import imported\n" + db(name="off") + db(name="inner", options=on),
        "tests__shared": db(name="imported", options=on) + db(name="not_imported", options=on),
        "tests__starred": db(name="starred", options="('session', autouse=True)"),
        "tests__unit__test_x": "from tests.starred import *\n" + db(name="own", options=on) + TEST,
        "tests__other__conftest": db(name="beside", options=on),
    }
    project = tree(tmp_path, files(**texts))
    assert running(project) == [
        "tests/unit/test_x.py:own",
        "tests/starred.py:starred",
        "tests/conftest.py:inner",
        "tests/shared.py:imported",
        "conftest.py:outer",
        "plugin.py:plugged",
    ]


def test_an_autouse_fixture_that_is_overridden(tmp_path: Path) -> None:
    """What runs is the nearest fixture of the name, which need not say autouse again."""
    texts = files(conftest=db(options="(autouse=True)"), tests__unit__test_x=db() + TEST)
    assert running(tree(tmp_path, texts)) == ["tests/unit/test_x.py:db"]


def test_names_that_are_requested(tmp_path: Path) -> None:
    project = tree(
        tmp_path,
        {
            "tests/base.py": "import pytest\n@pytest.mark.usefixtures('of_base')\nclass Base: ...\n",
            "tests/unit/test_x.py": """
                import pytest
                from tests.base import Base
                used = pytest.mark.usefixtures("in_variable")
                pytestmark = [used, pytest.mark.usefixtures("of_module", NAME)]
                @pytest.mark.usefixtures("of_class")
                class TestX(Base):
                    @pytest.mark.usefixtures("own", "second")
                    def test_x(self, request, a, *args, b=None, **kwargs): ...
                    @pytest.fixture
                    def fixture(self, c): ...
                @pytest.fixture
                @pytest.mark.usefixtures("nothing")
                def db(cls, a): ...
                def test_y(): ...
            """,
        },
    )

    def names(qualname: str) -> tuple[str, ...]:
        return requested(project, function(project, "tests/unit/test_x.py", qualname))

    parameters = ("a", "args", "b", "kwargs")
    assert names("TestX.test_x") == (*parameters, "own", "second", "of_base", "of_class", "in_variable", "of_module")
    assert names("TestX.fixture") == ("c",)
    assert names("db") == ("a",)
    assert names("test_y") == ("in_variable", "of_module")


def test_text_without_a_file_sees_its_own_fixtures(tmp_path: Path) -> None:
    from looplint.model.source import Source

    project = tree(tmp_path, files(conftest=db()))
    found = project.open(Source.from_bytes((HEAD + db(name="own")).encode(), "stdin"), None).facts
    assert project.fixture("own", None, found) is not None
    assert project.fixture("db", None, found) is None


def test_a_changed_file_shows_its_new_fixtures(tmp_path: Path) -> None:
    from looplint.model.source import Source

    project = tree(tmp_path, files(conftest=db(), tests__unit__test_x=TEST))
    assert asked(project) == "conftest.py:db"
    project.open(Source.from_bytes((HEAD + db(name="other")).encode(), "conftest.py"), tmp_path / "conftest.py")
    assert asked(project) is None
    assert asked(project, "other") == "conftest.py:other"
