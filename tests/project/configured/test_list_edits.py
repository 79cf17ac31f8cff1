from __future__ import annotations

import pytest
import tomli

from looplint.model.edits import apply_edits
from looplint.project.configured.config_file import ConfigFile, Kind
from looplint.project.configured.list_edits import append_text, insert_beside


class Text(ConfigFile):
    """A TOML file that is only a text."""

    def __init__(self, text: str) -> None:
        self.kind = Kind.PYPROJECT
        self.__dict__["_read"] = (text, None)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = []\n", 'a = ["x"]\n'),
        ("a = ['v']  # why\n", "a = ['v', \"x\"]  # why\n"),
        ("a = ['v', ]", "a = ['v', \"x\", ]"),
        ("a = [\n  'v',\n]\n", "a = [\n  'v',\n  \"x\",\n]\n"),
        ("a = [\r\n\t'v'  # why\r\n]\r\n", "a = [\r\n\t'v',  # why\r\n\t\"x\"\r\n]\r\n"),
        ("a = [\n  'v', 'w',  # both\n]\n", "a = [\n  'v', 'w', \"x\",  # both\n]\n"),
        ("a = [ # nothing yet\n]\n", None),
        ("a = 'v'\n", None),
    ],
)
def test_append_text(before: str, after: str | None) -> None:
    file = Text(before)
    edits = append_text(file, "x", "a")
    assert (apply_edits(before, edits) if edits else None) == after
    if after is not None:
        assert tomli.loads(after)["a"] == [*tomli.loads(before)["a"], "x"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[t]\na = [\n 'v',\n]  # why\nb = 1", "[t]\na = [\n 'v',\n]  # why\nc = [1]\nb = 1"),
        ("[t]\r\n  a = 1\r\n", "[t]\r\n  a = 1\r\n  c = [1]\r\n"),
        ("[t]\na = 1", "[t]\na = 1\nc = [1]"),
        ("t.a = 1\n", "t.a = 1\nt.c = [1]\n"),
        ("t = { a = 1, b = 2 }\n", None),
    ],
)
def test_insert_beside(before: str, after: str | None) -> None:
    edits = insert_beside(Text(before), ("t", "a"), "c", [1], "[1]")
    assert (apply_edits(before, edits) if edits else None) == after
