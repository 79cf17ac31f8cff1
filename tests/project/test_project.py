"""The project: its files, what it remembers, and that nothing in it makes it raise."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.trees import facts, function, tree, write

from looplint.model.definitions import Colour
from looplint.model.source import Source, SourceError
from looplint.project import Project
from looplint.project.project import forget_projects, is_parsed
from looplint.project.running.who import Who

if TYPE_CHECKING:
    from pathlib import Path


def source(text: str, path: str = "test_x.py") -> Source:
    return Source.from_bytes(text.encode(), path)


# -- roots ------------------------------------------------------------------------------------------------------------


def test_one_project_a_root(tmp_path: Path) -> None:
    write(tmp_path, {"a/pytest.ini": "", "a/tests/test_x.py": "", "b/pyproject.toml": "[project]", "c.py": ""})
    forget_projects()
    found = Project.for_path(tmp_path / "a" / "tests" / "test_x.py")
    assert found.root == tmp_path / "a"
    assert Project.for_path(tmp_path / "a") is found
    assert Project.for_path(tmp_path / "b" / "missing" / "x.py").root == tmp_path / "b"
    assert Project.for_path(tmp_path / "c.py").root == tmp_path


def test_what_is_forgotten_is_read_again(tmp_path: Path) -> None:
    write(tmp_path, {"a/test_x.py": ""})
    forget_projects()
    before = Project.for_path(tmp_path / "a")
    assert before.settings.asyncio_mode.value == "strict"
    (tmp_path / "a" / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n")
    assert Project.for_path(tmp_path / "a") is before
    forget_projects()
    after = Project.for_path(tmp_path / "a")
    assert (after.root, after.settings.asyncio_mode.value) == (tmp_path / "a", "auto")


def test_questions_about_versions(tmp_path: Path) -> None:
    project = tree(tmp_path, {"requirements.txt": "pytest-asyncio>=0.23,<0.24\n"})
    assert project.must_be("pytest-asyncio", "<1.0")
    assert not project.may_be("pytest-asyncio", ">=1.0")
    assert project.may_be("pytest-asyncio", "==0.23.8")


# -- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "test_file", "test_code"),
    [
        ("tests/test_x.py", True, True),
        ("x_test.py", True, True),
        ("app/conftest.py", True, True),
        ("tests/helpers.py", False, True),
        ("test/a/b.py", False, True),
        ("app/testing/b.py", False, True),
        ("app/tests.py", False, False),
        ("app/core.py", False, False),
        ("latest.py", False, False),
    ],
)
def test_which_files_are_tests(tmp_path: Path, path: str, test_file: bool, test_code: bool) -> None:
    project = tree(tmp_path, {})
    assert project.is_test_file(tmp_path / path) is test_file
    assert project.is_test_code(tmp_path / path) is test_code


def test_files_of_no_place(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    project = tree(tmp_path / "inner", {})
    assert not project.is_test_file(None)
    assert project.is_test_code(None)
    assert not project.is_test_code(tmp_path / "tests" / "x.py"), "it lies outside of the project"


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("test_*.py", "a/b/test_x.py", True),
        ("unit/*.py", "a/unit/x.py", True),
        ("unit/*.py", "a/unit/deep/x.py", True),
        ("unit/*.py", "a/unity/x.py", False),
        ("a/unit/*.py", "a/unit/x.py", True),
        ("[!_]*.py", "a/_x.py", False),
        ("", "a/x.py", False),
        ("/", "a/x.py", False),
        (".", "a/x.py", False),
        ("[", "a/x.py", False),
    ],
)
def test_patterns_of_python_files(tmp_path: Path, pattern: str, path: str, expected: bool) -> None:
    project = tree(tmp_path, {"pytest.toml": f"[pytest]\npython_files = ['{pattern}']\n"})
    assert project.is_test_file(tmp_path / path) is expected


def test_conftest_files_from_the_inside_out(tmp_path: Path) -> None:
    names = ("conftest.py", "tests/conftest.py", "tests/unit/conftest.py", "tests/other/conftest.py")
    project = tree(tmp_path, dict.fromkeys(names, ""))

    def chain(path: str) -> list[str]:
        return [os.path.relpath(found.file or "", tmp_path) for found in project.conftests(tmp_path / path)]

    assert chain("tests/unit/test_x.py") == ["tests/unit/conftest.py", "tests/conftest.py", "conftest.py"]
    assert chain("tests/conftest.py") == ["tests/conftest.py", "conftest.py"]
    assert chain("app/x.py") == ["conftest.py"]


def test_a_file_outside_has_the_conftest_beside_it(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    project = tree(tmp_path / "inner", {"conftest.py": ""})
    for name in ("conftest.py", "shared/conftest.py", "shared/x.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    found = [conftest.file for conftest in project.conftests(tmp_path / "shared" / "x.py")]
    assert found == [tmp_path / "shared" / "conftest.py"]


def test_conftest_files_end_at_pytests_root(tmp_path: Path) -> None:
    """`confcutdir` is where the configuration lies, or the repository without one."""
    files = {"conftest.py": "", "package/conftest.py": "", "package/setup.py": "", "package/tests/test_x.py": ""}
    write(tmp_path, files)
    test = tmp_path / "package" / "tests" / "test_x.py"
    assert len(list(Project(tmp_path / "package").conftests(test))) == 2
    (tmp_path / "package" / "pytest.ini").write_text("")
    assert len(list(Project(tmp_path / "package").conftests(test))) == 1
    (tmp_path / "package" / "pytest.ini").unlink()
    (tmp_path / "pytest.ini").write_text("")
    assert len(list(Project(tmp_path / "package").conftests(test))) == 2


def test_pythonpath_starts_at_the_configuration(tmp_path: Path) -> None:
    files = {
        "pytest.ini": "[pytest]\npythonpath = shared\n",
        "shared/common.py": "def f(): ...",
        "package/setup.py": "",
    }
    write(tmp_path, files)
    assert Project(tmp_path / "package").definition("common.f") is not None


# -- what is opened, remembered and forgotten -------------------------------------------------------------------------


def test_the_text_under_check_counts_not_the_file(tmp_path: Path) -> None:
    project = tree(tmp_path, {"helpers.py": "def f(): ...", "tests/test_x.py": ""})
    path = tmp_path / "helpers.py"
    assert project.mentions(path, b"def f")
    before = project.definition("helpers.f")
    assert before is not None
    module = project.open(source("async def f(): ...\nasync def g(): ..."), path)
    after = project.definition("helpers.f")
    assert after is not None
    assert after.facts is module.facts
    assert after.function is not None
    assert after.function.is_async
    assert project.definition("helpers.g") is not None
    assert project.mentions(path, b"async def f")


def test_text_that_does_not_parse_is_told(tmp_path: Path) -> None:
    project = tree(tmp_path, {"test_x.py": "x = 1"})
    with pytest.raises(SourceError, match="syntax error"):
        project.open(source("def f(:"), tmp_path / "test_x.py")


def test_closed_files_are_read_again_unless_others_asked(tmp_path: Path) -> None:
    project = tree(tmp_path, {"test_x.py": "def f(): ...", "helpers.py": "def f(): ..."})
    closed = project.open(source("class A: ...\nasync def test_y(): ..."), tmp_path / "test_x.py")
    assert project.runner(closed.facts.functions[0]).who is Who.NOBODY
    project.family(closed.facts.classes[0])
    project.assignments(closed.facts.classes[0], "x")
    project.close(closed)
    assert facts(project, "test_x.py").function("f") is not None
    asked = project.open(source("def g(): ...", "helpers.py"), tmp_path / "helpers.py")
    assert project.definition("helpers.g") is not None
    project.close(asked)
    assert project.definition("helpers.g") is not None
    project.close(project.open(source("x = 1", "stdin"), None))


def test_what_others_asked_for_is_not_parsed_again(tmp_path: Path) -> None:
    project = tree(tmp_path, {"helpers.py": "def f(): ..."})
    asked = facts(project, "helpers.py")
    assert project.knows(source("def f(): ..."), tmp_path / "helpers.py")
    assert project.open(source("def f(): ...", "shown.py"), tmp_path / "helpers.py").facts is asked
    assert asked.source.path == "shown.py"
    assert not project.knows(source("def g(): ..."), tmp_path / "helpers.py")
    assert project.open(source("def g(): ..."), tmp_path / "helpers.py").facts is not asked


def test_projects_that_are_not_at_hand_are_given_up_for_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a/pytest.ini": "", "a/x.py": "x = 1", "b/pytest.ini": "", "c/pytest.ini": ""})
    forget_projects()
    first = Project.for_path(tmp_path / "a")
    held = first.facts_at(tmp_path / "a" / "x.py")
    assert held is not None
    assert is_parsed(source("x = 1"), tmp_path / "a" / "x.py")
    assert not is_parsed(source("x = 2"), tmp_path / "a" / "x.py")
    assert not is_parsed(source("x = 1"), tmp_path / "c" / "x.py")
    assert Project.for_path(tmp_path / "b") is not first
    assert Project.for_path(tmp_path / "a") is first
    monkeypatch.setattr("looplint.project.project._HELD", 4)
    Project.for_path(tmp_path / "c")
    assert not is_parsed(source("x = 1"), tmp_path / "a" / "x.py")
    assert not vars(held)
    again = Project.for_path(tmp_path / "a")
    assert again is not first
    assert again.facts_at(tmp_path / "a" / "x.py") is not None


def test_answers_are_computed_once(tmp_path: Path) -> None:
    project = tree(tmp_path, {"tests/test_x.py": "class TestX:\n    async def test_x(self): ..."})
    test = function(project, "tests/test_x.py", "TestX.test_x")
    assert test.cls is not None
    assert project.runner(test) is project.runner(test)
    assert project.family(test.cls) is project.family(test.cls)
    assert project.visible_fixtures(test.facts) is project.visible_fixtures(test.facts)
    assert project.facts_at(tmp_path / "tests" / "test_x.py") is test.facts


def test_assignments_to_self(tmp_path: Path) -> None:
    project = tree(
        tmp_path,
        {
            "base.py": "class Base:\n    def __init__(self):\n        self.a = 1\n        self.b = 2",
            "app.py": """
                from base import Base
                from outside import Mixin
                class App(Base):
                    def start(self):
                        self.a = 3
                        self.a = 4
                class Mixed(Mixin, Base): ...
            """,
        },
    )
    app, mixed = facts(project, "app.py").classes
    assert len(project.assignments(app, "a")) == 2
    assert len(project.assignments(app, "b")) == 1
    assert project.assignments(app, "c") == []
    assert len(project.assignments(mixed, "a")) == 1, "bases outside of the project are passed over"


# -- nothing raises ---------------------------------------------------------------------------------------------------


def everything(project: Project, path: Path) -> None:
    """Ask all there is to ask about a file."""
    found = project.facts_at(path)
    list(project.conftests(path))
    if found is None:
        return
    list(project.unhandled_fixtures(found, Colour.ASYNC))
    list(project.tests_run_by_nobody(found))
    for test in found.functions:
        project.runner(test)
        project.called_on_self(test)
        list(project.overrides_in_file(test))
        for name in test.parameters:
            project.fixture(name, test, found)
        if test.fixture is not None:
            project.consumed_raw(test.fixture)
    for cls in found.classes:
        project.family(cls)
        project.leads_to_tests(cls)
        list(project.async_tests_of(cls))
        project.member(cls, "x.y")
        project.member_of_bases(cls, "x")
        project.assignments(cls, "x")
    for call in found.calls:
        project.definition(found.resolve(call.func), found)


USER = """
    import pytest
    from helpers import Base, fixture, on_loop, make
    from helpers import *
    pytestmark = on_loop
    pytest_plugins = ["helpers", "plugin"]
    @pytest.fixture
    async def db(fixture, db): ...
    class TestX(Base):
        async def test_x(self, db): make()
    @on_loop
    async def test_y(fixture): make()
    async def test_z(): make()
"""


@pytest.mark.parametrize(
    "raw",
    [
        b"def broken(:",
        b"\xff\xfe\x00",
        b"# coding: unknown-codec\n",
        b"x = '\x00'",
        b"(" * 5000 + b")" * 5000,
        b"",
        b"from helpers import *\nfrom test_x import *\nimport helpers\nBase = Base\non_loop = on_loop\n",
        b"from . import *\nfrom .. import Base\nfrom ..... import fixture\nfrom ..test_x import on_loop\n",
        b"class Base(Base): ...\ndef fixture(fixture): ...\n",
        b"match x:\n    case {'a': Base, **fixture}: ...\n    case [*on_loop]: ...\n",
    ],
)
@pytest.mark.parametrize("name", ["tests/helpers.py", "tests/conftest.py", "tests/plugin.py", "tests/test_x.py"])
def test_broken_files_do_not_raise(tmp_path: Path, raw: bytes, name: str) -> None:
    project = tree(tmp_path, {"tests/test_x.py": USER, "tests/test_user.py": USER, "tests/helpers.py": "x = 1"})
    (tmp_path / name).write_bytes(raw)
    for path in ("tests/test_x.py", "tests/test_user.py", "tests/helpers.py", "tests/missing.py"):
        everything(project, tmp_path / path)


def test_unreadable_files_do_not_raise(tmp_path: Path) -> None:
    project = tree(tmp_path, {"tests/test_x.py": USER})
    (tmp_path / "tests" / "conftest.py").mkdir()
    (tmp_path / "tests" / "helpers.py").symlink_to("helpers.py")
    (tmp_path / "tests" / "plugin.py").symlink_to("nowhere")
    everything(project, tmp_path / "tests" / "test_x.py")
    assert project.facts_at(tmp_path / "tests" / "helpers.py") is None
    assert not project.mentions(tmp_path / "tests" / "helpers.py", b"x")


def test_files_that_vanish_do_not_raise(tmp_path: Path) -> None:
    files = {"tests/test_x.py": USER, "tests/conftest.py": "", "tests/helpers.py": "class Base: ..."}
    project = tree(tmp_path, files)
    assert project.finder.has(tmp_path / "tests", "helpers.py"), "the listing is remembered"
    for name in files:
        (tmp_path / name).unlink()
    everything(project, tmp_path / "tests" / "test_x.py")
    module = project.open(source("import helpers\nclass TestX(helpers.Base): ..."), tmp_path / "tests" / "test_x.py")
    everything(project, tmp_path / "tests" / "test_x.py")
    assert project.definition("helpers.Base", module.facts) is None


def test_a_working_directory_that_vanishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tree(tmp_path, {"tests/test_x.py": USER})
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert project.facts_at(tmp_path / "tests" / "test_x.py") is None


NAMES = st.sampled_from(["Base", "fixture", "on_loop", "pytestmark", "pytest_plugins", "test_x", "x"])
LINES = st.one_of(
    st.builds("from {} import {}".format, st.sampled_from(["a", "b", ".", ".a", "..b", "pytest"]), NAMES),
    st.builds("from {} import *".format, st.sampled_from(["a", "b", ".", ".b"])),
    st.builds("{} = {}".format, NAMES, NAMES),
    st.builds("{} = [{}, *{}]".format, NAMES, NAMES, NAMES),
    st.builds("{} += {}".format, NAMES, NAMES),
    st.builds("class {}({}):\n    {} = {}".format, NAMES, NAMES, NAMES, NAMES),
    st.builds("@{}\nasync def {}({}): ...".format, NAMES, NAMES, NAMES),
    st.builds("@pytest.fixture(autouse=True)\ndef {}({}): ...".format, NAMES, NAMES),
    st.builds("pytest_plugins = ['{}', '{}']".format, st.sampled_from("ab"), NAMES),
    st.builds("class Test{}({}):\n    async def test_y(self, {}): ...".format, NAMES, NAMES, NAMES),
)
TEXT = st.lists(LINES, max_size=8).map(lambda lines: "import pytest\n" + "\n".join(lines))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts=st.tuples(TEXT, TEXT, TEXT))
def test_any_web_of_files_is_survived(tmp_path: Path, texts: tuple[str, str, str]) -> None:
    names = ("a.py", "b.py", "conftest.py")
    project = tree(tmp_path, dict(zip(names, texts, strict=True)))
    for name in names:
        everything(project, tmp_path / name)
