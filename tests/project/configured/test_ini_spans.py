from __future__ import annotations

import configparser

import iniconfig
import pytest
from hypothesis import given
from hypothesis import strategies as st

from looplint.project.configured.ini_spans import ini_spans

TEXT = """\
# head
[pytest]
asyncio_mode = auto  # no comment here
addopts =
    -q
    # a comment
    --asyncio-mode=strict

    -x
[tool:x] ; why
key: a=b
"""


def test_entries_have_values_rows_and_places() -> None:
    file = ini_spans(TEXT)
    assert file.error is None
    mode = file.entry("pytest", "asyncio_mode")
    addopts = file.entry("pytest", "addopts")
    key = file.entry("tool:x", "key")
    assert mode is not None
    assert addopts is not None
    assert key is not None
    assert (mode.value, mode.row) == ("auto  # no comment here", 3)
    assert addopts.value == "-q\n--asyncio-mode=strict\n-x"
    assert [line.row for line in addopts.lines] == [5, 7, 9]
    assert [TEXT[line.start : line.end] for line in addopts.lines] == ["-q", "--asyncio-mode=strict", "-x"]
    assert addopts.row_with("asyncio-mode") == 7
    assert addopts.row_with("absent") == 4
    assert key.value == "a=b"
    assert TEXT[key.lines[0].start : key.lines[0].end] == "a=b"
    assert file.entry("nowhere", "key") is None


@pytest.mark.parametrize(
    ("text", "message", "row"),
    [
        ("a = 1\n", "no section header defined", 1),
        ("[s]\na\n", "unexpected line: 'a'", 2),
        ("[s]\na=1\na=2\n", "duplicate name 'a'", 3),
        ("[s]\n[s]\n", "duplicate section 's'", 2),
        ("[]\n", "empty section name", 1),
        ("[s]\n  lost\n", "unexpected value continuation", 2),
    ],
)
def test_what_pytest_refuses_is_one_clear_error(text: str, message: str, row: int) -> None:
    file = ini_spans(text)
    assert (file.error, file.error_row) == (message, row)


LINES = st.sampled_from(
    [
        "[a]",
        "[b]",
        "[c] # why",
        "[",
        "k = v",
        "l: w",
        "m=",
        "  more",
        "\tmore = x",
        "# no",
        "  ; no",
        "",
        "x",
        "k=v : w",
        "[d",
    ]
)


@given(st.lists(LINES, max_size=12), st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_file_means_what_it_means_to_pytest(lines: list[str], newline: str) -> None:
    text = newline.join(lines)
    file = ini_spans(text)
    try:
        parsed = iniconfig.IniConfig("x.ini", data=text)
    except iniconfig.ParseError:
        assert file.error is not None
        return
    assert file.error is None
    found = {name: {key: entry.value for key, entry in s.entries.items()} for name, s in file.sections.items()}
    assert found == {section.name: dict(section.items()) for section in parsed}


NAMES = st.text(st.sampled_from("abc"), min_size=1, max_size=3)
VALUES = st.lists(st.text(st.sampled_from("xy ;#=:-"), max_size=6).map(str.strip), max_size=3)


@given(st.dictionaries(NAMES, st.dictionaries(NAMES, VALUES, max_size=3), max_size=3))
def test_configparser_agrees_where_it_reads_the_file(sections: dict[str, dict[str, list[str]]]) -> None:
    lines = []
    for section, entries in sections.items():
        lines.append(f"[{section}]")
        for key, values in entries.items():
            lines += [f"{key} =", *(f"    {value}" for value in values if value)]
    text = "\n".join(lines)
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    file = ini_spans(text)
    assert file.error is None
    for section in parser.sections():
        for key, value in parser.items(section):
            entry = file.entry(section, key)
            assert entry is not None
            assert entry.value == value.strip()
            assert all(text[line.start : line.end] == line.text for line in entry.lines)


@given(st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    ini_spans(text)
