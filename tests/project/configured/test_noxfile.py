from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.trees import tree

from looplint.project.configured.config_file import ConfigFile, Kind
from looplint.project.configured.noxfile import nox_sessions

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project.configured.declared import Declared
    from looplint.project.configured.virtual_environments import Environment, Told


class Text(ConfigFile):
    """A noxfile that is only a text."""

    def __init__(self, text: str, directory: Path | None = None) -> None:
        from pathlib import Path

        self.kind = Kind.NOXFILE
        self.path = (directory or Path("/nowhere")) / "noxfile.py"
        self.__dict__["_read"] = (text, None)


def told(body: str, head: str = "") -> Told:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return nox_sessions(Text(f"import nox\n{head}\n@nox.session\ndef tests(session):\n{lines}"))


def names(made: Environment) -> list[str]:
    return [build().text for _, build in made.entries]


@pytest.mark.parametrize(
    ("body", "head", "installed", "certain"),
    [
        ("session.install('a>=1', \"b[x] <2\")", "", ["a>=1", "b[x] <2"], True),
        ("session.install('a')\nsession.install('-U', 'b', '--index-url', 'x')", "", ["a", "b"], True),
        ("session.install(*DEPS, 'c')", "DEPS = ['a', 'b']", ["a", "b", "c"], True),
        ("session.install(*DEPS)", "ONE = ('a',)\nDEPS = [*ONE, 'b'] + ['c']", ["a", "b", "c"], True),
        ("deps = ['a']\nsession.install(*deps)", "", ["a"], True),
        ("session.install(PIN)", "PIN: str = 'a==1'", ["a==1"], True),
        ("session.install(*DEPS)", "DEPS = ['a']\nDEPS.append('b')", ["a"], False),
        ("session.install(*DEPS)", "DEPS = ['a']\nDEPS += ['b']", ["a"], False),
        ("session.install(*DEPS)", "DEPS = ['a']\nDEPS = ['b']", ["b"], False),
        ("session.install(*DEPS['x'])", "DEPS = {'x': ['a']}", [], False),
        ("session.install(what)", "", [], False),
        ("for one in ('a', 'b'):\n    session.install(one)", "", [], False),
        ("session.install(f'a=={x}')", "", ["a"], True),
        ("session.install(f'{x}')", "", [], False),
        ("session.install(f'a-{x}')", "", [], False),
        ("if session.posargs:\n    session.install('a')\nsession.install('b')", "", ["b"], False),
        ("with x:\n    session.install('a')", "", ["a"], True),
        ("helper(session)", "def helper(s):\n    s.install('a')\n    helper(s)", ["a"], True),
        ("session.run_install('pip', 'install', 'a')", "", ["a"], True),
        ("session.run('python', '-m', 'pip', 'install', 'a', external=True)", "", ["a"], True),
        ("session.run_always('uv', 'pip', 'install', 'a')", "", ["a"], True),
        ("session.run('poetry', 'install')", "", [], False),
        ("session.run('uv', 'sync')", "", [], False),
        ("session.run()", "", [], True),
        ("session.run('pytest', 'a')\nsession.notify('b')", "", [], True),
        ("session.conda_install('a=1', 'b', '--override-channels', channel='x')", "", ["a=1", "b"], True),
        ("session.conda_install(*what)", "", [], False),
        ("session.install('--pre', 'a')", "", ["a"], False),
        ("def inner():\n    session.install('a')", "", [], True),
        ("other.install('a')", "", [], True),
    ],
)
def test_what_a_session_installs(body: str, head: str, installed: list[str], *, certain: bool) -> None:
    (made,) = told(body, head).environments
    assert (names(made), made.certain) == (installed, certain)


def test_the_project_its_extras_and_groups() -> None:
    body = (
        "session.install('-e', '.[Test_x,dev]', '--group', 'G')\n"
        "session.install(*nox.project.dependency_groups(nox.project.load_toml(), 'h'))\n"
        "session.run_install('uv', 'sync', '--extra', 'y', '--group=i')\n"
    )
    (made,) = told(body).environments
    assert made.project
    assert (made.extras, made.groups, made.default_groups) == ({"test-x", "dev", "y"}, {"g", "h", "i"}, True)


def test_what_is_installed_sometimes_is_declared_all_the_same() -> None:
    found = told(
        "if x:\n    session.install('a')\nelse:\n    session.install('b')", "def unused(s):\n    s.install('c')"
    )
    assert sorted(name for name, _ in found.entries) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("decorator", "name", "pythons"),
    [
        ("nox.session", "tests", ()),
        ("nox.session(name='unit tests', python=['3.11', '3.12'])", "unit tests", ("3.11", "3.12")),
        ("session(python='3.13')", "tests", ("3.13",)),
        ("nox.session(python=PYTHONS)", "tests", ("3.10", "3.14")),
        ("nox.session(python=OTHERS[1:])", "tests", ()),
        ("nox_poetry.session", "tests", ()),
    ],
)
def test_sessions_have_names_and_pythons(decorator: str, name: str, pythons: tuple[str, ...]) -> None:
    text = f"PYTHONS = ['3.10', '3.14', 'pypy3']\n@{decorator}\ndef tests(s):\n    s.install('a')\n"
    (made,) = nox_sessions(Text(text)).environments
    assert (made.name, made.pythons) == (f"nox session {name}", pythons)


def test_bounds_that_come_from_elsewhere_leave_open_what_is_picked() -> None:
    (made,) = told("session.env['PIP_CONSTRAINT'] = 'x'\nsession.install('a')").environments
    assert not made.certain


def test_included_files_are_read(tmp_path: Path) -> None:
    text = """
        import nox

        @nox.session
        def tests(session):
            session.install("-r", "more/list.txt", "-cmore/bounds.txt")
    """
    files = {
        "noxfile.py": text,
        "more/list.txt": "a>=1\n-r deeper.txt\n",
        "more/deeper.txt": "b\n",
        "more/bounds.txt": "a<2\n",
    }
    versions = tree(tmp_path, files).versions
    assert [place.path.name for name in "ab" for place in versions.declared(name)] == ["list.txt", "deeper.txt"]
    assert [(place.text, place.kind.value) for place in versions.places_of_root("a")] == [
        ("a>=1", "file"),
        ("a<2", "constraint"),
    ]
    assert [file.path.name for file in versions.included] == ["bounds.txt", "deeper.txt", "list.txt"]


@pytest.mark.parametrize(
    "text", ["def f(:\n", "(" * 5000, "x = '\0'", "install", "@nox.session\ndef install(): pass\n"]
)
def test_broken_files_say_nothing(text: str) -> None:
    assert nox_sessions(Text(text)).entries == []


LITERAL = st.tuples(
    st.sampled_from(["'", '"', "'''", '"""', "r'", "u'"]), st.text(alphabet="ab-é>=1,; \t\u2028", max_size=8)
)


@given(
    st.lists(LITERAL, max_size=4), st.sampled_from(["\n", "\r\n"]), st.sampled_from([", ", ",\n        ", ",  # é '\n"])
)
def test_places_are_those_of_the_parser(literals: list[tuple[str, str]], newline: str, between: str) -> None:
    written = [f"{quote}x{text}{quote.lstrip('ru')}" for quote, text in literals]
    text = f"def é(s):\n    'ä'; s.install({between.join(written)})\n".replace("\n", newline)
    places: list[Declared] = [build() for _, build in nox_sessions(Text(text)).entries]
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant) and node.value != "ä"]
    expected = {(node.lineno, ast.get_source_segment(text, node)) for node in nodes}
    assert {(place.row, text[place.start : place.end]) for place in places if place.start is not None} <= expected
    for place in places:
        row = text.replace(newline, "\n").split("\n")[place.row - 1]
        assert place.start is None or row[place.column - 1 :].startswith(text[place.start])
        assert place.start is not None or "'" in place.text or '"' in place.text
