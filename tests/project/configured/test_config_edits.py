from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from looplint.project.configured.config_edits import (
    insert_key,
    remove_requirement,
    remove_toml,
    replace_requirement,
    replace_string,
)
from looplint.project.configured.config_file import ConfigFile, Kind
from looplint.project.configured.requirements import Versions

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.model.finding import Edit


class Text(ConfigFile):
    """A TOML file that is only a text."""

    def __init__(self, text: str) -> None:
        self.kind = Kind.PYPROJECT
        self.__dict__["_read"] = (text, None)


def edited(text: str, edits: tuple[Edit, ...]) -> str:
    (edit,) = edits
    return text[: edit.start] + edit.text + text[edit.end :]


@pytest.mark.parametrize(
    ("before", "index", "after"),
    [
        ('d = ["x", "y", "z"]', 0, 'd = ["y", "z"]'),
        ('d = ["x", "y", "z"]', 1, 'd = ["x", "z"]'),
        ('d = ["x", "y", "z"]', 2, 'd = ["x", "y"]'),
        ('d = ["x",]', 0, "d = []"),
        ("d = [ 'x' ]", 0, "d = [  ]"),
        ('d = [\n    "x",  # why\n    "y",\n]\n', 0, 'd = [\n    "y",\n]\n'),
        ('d = [\n    "x",\n    # about y\n    "y"  # why\n]\n', 1, 'd = [\n    "x",\n    # about y\n]\n'),
        ('d = [\r\n\t"x",\r\n\t"y",\r\n]\r\n', 1, 'd = [\r\n\t"x",\r\n]\r\n'),
        ('d = [\n    "x", "y",\n    "z"]', 0, 'd = [\n    "y",\n    "z"]'),
        ('d = [\n    "x", "y",\n    "z"]', 1, 'd = [\n    "x",\n    "z"]'),
        ('d = [\n    "x", "y",\n    "z"]', 2, 'd = [\n    "x", "y",\n    ]'),
    ],
)
def test_an_element_goes_with_its_comma_line_and_comment(before: str, index: int, after: str) -> None:
    assert edited(before, remove_toml(Text(before), "d", index)) == after


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("[t]\na = 1\nb = 2  # why\nc = 3\n", ("t", "b"), "[t]\na = 1\nc = 3\n"),
        ("[t]\nb = 2", ("t", "b"), "[t]\n"),
        ("t = { a = 1, b = 2 }\n", ("t", "b"), "t = { a = 1 }\n"),
        ("t = { a = 1, b = 2 }\n", ("t", "a"), "t = { b = 2 }\n"),
        ("[t]\nb = [\n  1,\n]\na = 1\n", ("t", "b"), "[t]\na = 1\n"),
    ],
)
def test_a_key_goes_with_its_line(before: str, path: tuple[str, ...], after: str) -> None:
    assert edited(before, remove_toml(Text(before), *path)) == after


def test_what_has_no_place_is_not_edited() -> None:
    assert remove_toml(Text("[t]\na = 1\n"), "t", "b") == ()
    assert remove_toml(Text("[t]\na = \n"), "t", "a") == ()
    assert replace_string(Text("a = 1"), "x", "a") == ()
    assert insert_key(Text("t.a = 1\n"), ("t",), "k", 1, "1") == ()


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ('a = "x"', "y", 'a = "y"'),
        ("a = 'x'", "y", "a = 'y'"),
        ("a = 'x'", "it's", 'a = "it\'s"'),
        ('a = "x"', 'say "y"\\', 'a = "say \\"y\\"\\\\"'),
        ('a = """x"""', "y", 'a = """y"""'),
    ],
)
def test_quotes_stay_where_they_can(before: str, value: str, after: str) -> None:
    assert edited(before, replace_string(Text(before), value, "a")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[t]\na = 1  # why\n\n[u]\nb = 2\n", "[t]\na = 1  # why\nk = 'v'\n\n[u]\nb = 2\n"),
        ("[t]\n[u]\n", "[t]\nk = 'v'\n[u]\n"),
        ("[t]", "[t]\nk = 'v'"),
        ("  [t]\r\n  a = [\r\n  1]\r\n", "  [t]\r\n  a = [\r\n  1]\r\n  k = 'v'\r\n"),
    ],
)
def test_a_key_is_added_after_the_last_one_of_its_table(before: str, after: str) -> None:
    assert edited(before, insert_key(Text(before), ("t",), "k", "v", "'v'")) == after


@given(st.lists(st.integers(0, 99), min_size=1, max_size=5), st.data())
def test_removing_any_element_of_any_layout_leaves_the_others(numbers: list[int], data: st.DataObject) -> None:
    gaps = st.sampled_from(["", " ", "\n", "\n    ", "  # c\n", "\r\n\t"])
    body = ",".join(f"{data.draw(gaps)}{number}{data.draw(gaps)}" for number in numbers)
    text = f"# head\nd = [{body}{data.draw(st.sampled_from(['', ',', ' ,', ',  # c' + chr(10)]))}]  # tail\nx = 'y'\n"
    index = data.draw(st.integers(0, len(numbers) - 1))
    result: dict[str, Any] = tomli.loads(edited(text, remove_toml(Text(text), "d", index)))
    assert result == {"d": numbers[:index] + numbers[index + 1 :], "x": "y"}


FILES = {
    "requirements.txt": "# top\na>=1  # why\nb \\\n  --hash=x \\\n  --hash=y\nc\n",
    "setup.cfg": "[options]\ninstall_requires =\n    a>=1\n    c\n[options.extras_require]\ntest = b\n",
    "tox.ini": "[testenv]\ndeps =\n    py311: a\n    c\n",
    "pyproject.toml": '[dependency-groups]\ndev = ["a>=1", "b", "c"]\n[tool.poetry.dependencies]\na = "^1"\n',
}


@pytest.mark.parametrize(
    ("file", "name", "removed"),
    [
        ("requirements.txt", "a", "# top\nb \\\n  --hash=x \\\n  --hash=y\nc\n"),
        ("requirements.txt", "b", "# top\na>=1  # why\nc\n"),
        ("setup.cfg", "a", "[options]\ninstall_requires =\n    c\n[options.extras_require]\ntest = b\n"),
        ("setup.cfg", "b", "[options]\ninstall_requires =\n    a>=1\n    c\n[options.extras_require]\ntest =\n"),
        ("tox.ini", "a", "[testenv]\ndeps =\n    c\n"),
        ("pyproject.toml", "b", '[dependency-groups]\ndev = ["a>=1", "c"]\n[tool.poetry.dependencies]\na = "^1"\n'),
    ],
)
def test_a_requirement_is_removed(tmp_path: Path, file: str, name: str, removed: str) -> None:
    (tmp_path / file).write_text(FILES[file], encoding="utf-8")
    versions = Versions(tmp_path)
    (place,) = versions.declared(name)
    assert edited(FILES[file], remove_requirement(versions.files[0], place)) == removed


@pytest.mark.parametrize(
    ("file", "replaced"),
    [
        ("requirements.txt", "# top\nz>=2  # why\nb \\\n  --hash=x \\\n  --hash=y\nc\n"),
        ("setup.cfg", "[options]\ninstall_requires =\n    z>=2\n    c\n[options.extras_require]\ntest = b\n"),
        ("tox.ini", "[testenv]\ndeps =\n    py311: z>=2\n    c\n"),
        ("pyproject.toml", '[dependency-groups]\ndev = ["z>=2", "b", "c"]\n[tool.poetry.dependencies]\na = "^1"\n'),
    ],
)
def test_a_requirement_is_replaced(tmp_path: Path, file: str, replaced: str) -> None:
    (tmp_path / file).write_text(FILES[file], encoding="utf-8")
    versions = Versions(tmp_path)
    place = versions.declared("a")[0]
    assert edited(FILES[file], replace_requirement(versions.files[0], place, "z>=2")) == replaced


def test_what_an_extra_of_poetry_names_is_not_removed(tmp_path: Path) -> None:
    text = "[tool.poetry.dependencies]\na = { version = '^1', optional = true }\n[tool.poetry.extras]\nx = ['a']\n"
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    versions = Versions(tmp_path)
    (place,) = versions.declared("a")
    assert remove_requirement(versions.files[0], place) == ()


def test_what_has_hashes_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(FILES["requirements.txt"], encoding="utf-8")
    versions = Versions(tmp_path)
    (place,) = versions.declared("b")
    assert replace_requirement(versions.files[0], place, "z") == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = '^1'  # why\n", "z = '>=2'  # why\n"),
        ("a = { version = '^1' }\n", None),
        ("a = ['^1']\n", None),
    ],
)
def test_entries_of_poetry_are_replaced(tmp_path: Path, before: str, after: str | None) -> None:
    text = f"[tool.poetry.dependencies]\n{before}"
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    versions = Versions(tmp_path)
    edits = replace_requirement(versions.files[0], versions.declared("a")[0], "z>=2")
    if after is None:
        assert edits == ()
    else:
        assert edited(text, edits) == f"[tool.poetry.dependencies]\n{after}"
