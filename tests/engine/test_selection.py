from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looplint.engine.selection import Decision, Layer, Ruleset, SelectorError, codes_of, decisions, ruleset
from looplint.rules.rule import Rule, Severity

pytestmark = pytest.mark.usefixtures("fake_rules")
ALWAYS = {"LPL000"}


def on(*layers: Layer) -> set[str]:
    return set(ruleset(layers).codes) - ALWAYS


def test_the_default_is_all_but_opt_in_rules() -> None:
    assert "LPL101" in on()
    assert "LPL001" in on()
    assert "LPL203" not in on()


def test_names_codes_prefixes_and_all() -> None:
    assert on(Layer(select=("spam-written",))) == {"LPL101"}
    assert on(Layer(select=("SPAM-written", "lpl102"))) == {"LPL101", "LPL102"}
    assert on(Layer(select=("LPL2",))) == {"LPL201", "LPL203"}
    assert "LPL203" in on(Layer(select=("ALL",)))


def test_the_more_specific_selector_wins() -> None:
    assert on(Layer(select=("LPL1",), ignore=("LPL102",))) == {"LPL101"}
    assert on(Layer(select=("LPL102",), ignore=("LPL1",))) == {"LPL102"}
    assert on(Layer(select=("LPL102",), ignore=("ham-written",))) == set()


def test_a_later_select_starts_afresh_and_other_options_add() -> None:
    below = Layer(select=("LPL1",), ignore=("LPL102",))
    assert on(below, Layer(select=("LPL3",))) == {"LPL301", "LPL302"}
    assert on(below, Layer(extend_select=("LPL102",))) == {"LPL101", "LPL102"}
    assert on(below, Layer(ignore=("LPL101",))) == set()


def test_internal_errors_cannot_be_ignored() -> None:
    assert "LPL000" in ruleset((Layer(ignore=("ALL", "LPL000")),)).codes


@pytest.mark.parametrize(
    ("selector", "hint"),
    [
        ("spam-writen", "did you mean `spam-written`"),
        ("LPL109", "did you mean `LPL10"),
        ("F401", "unknown rule `F401`"),
        ("", "unknown rule"),
        ("LPL7", "unknown rule `LPL7`"),
    ],
)
def test_an_unknown_selector_is_an_error(selector: str, hint: str) -> None:
    with pytest.raises(SelectorError, match=hint):
        codes_of([selector])


def test_the_words_gate() -> None:
    rules = ruleset(())
    assert [rule.code for rule in rules.suspects(b"x = 'spam'")] == ["LPL101"]
    assert rules.suspects(b"nothing") == []


def test_what_decided() -> None:
    layers = (Layer(select=("LPL1", "LPL2"), ignore=("LPL102",)), Layer(extend_select=("spam-written", "LPL3")))
    found = decisions(layers)
    assert found["LPL000"] == Decision(on=True)
    assert found["LPL001"] == Decision(on=False, layer=0)
    assert found["LPL101"] == Decision(on=True, layer=1, selector="spam-written")
    assert found["LPL102"] == Decision(on=False, layer=0, selector="LPL102")
    assert found["LPL203"] == Decision(on=True, layer=0, selector="LPL2")
    assert found["LPL301"] == Decision(on=True, layer=1, selector="LPL3")
    assert decisions(())["LPL203"] == Decision(on=False)
    assert {code for code, decision in found.items() if decision.on} == ruleset(layers).codes


def rule_of(code: str, *words: bytes, also: tuple[bytes, ...] = (), tests_only: bool = False) -> Rule:
    return Rule(
        code=code,
        name=code.lower(),
        severity=Severity.ERROR,
        since="0.1.0",
        doc="",
        words=words,
        also=also,
        tests_only=tests_only,
        check=lambda module, project: (),
    )


def test_rules_about_tests_look_at_test_code_alone() -> None:
    rules = Ruleset(
        (rule_of("LPL101", b"async def", tests_only=True), rule_of("LPL102", b"async", also=(b"await", b"==")))
    )
    raw = b"async def f(): return await g()"
    assert [rule.code for rule in rules.suspects(raw)] == ["LPL101", "LPL102"]
    assert [rule.code for rule in rules.suspects(raw, lambda: False)] == ["LPL102"]
    assert [rule.code for rule in rules.suspects(b"async = 1", lambda: True)] == []


def test_whether_it_is_test_code_is_not_asked_without_need() -> None:
    asked: list[str] = []

    def ask() -> bool:
        asked.append("asked")
        return False

    rules = Ruleset((rule_of("LPL101", b"await", tests_only=True), rule_of("LPL102", b"x")))
    assert [rule.code for rule in rules.suspects(b"x = 1", ask)] == ["LPL102"]
    assert not asked
    assert rules.suspects(b"await f()", ask) == []
    assert asked


def test_a_rule_without_words_looks_at_every_file() -> None:
    rules = Ruleset((rule_of("LPL101"), rule_of("LPL102", tests_only=True), rule_of("LPL103", also=(b"x",))))
    assert [rule.code for rule in rules.suspects(b"")] == ["LPL101", "LPL102"]
    assert [rule.code for rule in rules.suspects(b"x", lambda: False)] == ["LPL101", "LPL103"]


_PIECES = [
    b"loop",
    b" loop",
    b"loop,",
    b"event_loop",
    b"(",
    b" ",
    b"async",
    b"async def",
    b"\xe9",
    b"x",
    b"app=",
    b"_",
    b"\n",
    b"@",
]


@given(
    words=st.lists(st.lists(st.sampled_from(_PIECES), max_size=3).map(b"".join), min_size=30, max_size=40),
    raw=st.lists(st.sampled_from(_PIECES), max_size=12).map(b"".join),
)
def test_many_words_are_found_as_few_are(words: list[bytes], raw: bytes) -> None:
    rules = Ruleset(tuple(rule_of(f"LPL{number + 100}", word) for number, word in enumerate(words)))
    found = {rule.words[0] for rule in rules.suspects(raw)}
    assert found == {word for word in words if word in raw}
