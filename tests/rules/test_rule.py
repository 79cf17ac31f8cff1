"""What a rule file declares, and how rules are found."""

from __future__ import annotations

import ast
import importlib
import pkgutil

import pytest
from fakes import DOC, make
from hypothesis import given
from hypothesis import strategies as st

import looplint.rules
from looplint.model.finding import Applicability, Edit, Fix, Position, Related, Severity
from looplint.model.module import Module
from looplint.model.source import Source
from looplint.rules import all_rules, find_rule
from looplint.rules.rule import SECTIONS, Doc, Rule

RULE = make("LPL101", "spam-written", b"spam")
CODE = "# café\nclass TestA:\n    async def test_x(self):\n        x = (spam +\n             ham)  # noqa: X1\n"


def module(code: str = CODE) -> Module:
    return Module.parse(Source.from_bytes(code.encode(), "tests/test_a.py"))


def sum_of(found: Module) -> ast.expr:
    statement = found.facts.functions[0].node.body[0]
    assert isinstance(statement, ast.Assign)
    return statement.value


# -- documentation ----------------------------------------------------------------------------------------------------


def test_documentation() -> None:
    doc = Doc(DOC.format("A fake rule"))
    assert doc.summary == "A fake rule"
    assert tuple(doc.sections) == SECTIONS
    assert doc.sections["What it does"] == "It tests."
    assert RULE.summary == "A fake rule named spam-written"
    assert RULE.documentation.summary == RULE.summary


@pytest.mark.parametrize(
    ("text", "summary", "sections"),
    [
        ("", "", {}),
        ("One line.", "One line", {}),
        ("\n  First.\nSecond.\n", "First", {}),
        ("Why...", "Why", {}),
        ("S.\n\n## A\none\n\ntwo\n### B\nthree\n## C\n", "S", {"A": "one\n\ntwo\n### B\nthree", "C": ""}),
        ("S.\n\nSee `## A` and\n # no heading\n", "S", {}),
    ],
)
def test_shapes_of_documentation(text: str, summary: str, sections: dict[str, str]) -> None:
    assert Doc(text).summary == summary
    assert Doc(text).sections == sections


def test_the_page_of_a_rule() -> None:
    assert RULE.url == "docs/rules/spam-written.md"


# -- the words gate ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "also", "raw", "expected"),
    [
        ((), (), b"", True),
        ((b"spam",), (), b"x = spam", True),
        ((b"spam",), (), b"x = ham", False),
        ((b"spam", b"ham"), (), b"x = ham", True),
        ((b"spam",), (b"async",), b"spam", False),
        ((b"spam",), (b"async", b"await"), b"await spam", True),
        ((), (b"async",), b"spam", False),
        ((), (b"async",), b"async", True),
    ],
)
def test_the_words_gate(words: tuple[bytes, ...], also: tuple[bytes, ...], raw: bytes, expected: bool) -> None:
    rule = Rule(code="LPL101", name="a-b", severity=Severity.ERROR, since="0.1", doc="", words=words, also=also)
    assert rule.may_fire(raw) is expected


@given(st.lists(st.binary(min_size=1, max_size=3), min_size=1), st.binary(), st.binary(), st.integers(0))
def test_a_word_anywhere_opens_the_gate(words: list[bytes], before: bytes, after: bytes, which: int) -> None:
    rule = Rule(code="LPL101", name="a-b", severity=Severity.ERROR, since="0.1", doc="", words=tuple(words))
    assert rule.may_fire(before + words[which % len(words)] + after)


# -- findings ---------------------------------------------------------------------------------------------------------


def test_a_finding_stands_at_the_name_of_a_definition() -> None:
    found = module()
    finding = RULE.finding(found, found.facts.functions[0].node, "a message")
    assert (finding.code, finding.name, finding.path) == ("LPL101", "spam-written", "tests/test_a.py")
    assert (finding.start, finding.end, finding.noqa_row) == (Position(3, 15), Position(3, 21), 3)
    assert (finding.severity, finding.message, finding.fix) == (Severity.ERROR, "a message", None)
    assert RULE.finding(found, found.facts.classes[0].node, "").start == Position(2, 7)


def test_a_finding_stands_at_an_expression_and_noqa_at_its_statement() -> None:
    found = module()
    related = Related(path="app.py", row=3, column=1, message="awaited here")
    finding = RULE.finding(
        found, sum_of(found), "m", severity=Severity.WARNING, related=[related], settings=iter(["asyncio_mode=strict"])
    )
    assert (finding.start, finding.end) == (Position(4, 14), Position(5, 17))
    assert finding.noqa_row == 4
    assert finding.severity is Severity.WARNING
    assert finding.related == (related,)
    assert finding.settings == ("asyncio_mode=strict",)


FIX = Fix(message="write eggs", applicability=Applicability.SAFE, edits=(Edit(0, 1, "x"),))


def test_a_fix_given_or_made() -> None:
    found = module()
    assert RULE.finding(found, sum_of(found), "m", fix=FIX).fix is FIX
    assert RULE.finding(found, sum_of(found), "m", fix=lambda: FIX).fix is FIX
    assert RULE.finding(found, sum_of(found), "m", fix=lambda: None).fix is None


def test_no_fix_is_made_for_a_file_that_libcst_changes() -> None:
    found = module("x = 1\n\x0c\x0cy = spam\n\x0cdef f():\n\x0c    spam\n")

    def fix() -> Fix:
        raise AssertionError("asked for")

    if found.editable:
        pytest.fail("libcst reproduces this file: choose another one")
    assert RULE.finding(found, found.facts.functions[0].node, "m", fix=fix).fix is None


# -- how rules are found ----------------------------------------------------------------------------------------------


def test_rules_come_in_the_order_of_their_codes() -> None:
    codes = [rule.code for rule in all_rules()]
    assert codes == sorted(codes)
    assert all_rules() is all_rules()


def test_every_file_in_a_group_is_a_rule() -> None:
    modules = [
        f"{looplint.rules.__name__}.{group.name}.{info.name}"
        for group in pkgutil.iter_modules(looplint.rules.__path__)
        if group.ispkg
        for info in pkgutil.iter_modules(importlib.import_module(f"looplint.rules.{group.name}").__path__)
    ]
    assert {importlib.import_module(name).RULE for name in modules} == set(all_rules())


def test_rules_by_code_and_by_name() -> None:
    for rule in all_rules():
        for given_as in (rule.code, rule.code.lower(), rule.name, rule.name.upper(), f" {rule.name}\n"):
            assert find_rule(given_as) is rule
    for unknown in ("", "LPL", "LPL000", "no-such-rule", all_rules()[0].name[:-1]):
        assert find_rule(unknown) is None
