from __future__ import annotations

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from looplint.project.configured.toml_spans import TomlSpans, leaves, toml_spans

DOCUMENT = """\
# head
title = "x"
[project]
dependencies = [  # why
    "a>=1",
    'b',  # own
]
optional-dependencies.test = ["c"]
[tool.poetry.dependencies]
python = "^3.10"
d = { version = "^1", extras = ["x"] }
[[package]]
name = "one"
[[package]]
name = "two"
[package.source]
url = "u"
"""


def spans_of(text: str) -> TomlSpans:
    spans = toml_spans(text)
    assert spans is not None
    return spans


@pytest.mark.parametrize(
    ("path", "written", "row"),
    [
        (("title",), '"x"', 2),
        (("project", "dependencies", 0), '"a>=1"', 5),
        (("project", "dependencies", 1), "'b'", 6),
        (("project", "optional-dependencies", "test", 0), '"c"', 8),
        (("tool", "poetry", "dependencies", "d", "version"), '"^1"', 11),
        (("package", 1, "name"), '"two"', 15),
        (("package", 1, "source", "url"), '"u"', 17),
    ],
)
def test_a_value_stands_where_it_is_written(path: tuple[str | int, ...], written: str, row: int) -> None:
    spans = spans_of(DOCUMENT)
    span = spans.values[path]
    assert DOCUMENT[span.start : span.end] == written
    assert spans.row_of(*path) == row


def test_the_row_of_a_key_is_that_of_its_name() -> None:
    spans = spans_of(DOCUMENT)
    assert spans.row_of("project", "dependencies") == 4
    assert spans.row_of("tool", "poetry", "dependencies", "d") == 11
    assert spans.row_of("tool", "poetry", "dependencies") == 9
    assert spans.row_of("nowhere") is None
    assert [span.value for span in spans.elements("project", "dependencies")] == ["a>=1", "b"]
    assert spans.place(DOCUMENT.index("'b'")) == (6, 5)


@pytest.mark.parametrize(
    "text",
    [
        "a = [" * 1000,
        "a = " + "[" * 70 + "]" * 70,
        "a = 1\na = 2\n",
        "a = \n",
        "= 1",
        "[a",
        'a = "x',
        "[[a]]\n[a]\n",
        "\ufeffa = 1",
        "a = {b = 1",
        "a = 1 b = 2",
        '"\\q" = 1',
        "x",
    ],
)
def test_what_cannot_be_trusted_has_no_places(text: str) -> None:
    assert toml_spans(text) is None


def test_values_that_are_not_those_of_the_parser_are_refused() -> None:
    assert toml_spans("a = 1", {"a": 2}) is None
    assert toml_spans("a = 1", {"a": 1}) is not None


def test_nan_is_itself() -> None:
    assert spans_of("a = nan").values["a",].kind == "scalar"


KEYS = st.text(st.sampled_from("ab-_1"), min_size=1, max_size=3) | st.text(max_size=3)
SCALARS = (
    st.text(max_size=8)
    | st.integers(-(2**40), 2**40)
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.datetimes().map(lambda moment: moment.replace(microsecond=0))
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=12
)
BLANKS = st.sampled_from(["", " ", "  ", "\t"])
GAPS = st.sampled_from(["", " ", "\n", "  # why, [not] {this}\n", "\n\n    ", "\r\n  "])


def quoted(text: str, draw: st.DrawFn) -> str:
    styles = ['"']
    if "'" not in text and text.isprintable():
        styles.append("'")
    style = draw(st.sampled_from([*styles, '"""']))
    if style == "'":
        return f"'{text}'"
    escaped = "".join(f"\\U{ord(char):08x}" if not char.isalnum() and char != " " else char for char in text)
    return f"{style}{escaped}{style}"


def written(value: object, draw: st.DrawFn) -> str:
    if isinstance(value, dict):
        pairs = [f"{quoted(key, draw).replace(chr(34) * 3, chr(34))} = {written(v, draw)}" for key, v in value.items()]
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        parts = [draw(GAPS) + written(item, draw) + draw(GAPS) for item in value]
        return "[" + ",".join(parts) + (draw(st.sampled_from(["", ","])) if parts else "") + draw(GAPS) + "]"
    if isinstance(value, str):
        return quoted(value, draw)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


@st.composite
def documents(draw: st.DrawFn) -> str:
    lines = []
    for key, value in draw(st.dictionaries(KEYS, VALUES, max_size=4)).items():
        name = quoted(key, draw).replace('"""', '"')
        lines.append(f"{name}{draw(BLANKS)}={draw(BLANKS)}{written(value, draw)}{draw(BLANKS)}# c")
    for index, table in enumerate(draw(st.lists(st.dictionaries(KEYS, VALUES, max_size=3), max_size=3))):
        many = draw(st.booleans())
        lines.append(f"[[ many-{index} . x ]]" if many else f"[table-{index}.'a b']")
        lines += [f"{quoted(key, draw).replace(chr(34) * 3, chr(34))} = {written(v, draw)}" for key, v in table.items()]
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines)


@given(documents())
def test_every_value_of_a_document_is_found_and_reads_back(text: str) -> None:
    data = tomli.loads(text)
    spans = spans_of(text)
    found = {path: span for path, span in spans.values.items() if span.kind in ("string", "scalar")}
    assert found.keys() == dict(leaves(data)).keys()
    for span in found.values():
        assert repr(tomli.loads("v=" + text[span.start : span.end])["v"]) == repr(span.value)


@given(documents(), st.data())
def test_damaged_documents_have_no_places_or_true_ones(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    text = text[:at] + data.draw(st.text(st.sampled_from("[]{}=\"'.,#\n\\ a1"), max_size=3)) + text[at + 1 :]
    spans = toml_spans(text)
    if spans is not None:
        assert dict(leaves(tomli.loads(text))).keys() <= spans.values.keys()
