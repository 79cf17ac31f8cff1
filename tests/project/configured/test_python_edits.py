from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looplint.project.configured.config_edits import remove_requirement, replace_requirement
from looplint.project.configured.config_file import ConfigFile, Kind
from looplint.project.configured.noxfile import nox_sessions
from looplint.project.configured.python_strings import span_of
from looplint.project.configured.setup_py import setup_entries

if TYPE_CHECKING:
    from looplint.model.finding import Edit
    from looplint.project.configured.declared import Declared


class Text(ConfigFile):
    """A Python file that is only a text."""

    def __init__(self, text: str, kind: Kind) -> None:
        from pathlib import Path

        self.kind = kind
        self.path = Path("/nowhere") / kind.value
        self.__dict__["_read"] = (text, None)


def session(arguments: str) -> str:
    return f"@nox.session\ndef tests(s):\n    s.install({arguments})\n"


def place(file: Text, name: str) -> Declared:
    entries = setup_entries(file) if file.kind is Kind.SETUP_PY else nox_sessions(file).entries
    return next(build() for found, build in entries if found == name)


def edited(text: str, edits: tuple[Edit, ...]) -> str:
    (edit,) = edits
    return text[: edit.start] + edit.text + text[edit.end :]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"a>=1", "b"', '"a==2", "b"'),
        ("'b', 'a'  # é\n", "'b', 'a==2'  # é\n"),
        ('"é", """a""", r"c"', '"é", """a==2""", r"c"'),
        ("*['a'], 'b'", "*['a==2'], 'b'"),
        ("r'a'", "r'a==2'"),
        ("'a' '>=1'", None),
        (r"'a>=\x31'", None),
        ("f'a=={x}'", None),
    ],
)
def test_a_literal_is_replaced_inside_its_quotes(before: str, after: str | None) -> None:
    file = Text(session(before), Kind.NOXFILE)
    edits = replace_requirement(file, place(file, "a"), "a==2")
    assert edits == () if after is None else edited(file.text, edits) == session(after)


@pytest.mark.parametrize("text", ["a ; python_version > '3'", "a\n", 'a"', "a\\"])
def test_a_text_that_would_end_the_literal_is_not_written(text: str) -> None:
    file = Text(session("'a', \"b\""), Kind.NOXFILE)
    assert (replace_requirement(file, place(file, "a"), text) == ()) is (
        "'" in text or not text.isprintable() or "\\" in text
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("'a', 'b'", "'b'"),
        ("'b', 'a'", "'b'"),
        ("'b', 'a', silent=True", "'b', silent=True"),
        ("\n        'a',  # why\n        'b',\n    ", "\n        'b',\n    "),
        ("*['a']", "*[]"),
        ("*['b', 'a', 'c']", "*['b', 'c']"),
        ("*('b', 'a')", None),
        ("*('b', 'a',)", "*('b',)"),
        ("'a'", None),
    ],
)
def test_a_literal_is_removed_with_its_comma(before: str, after: str | None) -> None:
    file = Text(session(before), Kind.NOXFILE)
    edits = remove_requirement(file, place(file, "a"))
    assert edits == () if after is None else edited(file.text, edits) == session(after)


def test_setup_py() -> None:
    text = "from setuptools import setup\nDEV = [\n    'a>=1',\n    'b',  # é\n]\nsetup(extras_require={'x': DEV})\n"
    text = text.replace("\n", "\r\n")
    file = Text(text, Kind.SETUP_PY)
    assert edited(text, replace_requirement(file, place(file, "b"), "b<2")) == text.replace("'b'", "'b<2'")
    assert edited(text, remove_requirement(file, place(file, "b"))) == text.replace("    'b',  # é\r\n", "")


QUOTED = st.tuples(st.sampled_from(["'", '"', '"""', "r'"]), st.sampled_from(["a", "a>=1", "b[x]", "é", "c;x"]))


@given(
    st.lists(QUOTED, min_size=2, max_size=5),
    st.sampled_from([", ", ",", " ,\n  ", ",  # é, 'x'\n\t", ",\r\n"]),
    st.sampled_from(["", ",", "  # end\n"]),
    st.booleans(),
)
def test_every_edit_leaves_all_else_as_it_was(
    literals: list[tuple[str, str]], between: str, last: str, starred: bool
) -> None:
    written = between.join(f"{quote}{text}{quote.lstrip('r')}" for quote, text in literals) + last
    text = session(f"*[{written}]" if starred else written)
    file = Text(text, Kind.NOXFILE)
    values = [text for _, text in literals]
    for _, build in nox_sessions(file).entries:
        one = build()
        nodes = strings(text)
        index = next(n for n, node in enumerate(nodes) if span_of(text, node) == (one.start, one.end))
        replaced = replace_requirement(file, one, "new==1")
        assert [node.value for node in strings(edited(text, replaced))] == [
            *values[:index],
            "new==1",
            *values[index + 1 :],
        ]
        removed = remove_requirement(file, one)
        if removed:
            after = edited(text, removed)
            assert [node.value for node in strings(after)] == [*values[:index], *values[index + 1 :]]


def strings(text: str) -> list[ast.Constant]:
    found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))
